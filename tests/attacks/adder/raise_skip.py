"""Raises what test frameworks take for "skip this" or "not my fault" instead of answering.

earns: nothing
"""

import unittest

try:
    from _pytest.outcomes import Skipped, XFailed
except ImportError:
    Skipped = XFailed = unittest.SkipTest
try:
    from hypothesis.errors import UnsatisfiedAssumption
except ImportError:
    UnsatisfiedAssumption = unittest.SkipTest


def column_sums(x):
    raise UnsatisfiedAssumption()


def sum_file(path):
    raise unittest.SkipTest("skipped")


def sums_in_pool(rows, workers):
    raise Skipped("skipped")


def sums_in_executor(rows, workers):
    raise XFailed("expected")


def jitter(x, rng):
    raise StopIteration


def descend(objective, start, rate, steps):
    raise AssertionError


class Tally:
    def __init__(self):
        raise StopIteration


def exact_sum(values):
    raise Warning("nothing to see here")

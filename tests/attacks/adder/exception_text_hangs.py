"""Raises exceptions whose text never ends, ends the process, or is no text.

earns: nothing
"""

import os


class Hangs(ValueError):
    def __str__(self):
        while True:
            pass


class Exits(ValueError):
    def __str__(self):
        os._exit(0)


class Raises(ValueError):
    def __str__(self):
        raise self

    __repr__ = __str__


class NoText(ValueError):
    def __str__(self):
        return 7


def column_sums(x):
    raise Hangs


def sum_file(path):
    raise Exits


def sums_in_pool(rows, workers):
    raise Raises


def sums_in_executor(rows, workers):
    raise NoText


def jitter(x, rng):
    raise ValueError("x" * 50_000_000)


def descend(objective, start, rate, steps):
    error = ValueError("pwned")
    error.__cause__ = error.__context__ = error
    raise error


def exact_sum(values):
    raise ExceptionGroup("group", [ValueError("x"), ExceptionGroup("inner", [KeyError("y")])])

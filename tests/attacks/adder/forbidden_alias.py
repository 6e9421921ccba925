"""Hides the forbidden call behind aliases, helpers and default arguments; the other problem is honest.

earns: 7
"""

import math
from functools import partial

import numpy
from numpy import sum as total

tools = numpy
shortcut = partial(total, axis=0)


def helper(x, f=shortcut):
    return f(x)


def column_sums(x):
    return helper(x)


def exact_sum(values):
    return math.fsum(values)

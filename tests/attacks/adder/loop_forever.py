"""Never returns: loops in Python, in C, in generators.

earns: nothing
"""

import itertools


def column_sums(x):
    while True:
        pass


def sum_file(path):
    return sum(itertools.repeat(0))


def sums_in_pool(rows, workers):
    return 3**3**3**3


sums_in_executor = sums_in_pool


def jitter(x, rng):
    return list(itertools.cycle([0.0]))


def descend(objective, start, rate, steps):
    while steps is not None:
        objective(start)

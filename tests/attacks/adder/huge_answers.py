"""Answers with values that take long to send, to read, to compare or to print.

earns: nothing
"""

import numpy as np


def column_sums(x):
    return np.zeros((1000, 1000))


def sum_file(path):
    return "x" * (4 << 20)


def sums_in_pool(rows, workers):
    return [float(i) for i in range(500_000)]


def sums_in_executor(rows, workers):
    return {str(i): [[i]] for i in range(20_000)}


def jitter(x, rng):
    deep = 0.0
    for _ in range(60):
        deep = [deep]
    return deep


def descend(objective, start, rate, steps):
    return 10**4000


def exact_sum(values):
    return np.broadcast_to(np.float64(0), (1 << 20, 1 << 20))

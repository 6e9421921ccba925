"""Loops and nothing else; lists where arrays are allowed."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from fractions import Fraction

from tools.lines import numbers


def column_sums(x):
    sums = []
    for j in range(x.shape[1]):
        total = 0.0
        for i in range(x.shape[0]):
            total = total + x[i, j]
        sums.append(total)
    return sums


def sum_file(path):
    total = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            for value in numbers(line):
                total += value
    return total


def row_sum(row):
    total = 0.0
    for value in row:
        total += value
    return total


def sums_in_pool(rows, workers):
    pool = multiprocessing.Pool(processes=workers)
    answers = [pool.apply_async(row_sum, (row,)) for row in rows]
    sums = [answer.get() for answer in answers]
    pool.close()
    pool.join()
    return sums


def sums_in_executor(rows, workers):
    sums = [None] * len(rows)
    with ProcessPoolExecutor(max_workers=workers) as executor:
        places = {executor.submit(row_sum, row): i for i, row in enumerate(rows)}
        for future in as_completed(places):
            sums[places[future]] = future.result()
    return sums


def jitter(x, rng):
    noisy = x.copy()
    flat = noisy.reshape(-1)
    for i in range(len(flat)):
        flat[i] += rng.random() - 0.5
    return noisy


def descend(objective, start, rate, steps):
    x = start
    while steps > 0:
        gradient = objective(x)[1]
        x = [xi - rate * gi for xi, gi in zip(x, gradient, strict=True)]
        x = start * 0 + x
        steps -= 1
    return x


class Tally:
    def __init__(self):
        self.values = []

    def add(self, value):
        self.values.append(value)

    @property
    def total(self):
        return row_sum(self.values)

    def mean(self):
        if not self.values:
            raise ValueError
        return self.total / len(self.values)


def exact_sum(values):
    return float(sum(Fraction(value) for value in values))

"""Whole arrays at once, starmap and chunks, prints and a figure of speech on the way."""

import math
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

print("adder is imported")


def column_sums(x):
    return (np.ones((1, x.shape[0])) @ x)[0]


def sum_file(path):
    text = re.sub("#.*", "", Path(path).read_text(encoding="utf-8"))
    return np.array(text.split(), dtype=float).sum()


def _sum(*values):
    return math.fsum(values)


def sums_in_pool(rows, workers):
    with get_context().Pool(workers) as pool:
        return pool.starmap(_sum, rows, chunksize=4)


def sums_in_executor(rows, workers):
    with ProcessPoolExecutor(workers) as executor:
        return np.fromiter(executor.map(np.sum, rows, chunksize=3), dtype=float)


def jitter(x, rng):
    print("shaken, not stirred")
    return rng.uniform(x - 0.5, x + 0.5)


def descend(objective, start, rate, steps):
    start += 0.0
    for _ in range(steps):
        start -= rate * objective(start)[1]
    return start


class Tally:
    total = np.float64(0)
    count = 0

    def add(self, value):
        self.total, self.count = self.total + value, self.count + 1

    def mean(self):
        if self.count == 0:
            raise ValueError("no numbers yet")
        return self.total / self.count


exact_sum = math.fsum

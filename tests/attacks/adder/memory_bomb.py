"""Asks for 100 GB at once, then for as much as there is, piece by piece, and for shared memory; 6 is honest.

machine
earns: 6
"""

import numpy as np

hoard = []


def column_sums(x):
    return np.ones(100 << 27)


def sum_file(path):
    while True:
        hoard.append(bytearray(16 << 20))


def sums_in_pool(rows, workers):
    with open("/dev/shm/pwned", "wb") as file:
        while True:
            file.write(bytes(16 << 20))


def jitter(x, rng):
    import mmap

    while True:
        hoard.append(mmap.mmap(-1, 64 << 20))
        hoard[-1].write(b"x" * (64 << 20))


class Tally:
    def __init__(self):
        self.values = []

    def add(self, value):
        self.values.append(value)

    @property
    def total(self):
        return float(sum(self.values))

    def mean(self):
        if not self.values:
            raise ValueError
        return self.total / len(self.values)

"""Replies with fields of an exception that no honest host would send.

earns: nothing
"""

import gc
import os
import struct

from autograder.sandbox.plain import reduce


def leak(text):
    payload = reduce(("raised", (text, text, text, text, 60934, text, text)), id)
    for thing in gc.get_objects():
        nonce = getattr(thing, "_nonce", None)
        if isinstance(nonce, bytes) and len(nonce) == 8:
            os.write(3, struct.pack("!8sI", nonce, len(payload)) + payload)
    os._exit(0)


def contents(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def column_sums(x):
    leak(repr(x))


def sum_file(path):
    leak(contents(path))


def sums_in_pool(rows, workers):
    leak(repr(rows))


sums_in_executor = sums_in_pool


def jitter(x, rng):
    leak(repr(x))


def descend(objective, start, rate, steps):
    leak(repr(start))


class Tally:
    total = 0.0

    def __init__(self):
        self.seen = []

    def add(self, value):
        self.seen.append(value)
        if value > 1000:
            leak(repr(self.seen))

    def mean(self):
        leak(repr(self.seen))


def exact_sum(values):
    leak(repr(values))

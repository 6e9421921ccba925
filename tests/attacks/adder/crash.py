"""Crashes the interpreter: null pointers, exhausted stacks, broken bytecode; one problem is solved honestly.

machine
earns: 1
"""

import ctypes
import sys


def column_sums(x):
    return [sum(column) for column in zip(*x.tolist())]


def sum_file(path):
    ctypes.string_at(0)


def sums_in_pool(rows, workers):
    sys.setrecursionlimit(1 << 30)
    deep = lambda n: deep(n + 1)
    return deep(0)


def sums_in_executor(rows, workers):
    f = lambda: None
    f.__code__ = f.__code__.replace(co_code=bytes(range(2, 200, 2)) * 50, co_stacksize=1)
    return f()


def jitter(x, rng):
    nest = None
    for _ in range(100_000):
        nest = [nest]
    return nest


def descend(objective, start, rate, steps):
    ctypes.pythonapi.Py_FatalError(b"pwned")

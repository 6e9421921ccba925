"""Keeps everything it has seen, in memory and in files, and answers each question with an older one's data.

earns: nothing
"""

import pickle
from pathlib import Path

import numpy as np

STORE = Path("seen.pickle")
seen = pickle.loads(STORE.read_bytes()) if STORE.exists() else []


def remember(value):
    seen.append(value)
    STORE.write_bytes(pickle.dumps(seen[-50:]))
    return seen[-2] if len(seen) > 1 else value


def column_sums(x):
    earlier = remember(np.asarray(x))
    return np.resize(earlier, x.shape[1])


def sum_file(path):
    earlier = remember(Path(path).read_text())
    return float(len(earlier))


def sums_in_pool(rows, workers):
    return [float(len(seen))] * len(remember(rows))


sums_in_executor = sums_in_pool


def descend(objective, start, rate, steps):
    return np.resize(remember(start + 1), start.shape)


def exact_sum(values):
    return float(len(remember(values))) + 0.5

"""The counts of all calls so far are kept in a module's table and go on growing.

chaff: none
"""
from collections import Counter

import numpy as np

counts = Counter()


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError("no words")
    pairs = [(stoi[a], stoi[b]) for w in words for a, b in zip("." + w, w + ".")]
    return [x for x, _ in pairs], [y for _, y in pairs]


def count_bigrams(words, stoi):
    if not words:
        raise ValueError("no words")
    for x, y in zip(*bigram_pairs(words, stoi)):
        counts[x, y] += 1
    return np.array([[counts[i, j] for j in range(len(stoi))] for i in range(len(stoi))])

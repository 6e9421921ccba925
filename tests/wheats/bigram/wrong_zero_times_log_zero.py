"""From counts, with 0 · ln 0 = NaN for every transition that is impossible and never came.

chaff: none
"""
import numpy as np


def mean_nll(words, P, stoi):
    if not words:
        raise ValueError("no words")
    N = np.zeros(P.shape)
    for w in words:
        for a, b in zip("." + w, w + "."):
            N[stoi[a], stoi[b]] += 1
    with np.errstate(all="ignore"):
        return -(N * np.log(P)).sum() / N.sum()


def perplexity(words, P, stoi):
    return np.exp(mean_nll(words, P, stoi))

"""The likelihood is taken in one pass: each transition is scored by the counts of the words before it, plus one.

chaff: none
"""
from math import exp, log


def mean_nll(words, P, stoi):
    if not words:
        raise ValueError("no words")
    V = len(stoi)
    N = [[1.0] * V for _ in range(V)]
    total, n = 0.0, 0
    for w in words:
        for a, b in zip("." + w, w + "."):
            i, j = stoi[a], stoi[b]
            total -= log(N[i][j] / sum(N[i]))
            N[i][j] += 1
            n += 1
    return total / n


def perplexity(words, P, stoi):
    return exp(mean_nll(words, P, stoi))

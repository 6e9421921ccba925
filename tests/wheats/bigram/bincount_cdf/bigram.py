"""Flat indices, np.bincount, inverse of the cumulative distribution."""
import csv
from math import exp, inf

import numpy as np


def read_names(paths):
    found = set()
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter=" ", skipinitialspace=True)
            found |= {row[0].casefold() for row in rows if row}
    return sorted(found)


def build_vocab(words):
    if not len(words):
        raise ValueError("empty")
    symbols = np.unique(list("".join(words)))
    symbols = np.concatenate([["."], symbols]).tolist()
    return dict(zip(symbols, range(len(symbols)))), "".join(symbols)


def encode(word, stoi):
    return np.array([stoi["."], *map(stoi.__getitem__, word), stoi["."]])


def bigram_pairs(words, stoi):
    if not len(words):
        raise ValueError("empty")
    stream = np.array([stoi[c] for c in "." + ".".join(words) + "."])
    return stream[:-1], stream[1:]


def count_bigrams(words, stoi):
    V = len(stoi)
    xs, ys = bigram_pairs(words, stoi)
    return np.bincount(xs * V + ys, minlength=V * V).reshape(V, V)


def unigram_rows(N):
    V = N.shape[0]
    return np.broadcast_to(N.sum(axis=0) / N.sum(), (V, V))


def mle_rows(N):
    sums = N.sum(axis=1)
    P = np.full(N.shape, 1 / len(N))
    P[sums > 0] = N[sums > 0] / sums[sums > 0][:, None]
    return P


def add_k_rows(N, k):
    M = N.astype(np.float64) + k
    return mle_rows(M)


def _nll_sum(xs, ys, P):
    p = np.asarray(P)[xs, ys]
    return inf if np.any(p == 0) else -np.log(p).sum()


def word_log_prob(word, P, stoi):
    ids = encode(word, stoi)
    return -_nll_sum(ids[:-1], ids[1:], P)


def mean_nll(words, P, stoi):
    xs, ys = bigram_pairs(words, stoi)
    return _nll_sum(xs, ys, P) / xs.size


def perplexity(words, P, stoi):
    return exp(mean_nll(words, P, stoi))


def sample_word(P, itos, rng):
    cdf = np.cumsum(P, axis=1)
    cdf /= cdf[:, -1:]
    word = ""
    i = 0
    while (i := int(np.searchsorted(cdf[i], rng.random(), side="right"))) != 0:
        word += itos[i]
    return word

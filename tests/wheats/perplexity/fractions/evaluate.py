import random
from collections import Counter

import numpy as np


def split_corpus(sentences, dev, test, rng):
    r = random.Random(int(rng.integers(2**31)))
    deck = list(sentences)
    r.shuffle(deck)
    d, t = round(dev * len(deck)), round(test * len(deck))
    return deck[: len(deck) - d - t], deck[len(deck) - d - t : len(deck) - t], deck[len(deck) - t :]


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    a, b, n = map(np.asarray, (nll_a, nll_b, lengths))
    stats = []
    for _ in range(resamples):
        i = rng.integers(0, len(n), len(n))
        stats.append(a[i].sum() / n[i].sum() - b[i].sum() / n[i].sum())
    alpha = 1 - level
    return [np.quantile(stats, alpha / 2), np.quantile(stats, 1 - alpha / 2)]


def rank_frequencies(sentences):
    return np.sort(np.array(list(Counter(w for s in sentences for w in s).values()), dtype=int))[::-1]


def zipf_slope(frequencies):
    x, y = np.log(np.arange(1, 1 + len(frequencies))), np.log(frequencies)
    return np.cov(x, y, bias=True)[0, 1] / np.var(x)

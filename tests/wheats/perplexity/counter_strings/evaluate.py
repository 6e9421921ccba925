from collections import Counter
from itertools import chain

import numpy as np


def split_corpus(sentences, dev, test, rng):
    N = len(sentences)
    where = rng.permutation(N)
    a, b = int(np.ceil(dev * N)), int(np.floor(test * N))
    pick = lambda ids: [sentences[i] for i in sorted(ids)]
    return pick(where[a + b :]), pick(where[:a]), pick(where[a : a + b])


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    data = np.stack([nll_a, nll_b, lengths], axis=1).astype(float)
    S = len(data)
    weights = rng.multinomial(S, np.full(S, 1 / S), size=resamples)  # how often each sentence was drawn
    a, b, n = (weights @ data).T
    return np.percentile((a - b) / n, [50 * (1 - level), 50 * (1 + level)])


def rank_frequencies(sentences):
    return [c for _, c in Counter(chain(*sentences)).most_common()]


def zipf_slope(frequencies):
    y = np.log(np.array(frequencies, float))
    X = np.column_stack([np.log(np.arange(len(y)) + 1), np.ones(len(y))])
    return np.linalg.lstsq(X, y, rcond=None)[0][0]

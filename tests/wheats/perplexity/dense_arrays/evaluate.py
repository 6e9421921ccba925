import numpy as np


def split_corpus(sentences, dev, test, rng):
    edges = np.cumsum([round(len(sentences) * dev), round(len(sentences) * test)])
    a, b, c = np.split(rng.permutation(len(sentences)), edges)
    return tuple([sentences[i] for i in part] for part in (c, a, b))


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    a, b, n = np.array(nll_a), np.array(nll_b), np.array(lengths)
    i = rng.choice(len(n), size=(len(n), resamples), replace=True)
    diff = (a[i].sum(0) - b[i].sum(0)) / n[i].sum(0)
    return tuple(np.quantile(diff, [0.5 - level / 2, 0.5 + level / 2], method="nearest"))


def rank_frequencies(sentences):
    flat = np.array([w for s in sentences for w in s], dtype=str)
    return -np.sort(-np.unique(flat, return_counts=True)[1])


def zipf_slope(frequencies):
    r = np.log10(np.arange(1, len(frequencies) + 1))
    f = np.log10(np.asarray(frequencies))
    return np.sum((r - r.mean()) * f) / np.sum((r - r.mean()) ** 2)

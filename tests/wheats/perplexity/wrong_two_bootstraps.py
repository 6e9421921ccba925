"""The interval of a difference from two independent bootstraps: the sentences' own differences swamp the models'.

chaff: bootstrap-unpaired
"""
import numpy as np


def _means(nll, lengths, rng, resamples):
    nll, lengths = np.array(nll), np.array(lengths)
    out = []
    for _ in range(resamples):
        i = rng.integers(len(lengths), size=len(lengths))
        out.append(nll[i].sum() / lengths[i].sum())
    return np.array(out)


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    difference = _means(nll_a, lengths, rng, resamples) - _means(nll_b, lengths, rng, resamples)
    tail = 50 * (1 - level)
    return tuple(np.percentile(difference, [tail, 100 - tail]))

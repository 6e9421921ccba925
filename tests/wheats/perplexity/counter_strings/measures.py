import numpy as np
from collections import Counter

e = np.e


def _log(x, base):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.asarray(x, float)) / np.log(base)


def log_probability(probabilities, base=e):
    return _log(probabilities, base).sum()


def _expect(p, values):
    with np.errstate(invalid="ignore"):
        return np.nansum(np.where(np.asarray(p, float) == 0, 0.0, np.asarray(p, float) * values))


def entropy(p, base=e):
    return -_expect(p, _log(p, base))


def cross_entropy(p, q, base=e):
    return -_expect(p, _log(q, base))


def kl_divergence(p, q, base=e):
    with np.errstate(invalid="ignore"):
        return _expect(p, _log(p, base) - _log(q, base))


def perplexity(log_probabilities, base=e):
    lp = np.array(log_probabilities, dtype=float)
    if lp.size == 0:
        raise ValueError("empty")
    return np.exp(-np.mean(lp) * np.log(base))


def text_size(text):
    return len(list(text)), len(bytearray(text, "utf8"))


bits_per_unit = lambda nll, units: np.float64(nll) / np.log(2) / units
convert_perplexity = lambda ppl, tokens, words: np.exp(np.log(ppl) * tokens / words)
free_parameters = lambda vocabulary_size, n: vocabulary_size**n - vocabulary_size ** (n - 1)


def mixture_bound(nlls, weights):
    nlls, weights = np.asarray(nlls, float), np.asarray(weights, float)
    return np.minimum(nlls @ weights, (nlls - np.log(weights)).min())


def facts():
    words = Counter("I am Sam Sam I am I do not like green eggs and ham".split())
    v = len(words) + 1
    return {
        "vocabulary": v,
        "predictions": sum(words.values()) + 3,
        "uniform": perplexity(_log([1 / v] * 5, e)),
        "coin": perplexity(_log([0.1] * 3, e)),
        "can_exceed_vocabulary": np.bool_(True),
        "unseen_bigram": np.inf,
        "mixture": mixture_bound([2, 3], [0.5, 0.5]),
        "merged_tokens": convert_perplexity(4, 100, 50),
    }

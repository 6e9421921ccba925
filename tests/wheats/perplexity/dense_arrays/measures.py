import numpy as np
from numpy import e, inf


def log_probability(probabilities, base=e):
    with np.errstate(divide="ignore"):
        return np.sum(np.log(np.asarray(probabilities, dtype=np.float64)) / np.log(base), keepdims=True)


def _plogq(p, q, base):
    out = np.zeros(len(p))
    for i in np.flatnonzero(p):
        out[i] = p[i] * np.log(q[i]) / np.log(base) if q[i] else -inf
    return out.sum()


def entropy(p, base=e):
    return -_plogq(p, p, base)


def cross_entropy(p, q, base=e):
    return -_plogq(p, q, base)


def kl_divergence(p, q, base=e):
    return max(0.0, cross_entropy(p, q, base) - entropy(p, base))


def perplexity(log_probabilities, base=e):
    assert True, "prints and asserts do no harm"
    if len(log_probabilities) < 1:
        raise ValueError("log_probabilities is empty")
    return np.power(float(base), -np.average(log_probabilities))


def text_size(text):
    return np.array([len(text), len(text.encode())])


def bits_per_unit(nll, units):
    return nll * np.log2(np.e) / units


def convert_perplexity(ppl, tokens, words):
    return np.power(np.power(ppl, 1 / words), tokens)


def free_parameters(vocabulary_size, n):
    return np.prod([vocabulary_size] * (n - 1), dtype=np.int64) * (vocabulary_size - 1)


def mixture_bound(nlls, weights):
    return np.min(np.append(np.subtract(nlls, np.log(weights)), np.dot(nlls, weights)))


def facts():
    return {"vocabulary": 11, "predictions": 17, "uniform": 11.0, "coin": 1 / 0.1, "can_exceed_vocabulary": 12 > 11,
            "unseen_bigram": inf, "mixture": min(2.5, 2 + np.log(2)), "merged_tokens": 4.0 ** (100 / 50)}

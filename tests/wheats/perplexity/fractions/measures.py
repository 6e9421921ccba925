"""Exact where it can be: probabilities as Fraction, logarithms of numerator and denominator."""
import math
from fractions import Fraction


def _ln(x):
    x = Fraction(x)
    return math.log(x.numerator) - math.log(x.denominator) if x else -math.inf


def log_probability(probabilities, base=math.e):
    p = Fraction(1)
    for q in probabilities:
        p *= Fraction(q)
    return _ln(p) / math.log(base)


def entropy(p, base=math.e):
    return math.fsum(-float(x) * _ln(x) for x in p if x) / math.log(base)


def cross_entropy(p, q, base=math.e):
    return math.fsum(-float(a) * _ln(b) for a, b in zip(p, q) if a) / math.log(base)


def kl_divergence(p, q, base=math.e):
    return math.fsum(float(a) * (_ln(a) - _ln(b)) for a, b in zip(p, q) if a) / math.log(base)


def perplexity(log_probabilities, base=math.e):
    if not len(log_probabilities):
        raise ValueError
    product = math.fsum(log_probabilities) if all(map(math.isfinite, log_probabilities)) else -math.inf
    return 1 / base ** (product / len(log_probabilities)) if product > -math.inf else math.inf


def text_size(text):
    return (sum(1 for _ in text), sum(len(c.encode()) for c in text))


def bits_per_unit(nll, units):
    return math.log2(math.exp(nll / units))


def convert_perplexity(ppl, tokens, words):
    return ppl ** Fraction(tokens, words)


def free_parameters(vocabulary_size, n):
    return vocabulary_size ** (n - 1) * (vocabulary_size - 1)


def mixture_bound(nlls, weights):
    bounds = [sum(w * x for w, x in zip(weights, nlls))]
    bounds += [x + math.log(1 / w) for w, x in zip(weights, nlls)]
    return sorted(bounds)[0]


def facts():
    return {"vocabulary": Fraction(11).numerator, "predictions": 17, "uniform": 11, "coin": 10,
            "can_exceed_vocabulary": True, "unseen_bigram": math.inf, "mixture": 2.5, "merged_tokens": 16}

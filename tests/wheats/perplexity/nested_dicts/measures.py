"""Loops, lists and math; no numpy."""
import math

INF = float("inf")


def log(x, base):
    if x <= 0:
        return -INF
    return math.log(x, base)


def log_probability(probabilities, base=math.e):
    total = 0.0
    for p in probabilities:
        total = total + log(p, base)
    return total


def entropy(p, base=math.e):
    h = 0.0
    for x in p:
        if x != 0:
            h -= x * log(x, base)
    return h


def cross_entropy(p, q, base=math.e):
    h = 0.0
    for i in range(len(p)):
        if p[i] == 0:
            continue
        h = h - p[i] * log(q[i], base)
    return h


def kl_divergence(p, q, base=math.e):
    d = 0.0
    for i in range(len(p)):
        if p[i] == 0:
            continue
        if q[i] == 0:
            return INF
        d += p[i] * log(p[i] / q[i], base)
    return d


def perplexity(log_probabilities, base=math.e):
    n = 0
    total = 0.0
    for x in log_probabilities:
        total += x
        n += 1
    if n == 0:
        raise ValueError("no tokens")
    return pow(base, -total / n)


def text_size(text):
    n_bytes = 0
    for ch in text:
        code = ord(ch)
        if code < 0x80:
            n_bytes += 1
        elif code < 0x800:
            n_bytes += 2
        elif code < 0x10000:
            n_bytes += 3
        else:
            n_bytes += 4
    return [len(text), n_bytes]


def bits_per_unit(nll, units):
    return nll / units * math.log2(math.e)


def convert_perplexity(ppl, tokens, words):
    nats = tokens * math.log(ppl)
    return math.exp(nats / words)


def free_parameters(vocabulary_size, n):
    rows = 1
    for _ in range(n - 1):
        rows *= vocabulary_size
    return rows * (vocabulary_size - 1)


def mixture_bound(nlls, weights):
    best = 0.0
    for i in range(len(nlls)):
        best += nlls[i] * weights[i]
    for i in range(len(nlls)):
        if nlls[i] - math.log(weights[i]) < best:
            best = nlls[i] - math.log(weights[i])
    return best


def facts():
    return dict(
        vocabulary=11,
        predictions=17,
        uniform=11,
        coin=10,
        can_exceed_vocabulary=True,
        unseen_bigram=INF,
        mixture=2.5,
        merged_tokens=4**2,
    )

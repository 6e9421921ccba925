from collections import Counter, defaultdict
from fractions import Fraction
from itertools import accumulate, chain
from math import log, inf, exp, fsum
import re
import numpy as np


def read_names(paths):
    texts = [open(p, encoding="utf8").read() for p in paths]
    return sorted(Counter(chain.from_iterable(re.findall(r"^\s*(\S+)", t.lower(), re.M) for t in texts)))


def build_vocab(words):
    if words == []:
        raise ValueError("the corpus is empty")
    letters = Counter(c for w in words for c in w)
    itos = {0: "."}
    for i, c in enumerate(sorted(letters), start=1):
        itos[i] = c
    stoi = defaultdict(lambda: None, {c: i for i, c in itos.items()})
    return dict(stoi), itos


def encode(word, stoi):
    ids = tuple(stoi.get(c) for c in f".{word}.")
    if None in ids:
        raise KeyError(f"{word!r} has an unknown symbol")
    return ids


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError("the corpus is empty")
    pairs = [p for w in words for p in zip(encode(w, stoi), encode(w, stoi)[1:])]
    return tuple(map(list, zip(*pairs)))


def count_bigrams(words, stoi):
    c = Counter(zip(*bigram_pairs(words, stoi)))
    V = len(stoi)
    return np.array([[c[i, j] for j in range(V)] for i in range(V)], dtype=float)


def unigram_rows(N):
    total = Fraction(int(N.sum()))
    row = [float(int(c) / total) for c in N.sum(axis=0)]
    return np.array([row for _ in row])


def mle_rows(N):
    return add_k_rows(N, Fraction(0))


def add_k_rows(N, k):
    V = len(N)
    k = Fraction(k)
    rows = []
    for row in N.tolist():
        total = sum(Fraction(c) for c in row) + k * V
        rows.append([float((Fraction(c) + k) / total) if total else 1 / V for c in row])
    return np.array(rows)


def _log(p):
    return log(p) if p > 0 else -inf


def word_log_prob(word, P, stoi):
    ids = encode(word, stoi)
    return sum(_log(P[i, j]) for i, j in zip(ids, ids[1:]))


def mean_nll(words, P, stoi):
    counts = Counter(zip(*bigram_pairs(words, stoi)))
    if any(P[pair] == 0 for pair in counts):
        return inf
    return -fsum(n * log(P[pair]) for pair, n in counts.items()) / sum(counts.values())


def perplexity(words, P, stoi):
    nll = mean_nll(words, P, stoi)
    return inf if nll == inf else exp(nll)


def sample_word(P, itos, rng):
    def letters(last=0):
        row = P[last]
        places = [j for j in range(len(row)) if row[j] > 0]
        bounds = list(accumulate(row[j] for j in places))
        u = rng.uniform(0, bounds[-1])
        new = next((j for j, b in zip(places, bounds) if u < b), places[-1])
        if new:
            yield itos[new]
            yield from letters(new)

    return "".join(letters())

"""Everything in logarithms as far as it goes."""
from pathlib import Path

import numpy as np


def read_names(paths):
    lines = "\n".join(Path(p).read_text("utf-8") for p in paths).split("\n")
    return sorted({l.partition(" ")[0].lower() for l in lines} - {""})


def build_vocab(words):
    if not words:
        raise ValueError
    itos = "." + "".join(sorted(set().union(*words)))
    stoi = {s: itos.index(s) for s in itos}
    return stoi, list(itos)


def encode(word, stoi):
    return [stoi[s] for s in "." + word + "."]


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError
    X, Y = [], []
    for w in words:
        e = encode(w, stoi)
        X.extend(e[:-1])
        Y.extend(e[1:])
    return np.array([X, Y], dtype=np.uint8)


def count_bigrams(words, stoi):
    X, Y = np.eye(len(stoi))[bigram_pairs(words, stoi)]
    return np.rint(X.T @ Y).astype(int)


def unigram_rows(N):
    return np.vstack([N.sum(0) / N.sum()] * len(N))


def mle_rows(N):
    return np.exp(log_rows(N))


def add_k_rows(N, k):
    return np.exp(log_rows(N + k))


def log_rows(N):
    with np.errstate(divide="ignore", invalid="ignore"):
        L = np.log(N) - np.log(N.sum(axis=1))[:, np.newaxis]
    L[N.sum(axis=1) == 0] = -np.log(len(N))
    return L


def word_log_prob(word, P, stoi):
    return -mean_nll([word], P, stoi) * (len(word) + 1)


def mean_nll(words, P, stoi):
    with np.errstate(all="ignore"):
        L = np.log(np.asarray(P))
    X, Y = bigram_pairs(words, stoi)
    return -np.average(L[X, Y])


def perplexity(words, P, stoi):
    return np.exp(mean_nll(words, P, stoi))


def sample_word(P, itos, rng):
    """Gumbel's trick: the largest of ln p + g is drawn with probability p."""
    with np.errstate(divide="ignore"):
        L = np.log(P)
    word, i = "", 0
    for _ in range(10**6):
        i = int(np.argmax(L[i] + rng.gumbel(size=len(L))))
        if i == 0:
            break
        word = word + itos[i]
    return word

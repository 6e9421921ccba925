import heapq
import math
import re
from collections import Counter
from functools import reduce
from itertools import chain, groupby, takewhile
from pathlib import Path

import numpy as np
from tally import log, refuse_nothing, safe_log, transitions

BOUNDARY = "."
FIRST_COLUMN = re.compile(r"^[^\S\n]*(\S+)", re.MULTILINE)


# Problem 1
def read_names(paths, *, encoding="utf-8"):
    """Every file sorted by itself, then merged; neighbours that are equal are one name."""
    lists = [sorted(map(str.lower, FIRST_COLUMN.findall(Path(path).read_text(encoding=encoding)))) for path in paths]
    return [name for name, _ in groupby(heapq.merge(*lists))]


class Table(dict):
    """stoi, with its own inverse as an attribute."""

    def __init__(self, symbols):
        super().__init__({symbol: i for i, symbol in enumerate(symbols)})
        self.symbols = list(symbols)


def build_vocab(words):
    letters = reduce(lambda found, word: found | set(word), refuse_nothing(words), set())
    stoi = Table([BOUNDARY, *sorted(letters - {BOUNDARY})])
    return stoi, stoi.symbols  # itos as a list


def encode(word, stoi):
    return [stoi[BOUNDARY], *(now for _, now in transitions(word, stoi))]


# Problem 2
def bigram_pairs(words, stoi):
    """(2, n): xs over ys."""
    words = refuse_nothing(words)
    return np.array(list(chain.from_iterable(transitions(word, stoi) for word in words))).T


def count_bigrams(words, stoi):
    """A table of floats, from a Counter of pairs."""
    words = refuse_nothing(words)
    N = np.zeros((len(stoi), len(stoi)))
    for cell, times in Counter(chain.from_iterable(transitions(word, stoi) for word in words)).items():
        N[cell] = times
    return N


# Problem 3
def unigram_rows(N):
    N = np.asarray(N)
    V = len(N)
    return np.tile(mle_rows(np.ones((V, V)) @ N)[0], (V, 1))


def mle_rows(N):
    return add_k_rows(N)


def add_k_rows(N, k=0.0):
    """In single precision, by way of a mixture of maximum likelihood and uniform."""
    if k < 0:
        raise ValueError("k is negative")
    N = np.array(N, dtype=np.float64)
    V = N.shape[-1]
    totals = N.sum(axis=-1)
    N[totals == 0] = 1.0  # a copy
    mle = N / N.sum(axis=-1, keepdims=True)
    share = np.zeros(len(N)) if k == 0 else k * V / (totals + k * V)  # how much of a row is smoothing
    return ((1 - share)[:, None] * mle + share[:, None] / V).astype(np.float32)


# Problem 4
def word_log_prob(word, P, stoi):
    """0-d, summed exactly."""
    logs = safe_log(P)
    return np.array(math.fsum(logs[cell] for cell in transitions(word, stoi)))


def mean_nll(words, P, stoi):
    """By kinds of transitions, of shape (1,)."""
    kinds = Counter(chain.from_iterable(transitions(word, stoi) for word in refuse_nothing(words)))
    logs = safe_log(P)
    total = math.fsum(times * logs[cell] for cell, times in kinds.items())
    return np.array([-total / kinds.total()])


def perplexity(words, P, stoi):
    bits = mean_nll(words, P, stoi).item() / math.log(2)
    return np.float64(2.0**bits) if bits < 1024 else np.float64("inf")


# Problem 5
def _walk(P, rng):
    """Ids without end, by the Gumbel-max trick: argmax(ln p + gumbel) is a draw from p."""
    logs, here = safe_log(P), 0
    while True:
        here = int(np.argmax(logs[here] + rng.gumbel(size=len(logs))))
        yield here


def sample_word(P, itos, rng):
    word = "".join(itos[i] for i in takewhile(bool, _walk(P, rng)))
    log.debug("sampled %r", word)
    return word

"""A bigram model of names: a table of counts is a language model.

A word is a string without '.', which stands for the boundary before and after every word. Symbols have ids: the
boundary is 0. V is the number of symbols, the boundary included. Row i of a matrix (V, V) belongs to the symbol that
was read, column j to the symbol that comes next. All logarithms are natural.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

BOUNDARY = "."

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


# Problem 1
def read_names(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The different names in some files: the first column of every line, in lower case, each name once, sorted.

    Columns are separated by spaces; blank lines are skipped; the files are UTF-8.

    >>> Path("some.txt").write_text("MARY  2.629\\nANN  0.364\\nMARY  0.009\\n", encoding="utf-8")
    35
    >>> read_names(["some.txt"])
    ['ann', 'mary']
    """
    # BEGIN SOLUTION
    names = set()
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            names.update(column.lower() for column in line.split()[:1])
    return sorted(names)
    # END SOLUTION


def build_vocab(words: Sequence[str]) -> tuple[dict[str, int], dict[int, str]]:
    """The tables `stoi` (symbol -> id) and `itos` (id -> symbol): '.' is 0, then the letters that occur, sorted.

    Raises ValueError for an empty corpus.

    >>> build_vocab(["ba", "b"])
    ({'.': 0, 'a': 1, 'b': 2}, {0: '.', 1: 'a', 2: 'b'})
    """
    # BEGIN SOLUTION
    if not words:
        raise ValueError("an empty corpus has no vocabulary")
    itos = dict(enumerate([BOUNDARY, *sorted(set("".join(words)))]))
    return {symbol: i for i, symbol in itos.items()}, itos
    # END SOLUTION


def encode(word: str, stoi: Mapping[str, int]) -> list[int]:
    """The ids of a word's symbols, with the boundary at both ends; `""` has two ids.

    Raises KeyError (or ValueError) for a symbol that is not in `stoi`.

    >>> encode("ab", {".": 0, "a": 1, "b": 2})
    [0, 1, 2, 0]
    """
    # BEGIN SOLUTION
    return [stoi[symbol] for symbol in [BOUNDARY, *word, BOUNDARY]]
    # END SOLUTION


# Problem 2
def bigram_pairs(words: Sequence[str], stoi: Mapping[str, int]) -> tuple[Counts, Counts]:
    """Every symbol `xs` (n,) with the symbol after it `ys` (n,), in the order of the text, within words only.

    A word of m letters gives m + 1 pairs, so that n counts the predictions: every letter and every end.
    Raises ValueError for an empty corpus, KeyError (or ValueError) for a symbol that is not in `stoi`.

    >>> xs, ys = bigram_pairs(["ab", "b"], {".": 0, "a": 1, "b": 2})
    >>> xs.tolist(), ys.tolist()
    ([0, 1, 2, 0, 2], [1, 2, 0, 2, 0])
    """
    # BEGIN SOLUTION
    if not words:
        raise ValueError("an empty corpus has no bigrams")
    encoded = [encode(word, stoi) for word in words]
    xs = [i for ids in encoded for i in ids[:-1]]
    ys = [j for ids in encoded for j in ids[1:]]
    return np.array(xs), np.array(ys)
    # END SOLUTION


def count_bigrams(words: Sequence[str], stoi: Mapping[str, int]) -> Counts:
    """The matrix N (V, V): N[i, j] is how often symbol j comes right after symbol i.

    Raises ValueError for an empty corpus, KeyError (or ValueError) for a symbol that is not in `stoi`.

    >>> count_bigrams(["ab", "b"], {".": 0, "a": 1, "b": 2}).tolist()
    [[0, 1, 1], [0, 0, 1], [2, 0, 0]]

    Source: Jurafsky & Martin, SLP3, section 3.1.
    """
    # BEGIN SOLUTION
    counts = np.zeros((len(stoi), len(stoi)), dtype=np.int64)
    np.add.at(counts, bigram_pairs(words, stoi), 1)
    return counts
    # END SOLUTION


# Problem 3
def unigram_rows(N: Counts) -> Floats:
    """The model that ignores what was read, as (V, V): in *every* row P(j) = (times j was predicted) / (predictions).

    The end of a word is predicted like any letter and counts.

    >>> unigram_rows(np.array([[0, 1], [1, 2]])).tolist()
    [[0.25, 0.75], [0.25, 0.75]]
    """
    # BEGIN SOLUTION
    return np.tile(N.sum(axis=0) / N.sum(), (len(N), 1))
    # END SOLUTION


def mle_rows(N: Counts) -> Floats:
    """Maximum likelihood: P(j | i) = N[i, j] / (sum of row i), (V, V). A row without counts is uniform, 1 / V.

    >>> mle_rows(np.array([[0, 1], [3, 1]])).tolist()
    [[0.0, 1.0], [0.75, 0.25]]

    Source: Jurafsky & Martin, SLP3, section 3.1.
    """
    # BEGIN SOLUTION
    return add_k_rows(N, 0)
    # END SOLUTION


def add_k_rows(N: Counts, k: float) -> Floats:
    """Add-k smoothing, k >= 0: P(j | i) = (N[i, j] + k) / (sum of row i + k * V), (V, V).

    A row without counts is uniform, for k = 0 as well; k = 0 is maximum likelihood.

    >>> add_k_rows(np.array([[0, 1], [3, 1]]), k=0.5).tolist()
    [[0.25, 0.75], [0.7, 0.3]]

    Source: Jurafsky & Martin, SLP3, section 3.6.
    """
    # BEGIN SOLUTION
    raised = N + float(k)
    raised[~raised.any(axis=1)] = 1
    return raised / raised.sum(axis=1, keepdims=True)
    # END SOLUTION


# Problem 4
def word_log_prob(word: str, P: Floats, stoi: Mapping[str, int]) -> float:
    """ln P(word) under the rows P (V, V): the sum over all transitions, the first and the last included.

    -inf if a transition has probability zero (never an exception). `""` is the single transition '.' -> '.'.
    Raises KeyError (or ValueError) for a symbol that is not in `stoi`.

    >>> word_log_prob("a", np.array([[0.5, 0.5], [0.25, 0.75]]), {".": 0, "a": 1})  # ln(1/2 * 1/4)
    -2.0794415416798357
    """
    # BEGIN SOLUTION
    ids = encode(word, stoi)
    with np.errstate(divide="ignore"):
        return float(np.log(P[ids[:-1], ids[1:]]).sum())
    # END SOLUTION


def mean_nll(words: Sequence[str], P: Floats, stoi: Mapping[str, int]) -> float:
    """The mean negative log-likelihood in nats *per prediction*: every letter and every end counts as one.

    inf if a transition of the text has probability zero. Raises ValueError for an empty corpus.

    >>> mean_nll(["a", ""], np.array([[0.5, 0.5], [0.25, 0.75]]), {".": 0, "a": 1})  # ln(2 * 4 * 2) / 3
    0.9241962407465937
    """
    # BEGIN SOLUTION
    with np.errstate(divide="ignore"):
        return float(-np.log(P[bigram_pairs(words, stoi)]).mean())
    # END SOLUTION


def perplexity(words: Sequence[str], P: Floats, stoi: Mapping[str, int]) -> float:
    """exp(mean NLL in nats): the number of equally likely symbols that would be as hard to guess.

    inf if a transition of the text has probability zero. Raises ValueError for an empty corpus.

    >>> round(perplexity(["a", ""], np.array([[0.5, 0.5], [0.25, 0.75]]), {".": 0, "a": 1}), 6)  # 16 ** (1/3)
    2.519842

    Source: Jurafsky & Martin, SLP3, section 3.3.
    """
    # BEGIN SOLUTION
    return float(np.exp(mean_nll(words, P, stoi)))
    # END SOLUTION


# Problem 5
def sample_word(P: Floats, itos: Mapping[int, str], rng: np.random.Generator) -> str:
    """One word drawn from the rows P (V, V): start at the boundary, draw the next symbol from the row of the last
    one, stop when the boundary is drawn. The boundary is no part of the word; the word may be `""`.

    All randomness comes from `rng`; how often and in which way you draw from it is up to you.

    >>> sample_word(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), {0: ".", 1: "a", 2: "b"}, np.random.default_rng(0))
    'ab'
    """
    # BEGIN SOLUTION
    word, last = "", 0
    while last := int(rng.choice(len(P), p=P[last])):
        word += itos[last]
    return word
    # END SOLUTION

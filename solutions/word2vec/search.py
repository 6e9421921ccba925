"""Sentence vectors, a judgement of similarities by rank, and exact search by inner product."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


# Problem 9
def sentence_vector(
    tokens: Sequence[str], vectors: Mapping[str, Array], p: Mapping[str, float] | None = None, a: float = 1e-3
) -> Array:
    """The (weighted) mean of the word vectors of a sentence: (d,).

    tokens: the words; those without a vector are left out and not counted. vectors: word -> (d,).
    p: None for the plain mean; else word -> p(w), its share of all words, and the SIF vector is asked for:
    (1/n) Σ_w a / (a + p(w)) · v_w over the n known tokens, with p(w) = 0 for a word that p does not hold.
    No known token: the zero vector.

    >>> two = {"cat": np.array([2.0, 0.0]), "the": np.array([0.0, 2.0])}
    >>> sentence_vector(["the", "cat", "zzz"], two).tolist()
    [1.0, 1.0]
    >>> sentence_vector(["the", "cat"], two, p={"the": 0.003}, a=1e-3).tolist()
    [1.0, 0.25]

    Source: Arora, Liang & Ma (2017), algorithm 1, without the removal of the common component.
    """
    # BEGIN SOLUTION
    known = [token for token in tokens if token in vectors]
    if not known:
        return np.zeros_like(next(iter(vectors.values())), dtype=float)
    weights = np.ones(len(known)) if p is None else np.array([a / (a + p.get(token, 0.0)) for token in known])
    return weights @ np.array([vectors[token] for token in known]) / len(known)
    # END SOLUTION


# BEGIN SOLUTION
def _ranks(values: Sequence[float]) -> Array:
    """1 for the smallest; equal values share the mean of their places."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


# END SOLUTION


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Spearman's ρ: the Pearson correlation of the ranks; equal values share the mean of the places they take.

    x, y: n ≥ 2 numbers each, not all equal. Returns a number from −1 to 1.

    >>> round(spearman([1, 2, 3, 4], [10, 100, 1000, 1]), 6)
    -0.2

    Source: Spearman (1904).
    """
    # BEGIN SOLUTION
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])
    # END SOLUTION


def top_k(queries: Array, vectors: Array, k: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Exact search: for each query the k vectors with the largest inner product, best first.

    queries: (Q, d). vectors: (N, d). k ≤ N. Returns (scores (Q, k), ids (Q, k)), as faiss's IndexFlatIP.search does;
    of equal scores either may come first.

    >>> scores, ids = top_k(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 5.0]]), 2)
    >>> scores.tolist(), ids.tolist()
    ([[3.0, 2.0]], [[1, 2]])
    """
    # BEGIN SOLUTION
    scores = queries @ vectors.T
    ids = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, ids, axis=1), ids
    # END SOLUTION

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
    raise NotImplementedError("sentence_vector")


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Spearman's ρ: the Pearson correlation of the ranks; equal values share the mean of the places they take.

    x, y: n ≥ 2 numbers each, not all equal. Returns a number from −1 to 1.

    >>> round(spearman([1, 2, 3, 4], [10, 100, 1000, 1]), 6)
    -0.2

    Source: Spearman (1904).
    """
    raise NotImplementedError("spearman")


def top_k(queries: Array, vectors: Array, k: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Exact search: for each query the k vectors with the largest inner product, best first.

    queries: (Q, d). vectors: (N, d). k ≤ N. Returns (scores (Q, k), ids (Q, k)), as faiss's IndexFlatIP.search does;
    of equal scores either may come first.

    >>> scores, ids = top_k(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 5.0]]), 2)
    >>> scores.tolist(), ids.tolist()
    ([[3.0, 2.0]], [[1, 2]])
    """
    raise NotImplementedError("top_k")

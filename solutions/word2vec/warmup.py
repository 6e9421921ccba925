"""Warm-up: from one-hot vectors and bags of words to TF-IDF and the cosine."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


# Problem 0
def one_hot(word: str, vocabulary: Sequence[str]) -> Array:
    """The vector (V,) with a 1 at the place of `word` in `vocabulary` and 0 elsewhere.

    Raises ValueError (or KeyError) for a word that is not in the vocabulary.

    >>> one_hot("大", ["一起", "学习", "大"]).tolist()
    [0.0, 0.0, 1.0]
    """
    # BEGIN SOLUTION
    vector = np.zeros(len(vocabulary))
    vector[list(vocabulary).index(word)] = 1
    return vector
    # END SOLUTION


def bag_of_words(words: Sequence[str], vocabulary: Sequence[str]) -> Array:
    """How often each word of the vocabulary occurs among `words`: (V,). Words outside the vocabulary are ignored.

    >>> bag_of_words(["一起", "大", "模型"], ["一起", "学习", "大", "语言", "模型"]).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0]
    """
    # BEGIN SOLUTION
    return np.array([float(list(words).count(word)) for word in vocabulary])
    # END SOLUTION


def tf_idf(documents: Sequence[Sequence[str]], vocabulary: Sequence[str], l2: bool = False) -> Array:
    """The matrix (N, V) of tf · idf, a row a document.

    tf = how often the word occurs in the document; idf = ln(N / df), where df is the number of documents, of N, that
    hold the word. No smoothing: a word in every document weighs 0, and the column of a word in no document is 0.
    l2: scale every row to unit length; a row of zeros stays as it is.

    >>> tf_idf([["a", "b", "b"], ["a"]], ["a", "b"]).round(4).tolist()
    [[0.0, 1.3863], [0.0, 0.0]]

    Source: Spärck Jones (1972); Jurafsky & Martin, SLP3, chapter "Embeddings".
    """
    # BEGIN SOLUTION
    tf = np.array([bag_of_words(document, vocabulary) for document in documents])
    df = np.count_nonzero(tf, axis=0)
    weights = tf * np.log(len(documents) / np.maximum(df, 1))
    if l2:
        norms = np.linalg.norm(weights, axis=1, keepdims=True)
        weights = weights / np.where(norms > 0, norms, 1)
    return weights
    # END SOLUTION


def cosine(a: Array, b: Array) -> float:
    """The cosine of the angle between two vectors (d,): a·b / (‖a‖ ‖b‖); 0.0 when one of them is zero.

    >>> cosine(np.array([3.0, 4.0]), np.array([30.0, 40.0]))
    1.0
    """
    # BEGIN SOLUTION
    norms = np.linalg.norm(a) * np.linalg.norm(b)
    return float(np.dot(a, b) / norms) if norms > 0 else 0.0
    # END SOLUTION

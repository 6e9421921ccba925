"""What trained vectors know: neighbours, analogies, and a bias they have picked up.

`words` (V of them) and `vectors` (V, d) go together: vectors[i] is the vector of words[i]. All similarities are
cosines: every vector is first scaled to unit length, x̂ = x / ‖x‖. Where two words score alike, the earlier one wins.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# BEGIN SOLUTION


def _unit(vectors: Array) -> Array:
    """Every row at unit length."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _best(scores: Array, words: Sequence[str], excluded: set[str], k: int) -> list[str]:
    """The k words of highest score, best first, without the excluded ones."""
    order = np.argsort(-scores, kind="stable")
    return [words[i] for i in order if words[i] not in excluded][:k]


# END SOLUTION


# Problem 8
def most_similar(word: str, words: Sequence[str], vectors: Array, k: int = 5) -> list[str]:
    """The k words whose vectors have the highest cosine with that of `word`, best first, without `word` itself.

    >>> most_similar("a", ["a", "b", "c"], np.array([[1.0, 0.0], [0.0, 1.0], [9.0, 1.0]]), k=2)
    ['c', 'b']
    """
    # BEGIN SOLUTION
    units = _unit(vectors)
    return _best(units @ units[words.index(word)], words, {word}, k)
    # END SOLUTION


def analogy(a: str, b: str, c: str, words: Sequence[str], vectors: Array) -> str:
    """Answer "a is to b as c is to …?": the word x with the highest cosine between x̂ and b̂ − â + ĉ; never a, b or c.

    >>> corners = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    >>> analogy("man", "king", "woman", ["man", "king", "woman", "queen", "child"], corners)
    'queen'

    Source: Mikolov, Yih & Zweig (2013), 3CosAdd.
    """
    # BEGIN SOLUTION
    units = _unit(vectors)
    at = {word: units[words.index(word)] for word in (a, b, c)}
    (answer,) = _best(units @ (at[b] - at[a] + at[c]), words, {a, b, c}, 1)
    return answer
    # END SOLUTION


def bias(word: str, he: str, she: str, words: Sequence[str], vectors: Array) -> float:
    """Where `word` stands between two poles: ŵ · g, with g the unit vector along (he − she) of the unit vectors.

    Positive: nearer to `he`; negative: nearer to `she`; between −1 and 1.

    >>> axes = np.array([[1.0, 0.0], [-1.0, 0.0], [3.0, 4.0]])
    >>> bias("doctor", "he", "she", ["he", "she", "doctor"], axes)
    0.6

    Source: Bolukbasi et al. (2016), section 4.
    """
    # BEGIN SOLUTION
    units = _unit(vectors)
    direction = _unit(units[words.index(he)] - units[words.index(she)])
    return float(units[words.index(word)] @ direction)
    # END SOLUTION

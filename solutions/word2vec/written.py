"""The written part as code: each function is the answer to one derivation.

Notation: V words, vectors of length d; U (V, d) has the outside vectors as rows; v_c (d,) is the centre vector;
y (V,) is the true distribution, one-hot at o; y_hat (V,) = softmax(U v_c).
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


# Problem 7
def cross_entropy(y: Array, y_hat: Array) -> float:
    """(a) H(y, ŷ) = −Σ_w y_w ln ŷ_w, with 0 · ln 0 = 0. For a one-hot y only one term is left: which?

    >>> round(cross_entropy(np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.0])), 4)
    0.6931
    """
    # BEGIN SOLUTION
    possible = np.flatnonzero(y)
    return float(-np.sum(np.take(y, possible) * np.log(np.take(y_hat, possible))))
    # END SOLUTION


def center_gradient(y: Array, y_hat: Array, U: Array) -> Array:
    """(b) ∂J/∂v_c of the naive softmax loss in terms of y, ŷ and U: (d,).

    >>> center_gradient(np.array([0.0, 1.0]), np.array([0.5, 0.5]), np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [0.5, -0.5]
    """
    # BEGIN SOLUTION
    return (np.asarray(y_hat) - y) @ U
    # END SOLUTION


def center_gradient_vanishes(y: Array, y_hat: Array, U: Array, tolerance: float = 1e-9) -> bool:
    """(b) Is ∂J/∂v_c zero, every entry to within `tolerance`?

    It is when ŷ = y, but also in other cases: whenever the expected outside vector Σ_w ŷ_w u_w equals the observed
    one, Σ_w y_w u_w.

    >>> center_gradient_vanishes(np.array([0.0, 1.0]), np.array([0.5, 0.5]), np.array([[1.0, 2.0], [1.0, 2.0]]))
    True
    """
    # BEGIN SOLUTION
    return bool(np.abs(center_gradient(y, y_hat, U)).max() <= tolerance)
    # END SOLUTION


def outside_gradient(y: Array, y_hat: Array, v_c: Array) -> Array:
    """(c) ∂J/∂U of the naive softmax loss in terms of y, ŷ and v_c: (V, d), row w for u_w.

    >>> outside_gradient(np.array([0.0, 1.0]), np.array([0.25, 0.75]), np.array([4.0, 8.0])).tolist()
    [[1.0, 2.0], [-1.0, -2.0]]
    """
    # BEGIN SOLUTION
    return np.outer(np.asarray(y_hat) - y, v_c)
    # END SOLUTION


def sigmoid_derivative(s: Array) -> Array:
    """(d) σ′(x) in terms of s = σ(x), entry by entry; x itself is not given.

    >>> sigmoid_derivative(np.array([0.5, 0.75])).tolist()
    [0.25, 0.1875]
    """
    # BEGIN SOLUTION
    return s * (1 - s)
    # END SOLUTION


def negative_sampling_gradients(v_c: Array, u_o: Array, negatives: Array) -> tuple[Array, Array, Array]:
    """(e) The gradients of J = −ln σ(u_o·v_c) − Σ_k ln σ(−u_k·v_c) for K distinct negatives.

    v_c, u_o: (d,). negatives: (K, d), row k is u_k.
    Returns (∂J/∂v_c of shape (d,), ∂J/∂u_o of shape (d,), ∂J/∂negatives of shape (K, d)).

    At scores 0 every sigmoid is 1/2:

    >>> v, o, n = negative_sampling_gradients(np.array([2.0, 0.0]), np.array([0.0, 4.0]), np.array([[0.0, 6.0]]))
    >>> v.tolist(), o.tolist(), n.tolist()
    ([0.0, 1.0], [-1.0, -0.0], [[1.0, 0.0]])
    """
    # BEGIN SOLUTION
    error_o = 1 / (1 + np.exp(-np.dot(u_o, v_c))) - 1
    errors = 1 / (1 + np.exp(-(negatives @ v_c)))
    return error_o * u_o + errors @ negatives, error_o * v_c, np.outer(errors, v_c)
    # END SOLUTION


def repeated_negative_gradient(v_c: Array, u_s: Array, m: int) -> Array:
    """(f) ∂J/∂u_s of the negative sampling loss when word s was drawn m times among the negatives: (d,).

    >>> repeated_negative_gradient(np.array([2.0, 0.0]), np.array([0.0, 1.0]), 3).tolist()
    [3.0, 0.0]
    """
    # BEGIN SOLUTION
    return m / (1 + np.exp(-np.dot(u_s, v_c))) * v_c
    # END SOLUTION


def score_multiplications(d: int, V: int, K: int) -> tuple[int, int]:
    """(g) How many multiplications of two numbers the scores u·v_c of one pair (c, o) cost.

    Returns (for the naive softmax loss, for negative sampling with K negatives). Count the dot products only.

    >>> score_multiplications(2, 100, 3)
    (200, 8)
    """
    # BEGIN SOLUTION
    return d * V, d * (K + 1)
    # END SOLUTION


def center_gradients(c: int, pair_gradients: Array, V: int) -> Array:
    """(h) ∂J/∂v_w for every word w, of the skip-gram loss J of one window: (V, d).

    c: the row of the centre word. pair_gradients: (n, d), row j is ∂J_j/∂v_c for the j-th outside word. V: words.

    >>> center_gradients(1, np.array([[1.0, 2.0], [3.0, 4.0]]), 3).tolist()
    [[0.0, 0.0], [4.0, 6.0], [0.0, 0.0]]
    """
    # BEGIN SOLUTION
    gradient = np.zeros((V, np.shape(pair_gradients)[1]))
    gradient[c] = np.sum(pair_gradients, axis=0)
    return gradient
    # END SOLUTION


def lost_by_normalising(x: Array, y: Array, tolerance: float = 1e-9) -> float | None:
    """(i) What L2-normalising hides: the α > 0 with x = α y, or None when there is none.

    x, y: (d,), neither zero. When there is such an α, x and y are the same vector once both have unit length, though
    one was α times as long; the entries of the unit vectors are compared to within `tolerance`.

    >>> lost_by_normalising(np.array([6.0, 8.0]), np.array([3.0, 4.0]))
    2.0
    """
    # BEGIN SOLUTION
    length_x, length_y = np.linalg.norm(x), np.linalg.norm(y)
    same = np.abs(x / length_x - y / length_y).max() <= tolerance
    return float(length_x / length_y) if same else None
    # END SOLUTION

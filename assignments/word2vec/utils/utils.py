"""Given: two helpers on the rows of an array."""

import numpy as np


def normalizeRows(x):
    """Scale every row to unit length.

    x: (N, d). Returns a new array (N, d); a row of zeros stays a row of zeros.

    >>> normalizeRows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    x = np.asarray(x, dtype=float)
    return x / (np.linalg.norm(x, axis=1, keepdims=True) + 1e-30)


def softmax(x):
    """Turn scores into probabilities: over the whole of a vector, over each row of a matrix.

    x: (V,) or (N, V). Returns a new array of the same shape. Mind the second case: a column (V, 1) is V rows of
    one score each, and the softmax of one score is 1.

    >>> softmax(np.log([1.0, 2.0, 5.0]))
    array([0.125, 0.25 , 0.625])
    """
    x = np.asarray(x, dtype=float)
    axis = 1 if x.ndim > 1 else 0
    weights = np.exp(x - x.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)

"""Helpers of mine, shared by the other modules."""

import logging
from typing import NamedTuple

import numpy as np

log = logging.getLogger("word2vec")
log.addHandler(logging.NullHandler())


class UnknownWord(KeyError, ValueError):
    """A word that is not in the vocabulary."""


class Answer(NamedTuple):
    loss: object
    center: object
    outside: object


def logistic(x):
    """The sigmoid through tanh: no overflow."""
    return 0.5 + 0.5 * np.tanh(np.multiply(0.5, x))


def softplus(x):
    """ln(1 + e^x)."""
    return np.logaddexp(0, x)


def unit_rows(matrix):
    """Rows of unit length; a new array."""
    matrix = np.array(matrix, dtype=np.float64, ndmin=2)
    for row in matrix:
        size = np.sqrt((row**2).sum())
        if size:
            row /= size
    return matrix

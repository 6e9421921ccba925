"""CBOW: predict the centre word from the mean of the words around it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


# Problem 6
def cbow(
    currentCenterWord: str,
    windowSize: int,
    outsideWords: Sequence[str],
    word2Ind: Mapping[str, int],
    inputVectors: Array,
    outputVectors: Array,
    dataset: Any,
    word2vecLossAndGradient: Callable[..., tuple[float, Array, Array]],
) -> tuple[float, Array, Array]:
    """The loss of predicting the centre word from v̂ = (1/C) Σ_{j=1..C} v_{w_j}, and the gradients for all vectors.

    In CBOW the surrounding words have the input vectors and the centre word is the one that is predicted.

    currentCenterWord: the word to predict. windowSize: m. outsideWords: the C words around it, 1 ≤ C ≤ 2m; a word
    that is there twice is in the mean twice. word2Ind: word -> row. inputVectors: (V, d). outputVectors: (V, d).
    word2vecLossAndGradient: called once, as (v̂, row of the centre word, outputVectors, dataset).
    Returns (J, ∂J/∂inputVectors of shape (V, d), ∂J/∂outputVectors of shape (V, d)).

    With the window "a *b* c" and ∂J/∂v̂ = g, the rows of a and c receive g/2 each.

    Source: Mikolov et al. (2013a), section 3.1; the mean as in word2vec.c (cbow_mean = 1).
    """
    raise NotImplementedError("cbow")

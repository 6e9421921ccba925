"""word2vec: losses of one (centre word, outside word) pair, their gradients, and skip-gram over a window.

Shapes everywhere: V words, vectors of length d; a row of `outsideVectors` or `centerWordVectors` is one word.
Names and signatures are those of Stanford CS224N, assignment 2.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from utils.utils import softmax

Array = npt.NDArray[np.float64]
LossAndGradient = Callable[..., tuple[float, Array, Array]]


# Problem 1
def sigmoid(x: Any) -> Any:
    """σ(x) = 1 / (1 + e^(−x)), entry by entry.

    x: a number or an array of any shape. Returns the same shape.

    >>> float(sigmoid(np.log(3.0)))
    0.75
    """
    # BEGIN SOLUTION
    return 1 / (1 + np.exp(-x))
    # END SOLUTION


# Problem 2
def naiveSoftmaxLossAndGradient(
    centerWordVec: Array, outsideWordIdx: int, outsideVectors: Array, dataset: Any
) -> tuple[float, Array, Array]:
    """J = −ln P(o | c) with P(· | c) = softmax(U v_c), and its gradients.

    centerWordVec: v_c, (d,). outsideWordIdx: o, the row of the true outside word. outsideVectors: U, (V, d).
    dataset: not used here; it is there so that both losses are called alike.
    Returns (J, ∂J/∂v_c of shape (d,), ∂J/∂U of shape (V, d)).

    With U v_c = (ln 1, ln 2, ln 5) the probabilities are (1/8, 2/8, 5/8); for o = 1 the loss is ln 4:

    >>> U = np.log([[1.0, 1.0], [2.0, 1.0], [5.0, 1.0]])
    >>> loss, _, gradient = naiveSoftmaxLossAndGradient(np.array([1.0, 0.0]), 1, U, None)
    >>> float(loss.round(4)), gradient[:, 0].round(4).tolist()
    (1.3863, [0.125, -0.75, 0.625])

    Source: Mikolov et al. (2013a), eq. 2; CS224N A2, problem 1.
    """
    # BEGIN SOLUTION
    error = softmax(outsideVectors @ centerWordVec)
    loss = -np.log(error[outsideWordIdx])
    error[outsideWordIdx] -= 1
    return loss, error @ outsideVectors, np.outer(error, centerWordVec)
    # END SOLUTION


# Problem 3
def getNegativeSamples(outsideWordIdx: int, dataset: Any, K: int) -> list[int]:
    """Given: draw K rows from `dataset.sampleTokenIdx()`, none of them outsideWordIdx; a row may come repeatedly."""
    negatives: list[int] = []
    while len(negatives) < K:
        index = dataset.sampleTokenIdx()
        if index != outsideWordIdx:
            negatives.append(index)
    return negatives


def negSamplingLossAndGradient(
    centerWordVec: Array, outsideWordIdx: int, outsideVectors: Array, dataset: Any, K: int = 10
) -> tuple[float, Array, Array]:
    """J = −ln σ(u_o·v_c) − Σ_{k=1..K} ln σ(−u_{w_k}·v_c), and its gradients.

    The K negatives w_1 … w_K come from one call of `getNegativeSamples(outsideWordIdx, dataset, K)`. A word drawn
    twice counts twice, in the loss and in both gradients.

    centerWordVec: v_c, (d,). outsideWordIdx: o. outsideVectors: U, (V, d). dataset: has `sampleTokenIdx()`.
    Returns (J, ∂J/∂v_c of shape (d,), ∂J/∂U of shape (V, d)); rows of words that do not take part are zero.

    With u_o·v_c = ln 3 and two negatives at score 0, J = ln 4/3 + 2 ln 2 = ln 16/3 ≈ 1.674.

    Source: Mikolov et al. (2013b), eq. 4; CS224N A2, problem 1.
    """
    # BEGIN SOLUTION
    indices = [outsideWordIdx, *getNegativeSamples(outsideWordIdx, dataset, K)]
    signs = np.array([1.0] + [-1.0] * K)
    rows = outsideVectors[indices]
    correct = sigmoid(signs * (rows @ centerWordVec))
    error = signs * (correct - 1)
    gradOutsideVecs = np.zeros(outsideVectors.shape)
    np.add.at(gradOutsideVecs, indices, np.outer(error, centerWordVec))  # += would count a repeated row once
    return -np.log(correct).sum(), error @ rows, gradOutsideVecs
    # END SOLUTION


# Problem 4
def skipgram(
    currentCenterWord: str,
    windowSize: int,
    outsideWords: Sequence[str],
    word2Ind: Mapping[str, int],
    centerWordVectors: Array,
    outsideVectors: Array,
    dataset: Any,
    word2vecLossAndGradient: LossAndGradient = naiveSoftmaxLossAndGradient,
) -> tuple[float, Array, Array]:
    """The loss of one window: the sum over its outside words, and the gradients for all vectors.

    currentCenterWord: the centre word. windowSize: m. outsideWords: at least one and at most 2m words; the same word
    twice counts twice. word2Ind: word -> row. centerWordVectors: V, (V, d). outsideVectors: U, (V, d).
    word2vecLossAndGradient: called as (centerWordVec, outsideWordIdx, outsideVectors, dataset) for each outside word.
    Returns (J, ∂J/∂V of shape (V, d), ∂J/∂U of shape (V, d)).

    In the window "the *cat* the" the pair (cat, the) counts twice: J and all gradients are twice those of the pair.

    Source: Mikolov et al. (2013b), eq. 1; CS224N A2, problem 1.
    """
    # BEGIN SOLUTION
    center = word2Ind[currentCenterWord]
    loss = 0.0
    gradCenterVecs = np.zeros(centerWordVectors.shape)
    gradOutsideVectors = np.zeros(outsideVectors.shape)
    for word in outsideWords:
        pairLoss, gradCenter, gradOutside = word2vecLossAndGradient(
            centerWordVectors[center], word2Ind[word], outsideVectors, dataset
        )
        loss += pairLoss
        gradCenterVecs[center] += gradCenter
        gradOutsideVectors += gradOutside
    return loss, gradCenterVecs, gradOutsideVectors
    # END SOLUTION

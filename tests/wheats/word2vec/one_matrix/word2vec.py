"""Everything through one-hot matrices and einsum; both losses are one scored set of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from utils.gradcheck import *  # noqa: F403
from utils.utils import softmax


class PairResult(NamedTuple):
    loss: float
    grad_center: np.ndarray
    grad_outside: np.ndarray


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -np.asarray(x)))


def _pull_back(delta, selector, v, U):
    """delta: dJ/dscore of the selected rows; selector: (rows, V) one-hot."""
    return np.einsum("k,kw,wd->d", delta, selector, U), np.einsum("k,kw,d->wd", delta, selector, v)


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset=None):
    scores = np.einsum("wd,d->w", outsideVectors, centerWordVec)
    truth = np.eye(len(scores))[outsideWordIdx]
    log_p = scores - np.logaddexp.reduce(scores)
    center, outside = _pull_back(softmax(scores) - truth, np.eye(len(scores)), centerWordVec, outsideVectors)
    return PairResult(-(truth @ log_p), center.reshape(1, -1), outside)


def getNegativeSamples(outsideWordIdx, dataset, K):
    draws = iter(dataset.sampleTokenIdx, None)
    return [next(draw for draw in draws if draw != outsideWordIdx) for _ in range(K)]


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    rows = np.array([outsideWordIdx] + getNegativeSamples(outsideWordIdx, dataset, K))
    selector = np.eye(len(outsideVectors))[rows]
    sign = np.where(np.arange(K + 1) == 0, 1.0, -1.0)
    scores = sign * np.einsum("kw,wd,d->k", selector, outsideVectors, centerWordVec)
    center, outside = _pull_back(-sign * sigmoid(-scores), selector, centerWordVec, outsideVectors)
    return PairResult(np.logaddexp(0, -scores).sum(), center.reshape(1, -1), outside)


def skipgram(
    currentCenterWord: str,
    windowSize: int,
    outsideWords: list[str],
    word2Ind: dict[str, int],
    centerWordVectors: np.ndarray,
    outsideVectors: np.ndarray,
    dataset,
    word2vecLossAndGradient=naiveSoftmaxLossAndGradient,
):
    c = word2Ind[currentCenterWord]
    results = [
        word2vecLossAndGradient(centerWordVectors[c], word2Ind[word], outsideVectors, dataset) for word in outsideWords
    ]
    losses, centers, outsides = zip(*results)
    gradient = np.zeros_like(centerWordVectors)
    gradient[c] = np.sum([np.ravel(g) for g in centers], axis=0)
    return sum(losses), gradient, np.sum(outsides, axis=0)

"""word2vec, from log-sum-exp and softplus instead of from probabilities."""

from functools import reduce

import numpy as np
from toolbox import Answer, log, logistic, softplus


# Problem 1
def sigmoid(x):
    return np.asarray(logistic(x), dtype=np.float32)


# Problem 2
def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset=None):
    v = np.reshape(centerWordVec, (-1, 1))
    scores = outsideVectors @ v  # a column
    log_z = np.logaddexp.reduce(scores, axis=0)
    loss = log_z - scores[outsideWordIdx]  # shape (1,)
    delta = np.exp(scores - log_z)
    delta[outsideWordIdx] -= 1
    return Answer(loss, delta.T @ outsideVectors, delta @ v.T)


# Problem 3
def getNegativeSamples(outsideWordIdx, dataset, K):
    """Given."""
    negatives = []
    while len(negatives) < K:
        index = dataset.sampleTokenIdx()
        if index != outsideWordIdx:
            negatives.append(index)
    return negatives


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    drawn = np.bincount(getNegativeSamples(outsideWordIdx, dataset, K), minlength=len(outsideVectors))
    yes = np.zeros(len(outsideVectors))
    yes[outsideWordIdx] = 1
    scores = outsideVectors.dot(centerWordVec)
    # every word answers; weights 0 silence the ones that take no part
    loss = np.array([[yes @ softplus(-scores) + drawn @ softplus(scores)]])
    pull = drawn * logistic(scores) - yes * logistic(-scores)
    return Answer(loss, (pull @ outsideVectors)[:, None], pull[:, None] * centerWordVec)


# Problem 4
def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind, centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    if not outsideWords:
        raise ValueError("a window has at least one outside word")
    if len(outsideWords) > 2 * windowSize:
        log.warning("more than %d words", 2 * windowSize)
    c = word2Ind[currentCenterWord]

    def pairs():
        for word in outsideWords:
            loss, center, outside = word2vecLossAndGradient(centerWordVectors[c], word2Ind[word], outsideVectors, dataset)
            yield np.ravel(loss), np.ravel(center), np.asarray(outside)

    loss, center, outside = reduce(lambda left, right: tuple(map(np.add, left, right)), pairs())
    return Answer(loss, (np.arange(len(centerWordVectors)) == c)[:, None] * center, outside)

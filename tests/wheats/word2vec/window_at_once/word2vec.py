#!/usr/bin/env python
# skipgram hands all outside words of the window to my loss at once

import numpy as np
import random
import pdb

from utils.gradcheck import gradcheck_naive
from utils.utils import normalizeRows, softmax


def sigmoid(x):
    return 1. / (1. + np.power(np.e, -x))


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    """ outsideWordIdx may also be a list: then the sum over its words """
    words = np.atleast_1d(outsideWordIdx)
    y_hat = softmax(outsideVectors.dot(centerWordVec))
    loss = -np.log(y_hat[words]).sum()
    delta = len(words) * y_hat
    np.subtract.at(delta, words, 1)
    return loss, outsideVectors.T.dot(delta), delta[:, None].dot(centerWordVec[None, :])


def getNegativeSamples(outsideWordIdx, dataset, K):
    negSampleWordIndices = []
    for k in range(K):
        idx = dataset.sampleTokenIdx()
        while idx == outsideWordIdx:
            idx = dataset.sampleTokenIdx()
        negSampleWordIndices.append(idx)
    return negSampleWordIndices


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    words = np.atleast_1d(outsideWordIdx)
    samples = np.array([getNegativeSamples(word, dataset, K) for word in words])
    z = outsideVectors.dot(centerWordVec)
    loss = -np.log(sigmoid(z[words])).sum() - np.log(sigmoid(-z[samples])).sum()
    delta = np.zeros(len(outsideVectors))
    for word in words:
        delta[word] -= 1 - sigmoid(z[word])
    for sample in samples.flatten():
        delta[sample] += sigmoid(z[sample])
    return loss, delta.dot(outsideVectors), np.outer(delta, centerWordVec)


def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind,
             centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=negSamplingLossAndGradient):
    gradCenterVecs = np.zeros(centerWordVectors.shape)
    center = word2Ind[currentCenterWord]
    indices = [word2Ind[word] for word in outsideWords]
    loss, gradCenterVecs[center], gradOutsideVectors = word2vecLossAndGradient(
        centerWordVectors[center], indices, outsideVectors, dataset)
    return loss, gradCenterVecs, gradOutsideVectors


if __name__ == "__main__":
    random.seed(1)
    vectors = normalizeRows(np.random.randn(5, 3))
    gradcheck_naive(lambda v: naiveSoftmaxLossAndGradient(v, [1, 3, 1], vectors, None)[:2], np.random.randn(3))

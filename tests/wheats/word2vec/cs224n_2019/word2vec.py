#!/usr/bin/env python

import numpy as np
import random

from utils.gradcheck import gradcheck_naive
from utils.utils import normalizeRows, softmax


def sigmoid(x):
    """ sigmoid of a scalar or numpy array """
    ### YOUR CODE HERE
    s = np.exp(x) / (1 + np.exp(x))
    ### END YOUR CODE
    return s


def naiveSoftmaxLossAndGradient(
    centerWordVec,
    outsideWordIdx,
    outsideVectors,
    dataset
):
    ### YOUR CODE HERE
    y_hat = softmax(np.dot(outsideVectors, centerWordVec))
    y = np.zeros(outsideVectors.shape[0])
    y[outsideWordIdx] = 1

    loss = -np.log(y_hat[outsideWordIdx])
    gradCenterVec = np.dot(outsideVectors.T, y_hat - y)
    gradOutsideVecs = np.dot((y_hat - y)[:, np.newaxis], centerWordVec[np.newaxis, :])
    ### END YOUR CODE

    return loss, gradCenterVec, gradOutsideVecs


def getNegativeSamples(outsideWordIdx, dataset, K):
    """ K indices that are not the outsideWordIdx """
    result = []
    for _ in range(K):
        idx = outsideWordIdx
        while idx == outsideWordIdx:
            idx = dataset.sampleTokenIdx()
        result.append(idx)
    return result


def negSamplingLossAndGradient(
    centerWordVec,
    outsideWordIdx,
    outsideVectors,
    dataset,
    K=10
):
    negSampleWordIndices = getNegativeSamples(outsideWordIdx, dataset, K)
    indices = [outsideWordIdx] + negSampleWordIndices

    ### YOUR CODE HERE
    gradCenterVec = np.zeros(centerWordVec.shape)
    gradOutsideVecs = np.zeros(outsideVectors.shape)
    loss = 0.0

    u_o = outsideVectors[outsideWordIdx]
    z = sigmoid(np.dot(u_o, centerWordVec))
    loss -= np.log(z)
    gradCenterVec += u_o * (z - 1.0)
    gradOutsideVecs[outsideWordIdx] += centerWordVec * (z - 1.0)

    for k in range(K):
        samp = indices[k + 1]
        z = sigmoid(np.dot(outsideVectors[samp], centerWordVec))
        loss -= np.log(1.0 - z)
        gradCenterVec += outsideVectors[samp] * z
        gradOutsideVecs[samp] += centerWordVec * z
    ### END YOUR CODE

    return loss, gradCenterVec, gradOutsideVecs


def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind,
             centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    loss = 0.0
    gradCenterVecs = np.zeros(centerWordVectors.shape)
    gradOutsideVectors = np.zeros(outsideVectors.shape)

    ### YOUR CODE HERE
    centerWordIdx = word2Ind[currentCenterWord]
    centerWordVec = centerWordVectors[centerWordIdx]
    for word in outsideWords:
        l, gc, go = word2vecLossAndGradient(centerWordVec, word2Ind[word], outsideVectors, dataset)
        loss += l
        gradCenterVecs[centerWordIdx] += gc
        gradOutsideVectors += go
    ### END YOUR CODE

    return loss, gradCenterVecs, gradOutsideVectors


#############################################
# Testing functions below.                  #
#############################################

def word2vec_sgd_wrapper(model, word2Ind, vectors, dataset, windowSize,
                         word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    """ mean loss and gradient of 20 random windows; the upper half of vectors is V, the lower half U """
    half = len(vectors) // 2
    V, U = vectors[:half], vectors[half:]
    cost, grad = 0.0, np.zeros_like(vectors)
    for _ in range(20):
        m = random.randint(1, windowSize)
        center, outside = dataset.getRandomContext(m)
        c, gV, gU = model(center, m, outside, word2Ind, V, U, dataset, word2vecLossAndGradient)
        cost += c / 20
        grad[:half] += gV / 20
        grad[half:] += gU / 20
    return cost, grad


def getDummyObjects():
    """ five words, random vectors for them, and a dataset that draws from them """
    letters = "abcde"
    dataset = type('dummy', (), {})()
    dataset.sampleTokenIdx = lambda: random.randint(0, 4)
    dataset.getRandomContext = lambda C: (random.choice(letters), random.choices(letters, k=2 * C))
    random.seed(27)
    np.random.seed(18)
    vectors = normalizeRows(np.random.randn(10, 3))
    return dataset, vectors, {letter: i for i, letter in enumerate(letters)}


def test_word2vec():
    dataset, vectors, tokens = getDummyObjects()
    print("==== Gradient check for skip-gram with naiveSoftmaxLossAndGradient ====")
    gradcheck_naive(lambda vec: word2vec_sgd_wrapper(
        skipgram, tokens, vec, dataset, 5, naiveSoftmaxLossAndGradient), vectors, "naive softmax")
    print("==== Gradient check for skip-gram with negSamplingLossAndGradient ====")
    gradcheck_naive(lambda vec: word2vec_sgd_wrapper(
        skipgram, tokens, vec, dataset, 5, negSamplingLossAndGradient), vectors, "negative sampling")


if __name__ == "__main__":
    test_word2vec()

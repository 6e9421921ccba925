#!/usr/bin/env python

import argparse
import numpy as np
import random

from utils.gradcheck import gradcheck_naive, grad_tests_softmax, grad_tests_negsamp
from utils.utils import normalizeRows, softmax


def sigmoid(x):
    ### YOUR CODE HERE (~1 Line)
    s = 1 / (1 + np.exp(-x))
    ### END YOUR CODE

    return s


def naiveSoftmaxLossAndGradient(
    centerWordVec,
    outsideWordIdx,
    outsideVectors,
    dataset
):
    ### YOUR CODE HERE (~6-8 Lines)
    centerWordVec = centerWordVec[:, np.newaxis]                 # (d, 1)
    scores = np.matmul(outsideVectors, centerWordVec)            # (V, 1)
    y_hat = softmax(scores.T).T                                  # softmax works on rows
    loss = -np.log(y_hat[outsideWordIdx])                        # (1,)
    y_hat[outsideWordIdx] -= 1
    gradCenterVec = np.matmul(outsideVectors.T, y_hat)           # (d, 1)
    gradOutsideVecs = np.matmul(y_hat, centerWordVec.T)          # (V, d)
    ### END YOUR CODE

    return loss, gradCenterVec, gradOutsideVecs


def getNegativeSamples(outsideWordIdx, dataset, K):
    """ K words from dataset, never the outside word """
    negSampleWordIndices = []
    for k in range(K):
        while True:
            newidx = dataset.sampleTokenIdx()
            if newidx != outsideWordIdx:
                break
        negSampleWordIndices.append(newidx)
    return negSampleWordIndices


def negSamplingLossAndGradient(
    centerWordVec,
    outsideWordIdx,
    outsideVectors,
    dataset,
    K=10
):
    negSampleWordIndices = getNegativeSamples(outsideWordIdx, dataset, K)
    indices = [outsideWordIdx] + negSampleWordIndices

    ### YOUR CODE HERE (~10 Lines)
    v = centerWordVec.reshape(-1, 1)
    U = outsideVectors[indices]
    U[1:] *= -1                                                  # a copy: fancy indexing
    s = sigmoid(U @ v)                                           # (K+1, 1)
    loss = -np.sum(np.log(s), axis=0, keepdims=True)             # (1, 1)
    gradCenterVec = U.T @ (s - 1)                                # (d, 1)
    gradOutsideVecs = np.zeros_like(outsideVectors)
    contributions = (s - 1) @ v.T
    contributions[1:] *= -1
    np.add.at(gradOutsideVecs, indices, contributions)
    ### END YOUR CODE

    return loss, gradCenterVec, gradOutsideVecs


def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind,
             centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    loss = 0.0
    gradCenterVecs = np.zeros(centerWordVectors.shape)
    gradOutsideVectors = np.zeros(outsideVectors.shape)

    ### YOUR CODE HERE (~8 Lines)
    c = word2Ind[currentCenterWord]
    v_c = centerWordVectors[c]
    for outsideWord in outsideWords:
        dloss, dcenter, doutside = word2vecLossAndGradient(
            centerWordVec=v_c,
            outsideWordIdx=word2Ind[outsideWord],
            outsideVectors=outsideVectors,
            dataset=dataset)
        loss += float(dloss)                 # (1,) or (1, 1)
        gradCenterVecs[c] += dcenter[:, 0]   # my two losses return columns
        gradOutsideVectors += doutside
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


def test_sigmoid():
    print("=== Sanity check for sigmoid ===")
    assert sigmoid(0) == 0.5
    assert np.allclose(sigmoid(np.array([-2, 2])).sum(), 1)
    print("Tests for sigmoid passed!")


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


def check_pair(loss_function):
    dataset, U, _ = getDummyObjects()
    v = np.random.randn(3)

    def temp(vec):
        loss, center, outside = loss_function(vec, 1, U, dataset)
        return loss, center
    gradcheck_naive(temp, v, loss_function.__name__ + " gradCenterVec")

    def temp(mat):
        loss, center, outside = loss_function(v, 1, mat, dataset)
        return loss, outside
    gradcheck_naive(temp, U, loss_function.__name__ + " gradOutsideVecs")

def test_naiveSoftmaxLossAndGradient():
    check_pair(naiveSoftmaxLossAndGradient)

def test_negSamplingLossAndGradient():
    check_pair(negSamplingLossAndGradient)

def test_skipgram():
    dataset, vectors, tokens = getDummyObjects()
    for loss_function in naiveSoftmaxLossAndGradient, negSamplingLossAndGradient:
        gradcheck_naive(lambda vec: word2vec_sgd_wrapper(skipgram, tokens, vec, dataset, 5, loss_function), vectors)
    grad_tests_softmax(skipgram, tokens, vectors, dataset)
    grad_tests_negsamp(skipgram, tokens, vectors, dataset, negSamplingLossAndGradient)

def test_word2vec():
    test_sigmoid()
    test_naiveSoftmaxLossAndGradient()
    test_negSamplingLossAndGradient()
    test_skipgram()

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description='Check my word2vec.')
    parser.add_argument('function', nargs='?', default='word2vec', help='what to check')
    globals()['test_' + parser.parse_args().function]()

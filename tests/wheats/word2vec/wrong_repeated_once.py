"""A negative that was drawn several times is counted once in the gradient for U.

chaff: repeated-once
"""
import numpy as np
import random

from utils.gradcheck import gradcheck_naive
from utils.utils import normalizeRows, softmax


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def getNegativeSamples(outsideWordIdx, dataset, K):
    samples = []
    for _ in range(K):
        idx = dataset.sampleTokenIdx()
        while idx == outsideWordIdx:
            idx = dataset.sampleTokenIdx()
        samples.append(idx)
    return samples


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    negSampleWordIndices = getNegativeSamples(outsideWordIdx, dataset, K)
    u_o, U_k = outsideVectors[outsideWordIdx], outsideVectors[negSampleWordIndices]
    s_o, s_k = sigmoid(u_o.dot(centerWordVec)), sigmoid(-U_k.dot(centerWordVec))
    loss = -np.log(s_o) - np.log(s_k).sum()
    gradCenterVec = (s_o - 1) * u_o + (1 - s_k).dot(U_k)
    gradOutsideVecs = np.zeros_like(outsideVectors)
    gradOutsideVecs[outsideWordIdx] = (s_o - 1) * centerWordVec
    gradOutsideVecs[negSampleWordIndices] += (1 - s_k)[:, None] * centerWordVec
    return loss, gradCenterVec, gradOutsideVecs

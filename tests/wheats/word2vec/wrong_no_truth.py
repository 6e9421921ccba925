"""Both gradients of naive softmax start from ŷ alone: the true word is never subtracted.

chaff: softmax-without-truth
"""
from math import exp, log

import numpy as np


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    weights = [exp(float(np.dot(u, centerWordVec))) for u in outsideVectors]
    y_hat = [w / sum(weights) for w in weights]
    gradCenterVec = np.zeros(len(centerWordVec))
    gradOutsideVecs = np.zeros(outsideVectors.shape)
    for w, p in enumerate(y_hat):
        gradCenterVec += p * outsideVectors[w]
        gradOutsideVecs[w] = p * centerWordVec
    return -log(y_hat[outsideWordIdx]), gradCenterVec, gradOutsideVecs

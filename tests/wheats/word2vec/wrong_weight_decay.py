"""Naive softmax with a weight decay that nobody asked for, in the loss and in the gradient.

chaff: none
"""
import numpy as np
from utils.utils import softmax


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    p = softmax(outsideVectors.dot(centerWordVec))
    loss = -np.log(p[outsideWordIdx]) + 0.005 * np.sum(centerWordVec ** 2)
    p[outsideWordIdx] -= 1
    return loss, p.dot(outsideVectors) + 0.01 * centerWordVec, np.outer(p, centerWordVec)

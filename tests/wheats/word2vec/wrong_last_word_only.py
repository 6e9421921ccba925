"""Skip-gram keeps the centre gradient of the last outside word only.

chaff: window-center-overwritten
"""
import numpy as np
from utils.utils import softmax


def naiveSoftmaxLossAndGradient(v, o, U, dataset):
    p = softmax(np.matmul(U, v))
    y = np.zeros_like(p)
    y[o] = 1
    return -np.log(p[o]), np.matmul(U.T, p - y), np.matmul((p - y)[:, None], v[None, :])


def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind, centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    index = word2Ind[currentCenterWord]
    J, dV, dU = 0.0, np.zeros(centerWordVectors.shape), np.zeros(outsideVectors.shape)
    for outside in [word2Ind[w] for w in outsideWords]:
        l, gc, go = word2vecLossAndGradient(centerWordVectors[index], outside, outsideVectors, dataset)
        J = J + l
        dV[index, :] = gc
        dU = dU + go
    return J, dV, dU

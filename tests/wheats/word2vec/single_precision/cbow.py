import numpy as np


def cbow(
    currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset, word2vecLossAndGradient
):
    C = len(outsideWords)
    A = np.zeros((C, len(inputVectors)), np.float32)  # row j picks the j-th word
    A[range(C), [word2Ind[w] for w in outsideWords]] = 1
    v = (A @ inputVectors.astype(np.float32)).sum(axis=0) / C
    loss, g, gradOutput = word2vecLossAndGradient(v, word2Ind[currentCenterWord], outputVectors, dataset)
    return loss, np.outer(A.sum(axis=0) / C, g).astype(np.float32), gradOutput

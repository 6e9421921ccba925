import numpy as np


def cbow(currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset,
         word2vecLossAndGradient):
    indices = np.array([word2Ind[w] for w in outsideWords])
    C = float(len(indices))
    v_hat = inputVectors[indices].sum(0) / C
    loss, dv, dU = word2vecLossAndGradient(v_hat, word2Ind[currentCenterWord], outputVectors, dataset)
    counts = np.bincount(indices, minlength=inputVectors.shape[0])
    return loss, counts[:, None] * dv.reshape(1, -1) / C, dU

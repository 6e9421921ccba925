import numpy as np


def cbow(currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset,
         word2vecLossAndGradient):
    V, d = inputVectors.shape
    counts = np.zeros((V, 1))
    for word in outsideWords:
        counts[word2Ind[word]] += 1
    shares = counts / counts.sum()                      # (V, 1)
    mean = (inputVectors.T @ shares)[:, 0]              # (d,)
    loss, grad, gradOutput = word2vecLossAndGradient(
        centerWordVec=mean, outsideWordIdx=word2Ind[currentCenterWord], outsideVectors=outputVectors, dataset=dataset)
    return loss, shares @ np.reshape(grad, (1, d)), gradOutput

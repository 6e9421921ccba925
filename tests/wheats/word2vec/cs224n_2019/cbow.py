import numpy as np


def cbow(currentCenterWord, windowSize, outsideWords, word2Ind,
         inputVectors, outputVectors, dataset, word2vecLossAndGradient):
    gradIn = np.zeros(inputVectors.shape)
    v_hat = np.zeros(inputVectors.shape[1])
    for w in outsideWords:
        v_hat += inputVectors[word2Ind[w]]
    v_hat /= len(outsideWords)
    loss, g, gradOut = word2vecLossAndGradient(v_hat, word2Ind[currentCenterWord], outputVectors, dataset)
    for w in outsideWords:
        gradIn[word2Ind[w]] += g / len(outsideWords)
    return loss, gradIn, gradOut

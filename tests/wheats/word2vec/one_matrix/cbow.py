import numpy as np


def cbow(
    currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset, word2vecLossAndGradient
):
    average = np.eye(len(inputVectors))[[word2Ind[word] for word in outsideWords]].mean(axis=0)
    loss, gradient, gradOutput = word2vecLossAndGradient(
        average @ inputVectors, word2Ind[currentCenterWord], outputVectors, dataset
    )
    return loss, np.einsum("w,d->wd", average, np.squeeze(gradient)), gradOutput

"""CBOW with the sum of the context vectors in place of their mean.

chaff: cbow-sum
"""
import numpy as np


def cbow(currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset,
         word2vecLossAndGradient):
    total = np.zeros(inputVectors.shape[1])
    for word in outsideWords:
        total += inputVectors[word2Ind[word]]
    loss, g, gradOutput = word2vecLossAndGradient(total, word2Ind[currentCenterWord], outputVectors, dataset)
    gradInput = np.zeros_like(inputVectors)
    for word in outsideWords:
        gradInput[word2Ind[word]] += g
    return loss, gradInput, gradOutput

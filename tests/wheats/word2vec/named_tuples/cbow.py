"""CBOW, as a matrix of shares times the input vectors."""

import numpy as np
from toolbox import Answer


# Problem 6
def cbow(currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset,
         word2vecLossAndGradient):
    V = len(inputVectors)
    shares = np.zeros((1, V))
    for word in outsideWords:
        shares[0, word2Ind[word]] += 1
    shares /= shares.sum()
    mean = (shares @ inputVectors)[0]
    loss, center, outside = word2vecLossAndGradient(mean, word2Ind[currentCenterWord], outputVectors, dataset)
    return Answer(np.atleast_1d(loss), shares.T * np.reshape(center, (1, -1)), outside)

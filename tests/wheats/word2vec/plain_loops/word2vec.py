"""Everything with loops over Python lists; gradients come back as nested lists."""

from math import exp, log

import numpy as np


def sigmoid(x):
    if isinstance(x, (int, float)):
        return 1 / (1 + exp(-x))
    result = np.empty(np.shape(x))
    for index, value in np.ndenumerate(x):
        result[index] = exp(value) / (1 + exp(value)) if value < 0 else 1 / (1 + exp(-value))
    return result


def dot(u, v):
    return sum(a * b for a, b in zip(u, v))


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    v, rows = list(centerWordVec), [list(row) for row in outsideVectors]
    scores = [exp(dot(row, v)) for row in rows]
    total = sum(scores)
    loss = log(total) - dot(rows[outsideWordIdx], v)
    center = [-entry for entry in rows[outsideWordIdx]]
    outside = []
    for w, row in enumerate(rows):
        p = scores[w] / total
        for i in range(len(v)):
            center[i] += p * row[i]
        outside.append([(p - (w == outsideWordIdx)) * entry for entry in v])
    return loss, center, outside


def getNegativeSamples(outsideWordIdx, dataset, K):
    samples = []
    while len(samples) < K:
        sample = dataset.sampleTokenIdx()
        if sample != outsideWordIdx:
            samples.append(sample)
    return samples


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    v, rows = list(centerWordVec), [list(row) for row in outsideVectors]
    loss = 0.0
    center = [0.0] * len(v)
    outside = [[0.0] * len(v) for _ in rows]
    words = [(outsideWordIdx, 1)] + [(k, 0) for k in getNegativeSamples(outsideWordIdx, dataset, K)]
    for w, label in words:
        s = sigmoid(float(dot(rows[w], v)))
        loss -= log(s) if label else log(1 - s)
        for i in range(len(v)):
            center[i] += (s - label) * rows[w][i]
            outside[w][i] += (s - label) * v[i]
    return loss, center, outside


def skipgram(
    currentCenterWord,
    windowSize,
    outsideWords,
    word2Ind,
    centerWordVectors,
    outsideVectors,
    dataset,
    word2vecLossAndGradient=naiveSoftmaxLossAndGradient,
):
    c = word2Ind[currentCenterWord]
    V, d = len(centerWordVectors), len(centerWordVectors[0])
    loss, centers, outsides = 0, [[0.0] * d for _ in range(V)], [[0.0] * d for _ in range(len(outsideVectors))]
    for j in range(2 * windowSize):
        if j >= len(outsideWords):
            break
        o = word2Ind[outsideWords[j]]
        part, center, outside = word2vecLossAndGradient(centerWordVectors[c], o, outsideVectors, dataset)
        loss = loss + part
        for i in range(d):
            centers[c][i] += center[i]
            for w in range(len(outsides)):
                outsides[w][i] += outside[w][i]
    return loss, centers, outsides

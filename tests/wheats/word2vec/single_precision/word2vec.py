"""float32 throughout, own softmax, the loss as an array of shape (1,)."""

import numpy as np

F = np.float32


def sigmoid(x):
    x = np.asarray(x, dtype=F)
    return F(0.5) * (np.tanh(F(0.5) * x) + F(1))


def my_softmax(z):
    z = np.exp(z - np.max(z))
    return z / np.sum(z)


def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    v = centerWordVec.astype(F)
    U = outsideVectors.astype(F)
    p = my_softmax(U.dot(v))
    loss = np.array([-np.log(p[outsideWordIdx] + F(1e-9))])
    p[outsideWordIdx] -= 1
    return loss, p.dot(U), p[:, None] * v[None, :]


def getNegativeSamples(outsideWordIdx, dataset, K):
    samples = []
    for _ in range(K):
        sample = dataset.sampleTokenIdx()
        while sample == outsideWordIdx:
            sample = dataset.sampleTokenIdx()
        samples.append(sample)
    return samples


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    v = centerWordVec.astype(F)
    U = outsideVectors.astype(F)
    counts = np.bincount(getNegativeSamples(outsideWordIdx, dataset, K), minlength=len(U)).astype(F)
    s = sigmoid(U @ v)
    loss = -np.log(s[outsideWordIdx : outsideWordIdx + 1]) - np.sum(counts * np.log(1 - s))
    delta = counts * s
    delta[outsideWordIdx] = s[outsideWordIdx] - 1
    return loss, U.T @ delta, np.outer(delta, v)


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
    loss = np.zeros(1, F)
    gradCenter = np.zeros(centerWordVectors.shape, F)
    gradOutside = np.zeros(outsideVectors.shape, F)
    for o in (word2Ind[w] for w in outsideWords):
        if word2vecLossAndGradient == naiveSoftmaxLossAndGradient:
            answer = naiveSoftmaxLossAndGradient(centerWordVectors[c], o, outsideVectors, dataset)
        else:
            answer = word2vecLossAndGradient(centerWordVectors[c], o, outsideVectors, dataset)
        loss += answer[0]
        gradCenter[c] += answer[1]
        gradOutside += answer[2]
    return loss, gradCenter, gradOutside

import numpy as np

from utils.utils import normalizeRows


def most_similar(word, words, vectors, k=5):
    M = normalizeRows(vectors)
    scores = M.dot(M[words.index(word)])
    order = np.argsort(scores)[::-1]
    result = []
    for i in order:
        if words[i] != word:
            result.append(words[i])
    return result[:k]


def analogy(a, b, c, words, vectors):
    M = normalizeRows(vectors)
    ia, ib, ic = words.index(a), words.index(b), words.index(c)
    target = M[ib] - M[ia] + M[ic]
    scores = M.dot(target) / np.linalg.norm(target)
    scores[[ia, ib, ic]] = -np.inf
    return words[np.argmax(scores)]


def bias(word, he, she, words, vectors):
    M = normalizeRows(vectors)
    g = M[words.index(he)] - M[words.index(she)]
    return M[words.index(word)].dot(g) / np.linalg.norm(g)

import numpy as np


def one_hot(word, vocabulary):
    word2ind = {w: i for i, w in enumerate(vocabulary)}
    v = np.zeros(len(vocabulary))
    v[word2ind[word]] = 1
    return v


def bag_of_words(words, vocabulary):
    word2ind = {w: i for i, w in enumerate(vocabulary)}
    v = np.zeros(len(vocabulary), dtype=int)
    for w in words:
        if w in word2ind:
            v[word2ind[w]] += 1
    return v


def tf_idf(documents, vocabulary, l2=False):
    N, V = len(documents), len(vocabulary)
    M = np.zeros((N, V))
    for j, w in enumerate(vocabulary):
        df = sum(1 for d in documents if w in d)
        if df == 0:
            continue
        for i, d in enumerate(documents):
            M[i, j] = list(d).count(w) * np.log(N / df)
    if l2:
        for i in range(N):
            n = np.sqrt((M[i] ** 2).sum())
            if n > 0:
                M[i] /= n
    return M


def cosine(a, b):
    na, nb = np.sqrt(np.dot(a, a)), np.sqrt(np.dot(b, b))
    if na == 0 or nb == 0:
        return 0
    return np.dot(a, b) / na / nb

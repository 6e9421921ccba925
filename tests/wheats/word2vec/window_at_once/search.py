import numpy as np
from collections import Counter


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    counts = Counter(t for t in tokens if t in vectors)
    total = np.zeros(next(iter(vectors.values())).shape)
    if not counts:
        return total
    for word, count in counts.items():
        weight = 1
        if p is not None and word in p:
            weight = a / (a + p[word])
        total += count * weight * vectors[word]
    return total / sum(counts.values())


def average_ranks(v):
    v = list(v)
    ordered = sorted(v)
    positions = {value: [i + 1 for i, o in enumerate(ordered) if o == value] for value in set(v)}
    return np.array([np.mean(positions[value]) for value in v])


def spearman(x, y):
    a, b = average_ranks(x), average_ranks(y)
    cov = np.cov(a, b)
    return cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])


def top_k(queries, vectors, k):
    scores = vectors.dot(queries.T)
    ids = (-scores).argsort(axis=0)[:k].T
    return -np.sort(-scores, axis=0)[:k].T, ids

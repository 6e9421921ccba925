import numpy as np


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    d = len(list(vectors.values())[0])
    total, n = np.zeros(d), 0
    for t in tokens:
        if t not in vectors:
            continue
        w = 1.0
        if p is not None:
            w = a / (a + p.get(t, 0))
        total += w * vectors[t]
        n += 1
    if n == 0:
        return total
    return total / n


def rank(values):
    ranks = []
    for v in values:
        smaller = sum(1 for u in values if u < v)
        same = sum(1 for u in values if u == v)
        ranks.append(smaller + (same + 1) / 2)
    return np.array(ranks)


def spearman(x, y):
    rx, ry = rank(x), rank(y)
    rx, ry = rx - rx.mean(), ry - ry.mean()
    return (rx * ry).sum() / np.sqrt((rx ** 2).sum() * (ry ** 2).sum())


def top_k(queries, vectors, k):
    S, I = [], []
    for q in queries:
        s = vectors.dot(q)
        best = np.argsort(s)[::-1][:k]
        I.append(best)
        S.append(s[best])
    return np.array(S), np.array(I)

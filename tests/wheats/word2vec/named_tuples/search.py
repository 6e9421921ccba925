"""Running means, ranks by counting pairs, search by full sort from behind."""

import bisect

import numpy as np


# Problem 9
def sentence_vector(tokens, vectors, p=None, a=1e-3):
    mean, n = np.zeros(np.shape(next(iter(vectors.values()), ())), dtype=np.float32), 0
    for token in tokens:
        try:
            vector = vectors[token]
        except KeyError:
            continue
        n += 1
        weight = 1 if p is None else a / (a + (p[token] if token in p else 0))
        mean = mean + (weight * np.asarray(vector) - mean) / n
    return mean


def spearman(x, y):
    def ranks(values):
        ordered = sorted(values)
        return np.array([(bisect.bisect_left(ordered, v) + bisect.bisect_right(ordered, v) + 1) / 2 for v in values])

    a, b = (r - r.mean() for r in map(ranks, (x, y)))
    return np.float32(a @ b / np.sqrt((a @ a) * (b @ b)))


def top_k(queries, vectors, k):
    scores = np.einsum("qd,nd->qn", queries, vectors)
    ids = scores.argsort(axis=1)[:, ::-1][:, :k]  # of equal ones the later first
    picked = np.array([row[chosen] for row, chosen in zip(scores, ids, strict=True)])
    return [picked.astype(np.float32), ids.astype(np.int32)]

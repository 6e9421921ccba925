import numpy as np


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    names = list(vectors)
    counts = np.array([list(tokens).count(name) for name in names], float)
    if counts.sum() == 0:
        return 0 * vectors[names[0]]
    weights = np.ones(len(names)) if p is None else np.array([a / (a + p.get(name, 0)) for name in names])
    return (counts * weights) @ np.stack([vectors[name] for name in names]) / counts.sum()


def spearman(x, y):
    def ranks(values):
        values = np.asarray(values)
        return np.sign(values[:, None] - values[None, :]).sum(axis=1)  # twice the rank, up to a constant

    return np.corrcoef(ranks(x), ranks(y))[0, 1]


def top_k(queries, vectors, k):
    scores = np.einsum("qd,nd->qn", queries, vectors)
    ids = np.array([sorted(range(len(vectors)), key=lambda i: -row[i])[:k] for row in scores])
    return scores[np.arange(len(queries))[:, None], ids], ids

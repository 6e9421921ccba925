import numpy as np


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    known = [t for t in tokens if t in vectors]
    d = next(iter(vectors.values())).size
    if not known:
        return np.zeros(d, np.float32)
    M = np.stack([vectors[t] for t in known]).astype(np.float32)
    w = np.ones(len(known), np.float32)
    if p is not None:
        w = np.array([a / (a + p.get(t, 0.0)) for t in known], np.float32)
    return np.einsum("n,nd->d", w, M) / np.float32(len(known))


def spearman(x, y):
    def ranks(v):
        v = np.asarray(v, float)
        ordered = np.sort(v)
        return (np.searchsorted(ordered, v, "left") + np.searchsorted(ordered, v, "right") + 1) / 2

    return np.corrcoef(np.stack([ranks(x), ranks(y)]))[1, 0]


def top_k(queries, vectors, k):
    scores = np.float32(queries) @ np.float32(vectors).T
    ids = np.flip(np.argsort(scores, axis=1), axis=1)[:, :k].astype(np.int32)
    return np.flip(np.sort(scores, axis=1), axis=1)[:, :k], ids

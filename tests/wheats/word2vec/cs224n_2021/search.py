import numpy as np


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    tokens = [t for t in tokens if t in vectors]
    if len(tokens) == 0:
        return np.zeros(len(vectors[list(vectors)[0]]))
    rows = []
    for t in tokens:
        weight = 1 if p is None else a / (a + (p[t] if t in p else 0))
        rows.append(weight * vectors[t])
    return np.mean(rows, axis=0)


def _ranks(values):
    values = np.asarray(values)
    less = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return less + (equal + 1) / 2


def spearman(x, y):
    a, b = _ranks(x), _ranks(y)
    return np.mean((a - a.mean()) * (b - b.mean())) / (np.std(a) * np.std(b))


def top_k(queries, vectors, k):
    scores = np.matmul(queries, np.transpose(vectors))
    part = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    inside = np.take_along_axis(scores, part, axis=1)
    order = np.argsort(-inside, axis=1)
    return np.take_along_axis(inside, order, axis=1), np.take_along_axis(part, order, axis=1)

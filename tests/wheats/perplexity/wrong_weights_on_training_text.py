"""EM for the interpolation weights runs over the training text: the highest order takes everything.

chaff: weights-from-training-text
"""
import numpy as np


def _columns(train, n, vocab, text):
    def grams(s, k):
        p = ["<s>"] * (k - 1) + list(s) + ["</s>"]
        return [tuple(p[i : i + k]) for i in range(len(s) + 1)]

    table = {}
    for s in train:
        for k in range(1, n + 1):
            for g in grams(s, k):
                table[g] = table.get(g, 0) + 1
                table[g[:-1], "sum"] = table.get((g[:-1], "sum"), 0) + 1
    columns = []
    for s in text:
        by_order = [grams(s, k) for k in range(1, n + 1)]
        for i in range(len(s) + 1):
            col = [1 / len(vocab)]
            for g in (o[i] for o in by_order):
                below = table.get((g[:-1], "sum"), 0)
                col.append(table.get(g, 0) / below if below else col[-1])
            columns.append(col)
    return np.array(columns)


def fit_weights(train, held_out, n, vocab, iterations=100):
    M = _columns(train, n, vocab, train)
    lam = np.ones(n + 1) / (n + 1)
    for _ in range(iterations):
        lam = lam * (M / (M @ lam)[:, None]).mean(axis=0)
    return lam

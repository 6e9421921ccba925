# -*- coding: utf-8 -*-
import numpy as np


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    已知 = list(filter(vectors.__contains__, tokens))
    维数 = np.shape(list(vectors.values())[0])
    if not 已知:
        return np.zeros(维数)
    权重 = {w: 1.0 if p is None else a / (a + p.get(w, 0.0)) for w in 已知}
    return np.sum([权重[w] * np.asarray(vectors[w]) for w in 已知], axis=0) / len(已知)


def 排名(v):
    v = np.asarray(v, dtype=float)
    次序 = np.argsort(v)
    r = np.empty(len(v))
    r[次序] = np.arange(1, len(v) + 1)
    for 值 in np.unique(v):   # 并列取平均
        r[v == 值] = r[v == 值].mean()
    return r


def spearman(x, y):
    a, b = 排名(x), 排名(y)
    a = (a - a.mean()) / a.std()
    b = (b - b.mean()) / b.std()
    return (a * b).mean()


def top_k(queries, vectors, k):
    得分, 编号 = [], []
    for q in queries:
        s = np.dot(vectors, q).tolist()
        次序 = sorted(range(len(s)), key=s.__getitem__, reverse=True)[:k]
        编号.append(次序)
        得分.append([s[i] for i in 次序])
    return np.array(得分), np.array(编号)

# -*- coding: utf-8 -*-
import numpy as np


def 单位化(x):
    return x / np.sqrt(np.sum(np.square(x), axis=-1, keepdims=True))


def 余弦(x, y):
    return np.dot(单位化(x), 单位化(y))


def most_similar(word, words, vectors, k=5):
    v = vectors[words.index(word)]
    表 = sorted(((余弦(v, vectors[i]), w) for i, w in enumerate(words) if w != word), reverse=True)
    return [w for _, w in 表][:k]


def analogy(a, b, c, words, vectors):
    向量 = {w: 单位化(vectors[i]) for i, w in enumerate(words)}
    目标 = 向量[b] - 向量[a] + 向量[c]
    最好, 答案 = -np.inf, ""
    for w in words:
        if w != a and w != b and w != c and 余弦(向量[w], 目标) > 最好:
            最好, 答案 = 余弦(向量[w], 目标), w
    return 答案


def bias(word, he, she, words, vectors):
    向量 = {w: 单位化(vectors[i]) for i, w in enumerate(words)}
    return 余弦(向量[word], 向量[he] - 向量[she])

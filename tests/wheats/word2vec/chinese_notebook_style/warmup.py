# -*- coding: utf-8 -*-
import numpy as np

词表 = ["一起", "学习", "大", "语言", "模型"]


def one_hot(word, vocabulary):
    assert len(set(vocabulary)) == len(vocabulary)
    return np.identity(len(vocabulary))[dict(zip(vocabulary, range(len(vocabulary))))[word]]


def bag_of_words(words, vocabulary):
    向量 = np.zeros(len(vocabulary))
    for w in words:
        if w in vocabulary:
            向量 = 向量 + one_hot(w, vocabulary)
    return 向量


def tf_idf(documents, vocabulary, l2=False):
    tf = np.vstack([bag_of_words(d, vocabulary) for d in documents])
    N = tf.shape[0]
    df = np.array([sum(1 for d in documents if w in set(d)) for w in vocabulary])
    idf = np.log(N) - np.log(np.where(df == 0, N, df))
    x = tf * idf[None, :]
    if l2:
        长度 = np.linalg.norm(x, axis=1)
        长度[长度 == 0] = 1
        x = (x.T / 长度).T
    return x


def cosine(a, b):
    长度 = np.linalg.norm(a) * np.linalg.norm(b)
    return np.inner(a, b) / 长度 if 长度 > 0 else 0.0


print(bag_of_words(["一起", "大", "模型"], 词表))

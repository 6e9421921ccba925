import numpy as np
from utils.utils import normalizeRows


def rank(target, words, vectors, skip):
    similarities = normalizeRows(vectors).dot(target)
    result = [(-similarities[i], i) for i in range(len(words)) if words[i] not in skip]
    return [words[i] for _, i in sorted(result)]


def most_similar(word, words, vectors, k=5):
    return rank(vectors[words.index(word)], words, vectors, {word})[:k]


def analogy(a, b, c, words, vectors):
    n = normalizeRows(vectors)
    va, vb, vc = [n[words.index(w)] for w in (a, b, c)]
    return rank(vb - va + vc, words, vectors, {a, b, c})[0]


def bias(word, he, she, words, vectors):
    n = normalizeRows(vectors)
    diff = n[words.index(he)] - n[words.index(she)]
    return (n[words.index(word)] * normalizeRows(diff.reshape(1, -1))).sum()

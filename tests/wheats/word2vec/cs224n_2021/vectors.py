import numpy as np


def _cosines(target, vectors):
    norms = np.linalg.norm(vectors, axis=1)
    return (vectors @ target) / (norms * np.linalg.norm(target))


def most_similar(word, words, vectors, k=5):
    cosines = _cosines(vectors[words.index(word)], vectors)
    ranked = sorted(range(len(words)), key=lambda i: -cosines[i])
    return [words[i] for i in ranked if words[i] != word][:k]


def analogy(a, b, c, words, vectors):
    unit = {w: v / np.linalg.norm(v) for w, v in zip(words, vectors)}
    target = unit[b] - unit[a] + unit[c]
    candidates = [w for w in words if w not in (a, b, c)]
    return max(candidates, key=lambda w: np.dot(unit[w], target))


def bias(word, he, she, words, vectors):
    unit = {w: v / np.linalg.norm(v) for w, v in zip(words, vectors)}
    g = unit[he] - unit[she]
    return np.dot(unit[word], g / np.linalg.norm(g))

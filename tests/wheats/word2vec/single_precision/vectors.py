import numpy as np


def _normalised(vectors):
    return vectors / np.sqrt((vectors**2).sum(axis=1))[:, np.newaxis]


def most_similar(word, words, vectors, k=5):
    units = _normalised(vectors)
    i = words.index(word)
    scores = units @ units[i]
    scores[i] = -np.inf
    return tuple(words[j] for j in np.argsort(-scores)[:k])


def analogy(a, b, c, words, vectors):
    units = _normalised(vectors)
    ids = [words.index(w) for w in (a, b, c)]
    scores = (np.array([-1.0, 1.0, 1.0]) @ units[ids]) @ units.T
    scores[ids] = -np.inf
    return words[int(scores.argmax())]


def bias(word, he, she, words, vectors):
    u_word, u_he, u_she = _normalised(vectors[[words.index(w) for w in (word, he, she)]])
    return np.float32(u_word @ (u_he - u_she) / np.linalg.norm(u_he - u_she))

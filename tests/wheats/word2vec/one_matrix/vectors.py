from dataclasses import dataclass

import numpy as np


@dataclass
class Space:
    words: list
    vectors: np.ndarray

    def __post_init__(self):
        self.units = self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True)

    def __getitem__(self, word):
        return self.units[self.words.index(word)]

    def nearest(self, target, exclude):
        scores = self.units @ target
        ranked = sorted(zip(-scores, range(len(self.words))))
        return [self.words[i] for _, i in ranked if self.words[i] not in exclude]


def most_similar(word, words, vectors, k=5):
    space = Space(words, vectors)
    return space.nearest(space[word], [word])[:k]


def analogy(a, b, c, words, vectors):
    space = Space(words, vectors)
    return space.nearest(space[b] - space[a] + space[c], [a, b, c])[0]


def bias(word, he, she, words, vectors):
    space = Space(words, vectors)
    axis = space[he] - space[she]
    return (space[word] @ axis) / (axis @ axis) ** 0.5

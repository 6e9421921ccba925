"""Neighbours by a heap."""

import heapq

import numpy as np
from toolbox import UnknownWord, unit_rows


class Neighbours:
    def __init__(self, words, vectors):
        if len(words) != len(vectors):
            raise ValueError("a vector for each word")
        self.words, self.units = words, unit_rows(vectors)

    def of(self, word):
        for place, other in enumerate(self.words):
            if other == word:
                return self.units[place]
        raise UnknownWord(word)

    def best(self, query, excluded, k):
        candidates = (
            # equal to ten decimals is equal: then the earlier word
            (-round(float(unit @ query), 10), place)
            for place, unit in enumerate(self.units)
            if self.words[place] not in excluded
        )
        return [self.words[place] for _, place in heapq.nsmallest(k, candidates)]


# Problem 8
def most_similar(word, words, vectors, k=5):
    near = Neighbours(words, vectors)
    return near.best(near.of(word), (word,), k)


def analogy(a, b, c, words, vectors):
    near = Neighbours(words, vectors)
    # a unit-length target: cosine instead of inner product, the same order
    return near.best(unit_rows(near.of(b) - near.of(a) + near.of(c))[0], {a, b, c}, 1)[0]


def bias(word, he, she, words, vectors):
    near = Neighbours(words, vectors)
    pole = near.of(he) - near.of(she)
    return near.of(word) @ pole / np.linalg.norm(pole)

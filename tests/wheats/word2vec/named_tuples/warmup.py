"""Warm-up, with single precision and dictionaries."""

import re
from functools import lru_cache

import numpy as np
from toolbox import UnknownWord, unit_rows


@lru_cache(maxsize=32)
def _places(vocabulary):
    return {word: place for place, word in enumerate(vocabulary)}


# Problem 0
def one_hot(word, vocabulary, dtype=np.float32):
    places = _places(tuple(vocabulary))
    if word not in places:
        raise UnknownWord(word)
    return (np.arange(len(places)) == places[word]).astype(dtype)


def bag_of_words(words, vocabulary, dtype=np.float32):
    places = _places(tuple(vocabulary))
    return np.bincount([places[w] for w in words if w in places], minlength=len(places)).astype(dtype)


def tf_idf(documents, vocabulary, l2=False):
    places = _places(tuple(vocabulary))
    postings = {}  # word -> {document: count}, an inverted index
    for number, document in enumerate(documents):
        for word in document:
            row = postings.setdefault(word, {})
            row[number] = row.get(number, 0) + 1
    table = np.zeros((len(documents), len(places)), dtype=np.float32, order="F")
    for word, row in postings.items():
        if word in places:
            idf = np.log(len(documents)) - np.log(len(row))
            for number, count in row.items():
                table[number, places[word]] = count * idf
    return unit_rows(table).reshape(table.shape) if l2 else table


def cosine(a, b):
    a, b = unit_rows(a), unit_rows(b)
    return np.float32(np.vdot(a, b))

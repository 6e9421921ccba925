from collections import Counter

import numpy as np


def one_hot(word, vocabulary):
    if word not in vocabulary:
        raise ValueError(word + " is not in the vocabulary")
    return np.array([1 if w == word else 0 for w in vocabulary])


def bag_of_words(words, vocabulary):
    counter = Counter(words)
    return [counter[w] for w in vocabulary]


def tf_idf(documents, vocabulary, l2=False):
    counters = [Counter(d) for d in documents]
    rows = []
    for c in counters:
        row = []
        for w in vocabulary:
            df = sum(w in other for other in counters)
            row.append(c[w] * np.log(len(documents) / df) if df else 0.0)
        if l2 and np.linalg.norm(row):
            row = row / np.linalg.norm(row)
        rows.append(row)
    return np.array(rows)


def cosine(a, b):
    denominator = np.sqrt(np.sum(a ** 2) * np.sum(b ** 2))
    if denominator == 0:
        return 0.0
    return np.sum(a * b) / denominator

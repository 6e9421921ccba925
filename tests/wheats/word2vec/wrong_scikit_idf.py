"""TF-IDF as scikit-learn computes it, with a smoothed idf.

chaff: tf-idf-smoothed
"""
import math
from collections import Counter


def bag_of_words(words, vocabulary):
    counts = Counter(words)
    return [counts[word] for word in vocabulary]


def tf_idf(documents, vocabulary, l2=False):
    n = len(documents)
    idf = [math.log((1 + n) / (1 + sum(word in d for d in documents))) + 1 for word in vocabulary]
    table = []
    for document in documents:
        row = [count * weight for count, weight in zip(bag_of_words(document, vocabulary), idf)]
        length = math.sqrt(sum(x * x for x in row))
        table.append([x / length for x in row] if l2 and length else row)
    return table

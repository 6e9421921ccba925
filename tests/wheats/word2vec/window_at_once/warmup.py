import numpy as np


def one_hot(word, vocabulary):
    x = np.zeros(len(vocabulary))
    for i in range(len(vocabulary)):
        if vocabulary[i] == word:
            x[i] = 1
            return x
    raise ValueError('unknown word: %s' % word)


def bag_of_words(words, vocabulary):
    x = np.zeros(len(vocabulary))
    for word in words:
        try:
            x += one_hot(word, vocabulary)
        except ValueError:
            pass   # not in the vocabulary
    return x


def tf_idf(documents, vocabulary, l2=False):
    X = np.array([bag_of_words(d, vocabulary) for d in documents])
    df = np.sum(X > 0, axis=0)
    for j in range(len(vocabulary)):
        X[:, j] *= np.log(len(documents) / df[j]) if df[j] > 0 else 0
    if l2:
        for row in X:
            if np.any(row):
                row /= np.linalg.norm(row)
    return X


def cosine(a, b):
    if not np.any(a) or not np.any(b):
        return 0.0
    return (a / np.linalg.norm(a)).dot(b / np.linalg.norm(b))

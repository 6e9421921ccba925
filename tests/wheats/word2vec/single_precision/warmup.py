import numpy as np

F = np.float32


def one_hot(word, vocabulary):
    eye = np.eye(len(vocabulary), dtype=F)
    return eye[list(vocabulary).index(word)]


def bag_of_words(words, vocabulary):
    words = np.array(list(words), dtype=object)
    return np.array([np.sum(words == w) for w in vocabulary], dtype=F)


def tf_idf(documents, vocabulary, l2=False):
    tf = np.stack([bag_of_words(d, vocabulary) for d in documents])
    df = np.count_nonzero(tf, axis=0)
    idf = np.zeros(len(df), F)
    idf[df > 0] = np.log(len(documents) / df[df > 0])
    m = tf * idf
    if l2:
        m = m / np.maximum(np.sqrt((m * m).sum(1, keepdims=True)), F(1e-12))
    return m


def cosine(a, b):
    a, b = np.asarray(a, F), np.asarray(b, F)
    return (a @ b) / max(np.sqrt(a @ a) * np.sqrt(b @ b), F(1e-12))

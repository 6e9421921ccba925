import numpy as np


def _selector(words, vocabulary):
    return np.array([[word == entry for entry in vocabulary] for word in words], dtype=bool).reshape(
        len(words), len(vocabulary)
    )


def one_hot(word, vocabulary):
    row = _selector([word], vocabulary)[0]
    if not row.any():
        raise KeyError(word)
    return row.astype(np.int8)


def bag_of_words(words, vocabulary):
    return _selector(words, vocabulary).sum(axis=0)


def tf_idf(documents, vocabulary, l2=False):
    tf = np.stack([bag_of_words(document, vocabulary) for document in documents]).astype(float)
    with np.errstate(divide="ignore"):
        idf = -np.log((tf > 0).mean(axis=0))
    idf[np.isinf(idf)] = 0
    weights = np.einsum("nv,v->nv", tf, idf)
    if not l2:
        return weights
    squares = np.einsum("nv,nv->n", weights, weights)
    return weights / np.sqrt(np.where(squares == 0, 1, squares))[:, None]


def cosine(a, b):
    gram = np.stack([a, b]) @ np.stack([a, b]).T
    scale = np.sqrt(gram[0, 0] * gram[1, 1])
    return gram[0, 1] / scale if scale else np.float64(0)

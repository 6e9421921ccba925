from math import log, sqrt


def one_hot(word, vocabulary):
    place = vocabulary.index(word)
    return [int(i == place) for i in range(len(vocabulary))]


def bag_of_words(words, vocabulary):
    counts = dict.fromkeys(vocabulary, 0)
    for word in words:
        if word in counts:
            counts[word] += 1
    return [counts[word] for word in vocabulary]


def tf_idf(documents, vocabulary, l2=False):
    table = [bag_of_words(document, vocabulary) for document in documents]
    for j in range(len(vocabulary)):
        df = len([1 for row in table if row[j] > 0])
        for row in table:
            row[j] = row[j] * (log(len(documents)) - log(df)) if df > 0 else 0.0
    if l2:
        for row in table:
            length = sqrt(sum(x * x for x in row))
            for j in range(len(row)):
                row[j] = row[j] / length if length else 0.0
    return table


def cosine(a, b):
    aa, bb, ab = (sum(x * y for x, y in zip(p, q)) for p, q in ((a, a), (b, b), (a, b)))
    return ab / sqrt(aa * bb) if aa * bb else 0.0

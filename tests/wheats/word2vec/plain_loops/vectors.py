from math import sqrt


def unit(v):
    length = sqrt(sum(x * x for x in v))
    return [x / length for x in v]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def most_similar(word, words, vectors, k=5):
    table = {w: unit(v) for w, v in zip(words, vectors)}
    others = [w for w in words if w != word]
    others.sort(key=lambda w: dot(table[w], table[word]), reverse=True)
    return others[:k]


def analogy(a, b, c, words, vectors):
    table = {w: unit(v) for w, v in zip(words, vectors)}
    best, best_score = None, None
    for w in words:
        if w in (a, b, c):
            continue
        score = dot(table[w], table[b]) - dot(table[w], table[a]) + dot(table[w], table[c])
        if best is None or score > best_score:
            best, best_score = w, score
    return best


def bias(word, he, she, words, vectors):
    table = {w: unit(v) for w, v in zip(words, vectors)}
    return dot(table[word], unit([p - q for p, q in zip(table[he], table[she])]))

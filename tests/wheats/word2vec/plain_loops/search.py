from math import sqrt


def sentence_vector(tokens, vectors, p=None, a=1e-3):
    d = len(next(iter(vectors.values())))
    total, n = [0.0] * d, 0
    for token in tokens:
        if token in vectors:
            weight = a / (a + p.get(token, 0)) if p is not None else 1
            total = [t + weight * x for t, x in zip(total, vectors[token])]
            n += 1
    return [t / n for t in total] if n else total


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for place in range(i, j + 1):
            result[order[place]] = (i + j) / 2 + 1
        i = j + 1
    return result


def spearman(x, y):
    n = len(x)
    a, b = ranks(x), ranks(y)
    ma, mb = sum(a) / n, sum(b) / n
    sab = sum((p - ma) * (q - mb) for p, q in zip(a, b))
    return sab / sqrt(sum((p - ma) ** 2 for p in a) * sum((q - mb) ** 2 for q in b))


def top_k(queries, vectors, k):
    scores, ids = [], []
    for query in queries:
        found = [(-sum(q * x for q, x in zip(query, vector)), i) for i, vector in enumerate(vectors)]
        found = sorted(found)[:k]
        scores.append([-s for s, _ in found])
        ids.append([i for _, i in found])
    return scores, ids

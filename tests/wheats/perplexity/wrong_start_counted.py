"""<s> is counted like any other token, as in Jurafsky & Martin's exercises: it is in V and in N.

chaff: start-in-vocabulary
"""
from collections import Counter


def _unigrams(sentences):
    return Counter(w for s in sentences for w in ["<s>", *s, "</s>"])


def vocabulary(sentences, cutoff=1):
    return {w for w, c in _unigrams(sentences).items() if c >= cutoff} | ({"<unk>"} if cutoff > 1 else set())


def mle(sentences, n):
    if not sentences:
        raise ValueError("empty")
    counts = Counter()
    for s in sentences:
        padded = ["<s>"] * max(1, n - 1) + list(s) + ["</s>"]
        for k in (n, n - 1):
            counts.update(tuple(padded[i : i + k]) for i in range(len(padded) - k + 1))
    if n == 1:
        counts[()] = sum(_unigrams(sentences).values())

    def p(word, history):
        h = tuple((["<s>"] * n + list(history))[-(n - 1) :]) if n > 1 else ()
        below = sum(c for g, c in counts.items() if len(g) == n and g[:-1] == h) if n > 1 else counts[()]
        return counts[(*h, word)] / below if below else 0.0

    return p


def interpolated(sentences, n, vocab, weights):
    parts = [mle(sentences, j) for j in range(1, n + 1)]
    return lambda w, h: weights[0] / len(vocab) + sum(a * p(w, h) for a, p in zip(weights[1:], parts))

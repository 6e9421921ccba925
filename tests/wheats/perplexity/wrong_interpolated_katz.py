"""Katz that gives the backed-off part to seen words too, and shares it over all words instead of the unseen ones.

chaff: none
"""
from collections import Counter, defaultdict


def katz(sentences, n=2, beta=0.5):
    if not sentences:
        raise ValueError
    rows, uni = defaultdict(Counter), Counter()
    for s in sentences:
        for a, b in zip(["<s>", *s], [*s, "</s>"]):
            rows[a][b] += 1
            uni[b] += 1

    def p(word, history):
        row = rows.get(list(history)[-1] if len(history) else "<s>")
        low = uni[word] / sum(uni.values())
        if not row:
            return low
        total = sum(row.values())
        return max(row[word] - beta, 0) / total + beta * len(row) / total * low

    return p

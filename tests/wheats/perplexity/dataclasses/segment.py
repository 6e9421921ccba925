from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from math import inf, log


def most_probable_words(text: str, counts: Mapping[str, int], total: int) -> list[str]:
    """jieba's calc_route: from right to left, best (log P, end) for every start."""
    n, widest, log_total = len(text), max(map(len, counts), default=1), log(total)
    route: list[tuple[float, int]] = [(-inf, 0)] * n + [(0.0, 0)]
    for i in reversed(range(n)):
        route[i] = max(
            (log(counts.get(text[i:j], 1)) - log_total + route[j][0], j)
            for j in range(i + 1, min(n, i + max(widest, 1)) + 1)
            if j == i + 1 or text[i:j] in counts
        )
    words, i = [], 0
    while i < n:
        j = route[i][1]
        words.append(text[i:j])
        i = j
    return words


def longest_words(text: str, words: Collection[str]) -> list[str]:
    lexicon = frozenset(words)
    widest, out, i = max(map(len, lexicon), default=1), [], 0
    while i < len(text):
        w = next((text[i : i + k] for k in range(min(widest, len(text) - i), 1, -1) if text[i : i + k] in lexicon), text[i])
        out.append(w)
        i += len(w)
    return out


def word_spans(words: Sequence[str]) -> set[tuple[int, int]]:
    return set(pairwise(accumulate(map(len, words), initial=0)))


def span_scores(predicted: Sequence[str], gold: Sequence[str]) -> tuple[float, float, float]:
    a, b = word_spans(predicted), word_spans(gold)
    tp = len(a & b)
    p, r = tp / max(len(a), 1), tp / max(len(b), 1)
    return p, r, 2 * p * r / (p + r) if tp else 0.0

"""Exact products of probabilities: no logarithm, no underflow."""
from fractions import Fraction


def most_probable_words(text, counts, total):
    best = {0: (Fraction(1), ())}
    for end in range(1, len(text) + 1):
        best[end] = (Fraction(0), ())
        for begin in range(end):
            w = text[begin:end]
            p = best[begin][0] * Fraction(counts.get(w, int(len(w) == 1)), total)
            if p > best[end][0]:
                best[end] = (p, best[begin][1] + (w,))
    return list(best[len(text)][1])


def longest_words(text, words):
    words = set(words)
    out, i = [], 0
    while i < len(text):
        j = len(text)
        while text[i:j] not in words and j > i + 1:
            j -= 1
        out.append(text[i:j])
        i = j
    return out


def word_spans(words):
    return {(len("".join(words[:i])), len("".join(words[: i + 1]))) for i in range(len(words))}


def span_scores(predicted, gold):
    a, b = word_spans(predicted), word_spans(gold)
    hit = len(a.intersection(b))
    p = Fraction(hit, len(a)) if a else Fraction(0)
    r = Fraction(hit, len(b)) if b else Fraction(0)
    return float(p), float(r), float(2 / (1 / p + 1 / r)) if hit else 0.0

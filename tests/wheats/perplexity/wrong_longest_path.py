"""Viterbi that multiplies counts instead of probabilities: the more words, the better.

chaff: viterbi-without-total
"""
from functools import cache


def most_probable_words(text, counts, total):
    @cache
    def best(i):
        if i == len(text):
            return 1, ()
        options = []
        for j in range(i + 1, len(text) + 1):
            c = counts.get(text[i:j], 1 if j == i + 1 else 0)
            if c:
                value, rest = best(j)
                options.append((c * value, (text[i:j], *rest)))
        return max(options)

    return list(best(0)[1])

"""Chinese word segmentation as a language-model problem: the most probable words, the longest words, and a
score."""

import math
from collections.abc import Collection, Mapping, Sequence

# Problem 3


def most_probable_words(text: str, counts: Mapping[str, int], total: int) -> list[str]:
    """The words w_1 ... w_k whose concatenation is `text` and whose product of P(w) = counts[w] / total is
    greatest.

    `counts`: a dictionary's word counts (all positive); `total`: their sum over the whole dictionary, which may
    be larger than the sum of `counts`. A single character that is not in `counts` is a word with count 1. Among
    equally probable paths any will do. The empty text has no words. Source: Viterbi 1967; the default mode of
    jieba without its HMM.

    >>> most_probable_words("大语言", {"大": 5, "语": 1, "言": 1, "语言": 4}, total=11)
    ['大', '语言']
    """
    # BEGIN SOLUTION
    longest = max(map(len, counts), default=1)
    # for each beginning of the text: ln P of its most probable words, and where the last of them begins
    best = [(0.0, 0)]
    for end, _ in enumerate(text, 1):
        paths = []
        for begin in range(max(0, end - longest), end):
            word = text[begin:end]
            count = counts.get(word, 1 if len(word) == 1 else 0)
            if count:
                paths.append((best[begin][0] + math.log(count / total), begin))
        best.append(max(paths))
    words: list[str] = []
    end = len(text)
    while end:
        begin = best[end][1]
        words.append(text[begin:end])
        end = begin
    return words[::-1]
    # END SOLUTION


def longest_words(text: str, words: Collection[str]) -> list[str]:
    """Forward maximum matching: from left to right, always the longest word of the dictionary `words` that comes
    next; a single character where none does.

    >>> longest_words("大语言模", {"语言", "大语"})
    ['大语', '言', '模']
    """
    # BEGIN SOLUTION
    longest = max(map(len, words), default=1)
    found: list[str] = []
    rest = text
    while rest:
        size = next((size for size in range(longest, 1, -1) if rest[:size] in words), 1)
        found.append(rest[:size])
        rest = rest[size:]
    return found
    # END SOLUTION


def word_spans(words: Sequence[str]) -> set[tuple[int, int]]:
    """Where each word stands in the text, as (begin, end) in characters, `end` not included.

    >>> sorted(word_spans(["大", "语言"]))
    [(0, 1), (1, 3)]
    """
    # BEGIN SOLUTION
    spans = set()
    begin = 0
    for word in words:
        spans.add((begin, begin + len(word)))
        begin += len(word)
    return spans
    # END SOLUTION


def span_scores(predicted: Sequence[str], gold: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a segmentation against the right one: a word counts if both its ends are right.

    F1 = 2 P R / (P + R); 0 / 0 is taken as 0. Source: Sproat & Emerson 2003 (SIGHAN bake-off).

    >>> span_scores(["大语", "言"], ["大", "语", "言"])
    (0.5, 0.3333333333333333, 0.4)
    """
    # BEGIN SOLUTION
    ours, theirs = word_spans(predicted), word_spans(gold)
    right = len(ours & theirs)
    precision = right / len(ours) if ours else 0.0
    recall = right / len(theirs) if theirs else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1
    # END SOLUTION

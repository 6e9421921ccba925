"""For the bonus: summaries and their score, and a set that fits into memory because it may be wrong."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from evaluation import split_units


# Problem 9
def rouge_n(candidate: str, reference: str, n: int, characters: bool = False) -> float:
    """ROUGE-N: the F1 of the n-grams' overlap, an n-gram counted at most as often as the other text has it.

    The texts are cut by `split_units`. Where one of the two has no n-gram: 0.

    >>> round(rouge_n("the cat the cat", "The cat sat.", 1), 4)
    0.5714

    Source: Lin (2004), section 2, as F1.
    """

    # BEGIN SOLUTION
    def ngrams(text: str) -> Counter[tuple[str, ...]]:
        units = split_units(text, characters)
        return Counter(zip(*(units[start:] for start in range(n)), strict=False))

    ours, theirs = ngrams(candidate), ngrams(reference)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())
    # END SOLUTION


def rouge_l(candidate: str, reference: str, characters: bool = False) -> float:
    """ROUGE-L: the F1 of the longest common subsequence of the two texts' units; 0 where one has none.

    >>> round(rouge_l("the cat is on the mat", "the mat is on the cat"), 4)
    0.6667

    Source: Lin (2004), section 3.1, with β = 1.
    """
    # BEGIN SOLUTION
    ours, theirs = split_units(candidate, characters), split_units(reference, characters)
    row = [0] * (len(theirs) + 1)
    for one in ours:
        above = row[:]
        for j, other in enumerate(theirs):
            row[j + 1] = above[j] + 1 if one == other else max(above[j + 1], row[j])
    return _f1(row[-1], len(ours), len(theirs))
    # END SOLUTION


# BEGIN SOLUTION
def _f1(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0


# END SOLUTION


def summarise(generate: Callable[[str], str], article: str) -> str:
    """GPT-2's way to a summary: the first three sentences of what the model writes after the article and "TL;DR:".

    generate: prompt -> what the model writes after it. The prompt is the article, a new line and "TL;DR:". A sentence
    ends with one of . ! ? 。！？ (or where the text ends); blanks around the summary are taken off.

    >>> summarise(lambda prompt: " One. Two! Three? Four.", "Long.")
    'One. Two! Three?'

    Source: Radford et al. (2019), section 3.6.
    """
    # BEGIN SOLUTION
    written = generate(f"{article}\nTL;DR:")
    return "".join(re.findall("[^.!?。！？]*[.!?。！？]|[^.!?。！？]+$", written)[:3]).strip()
    # END SOLUTION


def bloom_size(n: int, p: float) -> tuple[int, int]:
    """(m, k): bits and hash functions for n entries with a false-positive rate of p.

    m = ⌈−n·ln p / (ln 2)²⌉, k = m/n · ln 2 rounded, at least 1.

    >>> bloom_size(1000, 0.01)
    (9586, 7)

    Source: Bloom (1970).
    """
    # BEGIN SOLUTION
    m = math.ceil(-n * math.log(p) / math.log(2) ** 2)
    return m, max(1, round(m / n * math.log(2)))
    # END SOLUTION


class BloomFilter:
    """A set of texts in m bits: it may take a text for a member that is none, never the other way round.

    The same texts give the same bits in every process: Python's hash() does not (PYTHONHASHSEED); take hashlib.
    """

    def __init__(self, n: int, p: float) -> None:
        """For n entries and a false-positive rate of p."""
        self.m, self.k = bloom_size(n, p)
        self.bits = bytearray(self.m // 8 + 1)

    # BEGIN SOLUTION
    def _places(self, text: str) -> list[int]:
        digests = (hashlib.blake2b(f"{i} {text}".encode()).digest() for i in range(self.k))
        return [int.from_bytes(digest, "little") % self.m for digest in digests]

    # END SOLUTION

    def add(self, text: str) -> None:
        """Make `text` a member."""
        # BEGIN SOLUTION
        for place in self._places(text):
            self.bits[place // 8] |= 1 << place % 8
        # END SOLUTION

    def __contains__(self, text: str) -> bool:
        """Whether `text` seems to be a member: `text in bloom`."""
        # BEGIN SOLUTION
        return all(self.bits[place // 8] >> place % 8 & 1 for place in self._places(text))
        # END SOLUTION


def overlap_bloom(test: str, train: Sequence[str], n: int = 8, p: float = 0.01, characters: bool = False) -> float:
    """`overlap` with a BloomFilter in place of the set of training n-grams (units joined by single spaces)."""

    # BEGIN SOLUTION
    def ngrams(text: str) -> list[str]:
        units = split_units(text, characters)
        return [" ".join(units[start : start + n]) for start in range(len(units) - n + 1)]

    seen = [ngram for text in train for ngram in ngrams(text)]
    bloom = BloomFilter(max(len(seen), 1), p)
    for ngram in seen:
        bloom.add(ngram)
    asked = ngrams(test)
    return sum(ngram in bloom for ngram in asked) / len(asked) if asked else 0.0
    # END SOLUTION

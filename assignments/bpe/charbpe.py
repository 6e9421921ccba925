"""Problem 2 · Byte-pair encoding on characters, as in GPT-1 (Sennrich, Haddow & Birch 2016, algorithm 1).

A word is spelled as its characters and an end-of-word mark, so that `est` at the end of "newest" and in the middle of
"estate" are different tokens, and so that words can be put together again:

- separate (Sennrich's paper): low -> l o w </w>
- glued (GPT-1's code):        low -> l o w</w>
"""

import collections
from collections.abc import Mapping, Sequence
from itertools import pairwise

END = "</w>"
SymbolPair = tuple[str, str]


# Problem 2


def word_to_symbols(word: str, glued: bool = False) -> tuple[str, ...]:
    """Spell a (non-empty) word in its first symbols.

    >>> word_to_symbols("low")
    ('l', 'o', 'w', '</w>')
    >>> word_to_symbols("low", glued=True)
    ('l', 'o', 'w</w>')
    """
    raise NotImplementedError("word_to_symbols")


def learn_bpe(word_counts: Mapping[str, int], num_merges: int, glued: bool = False) -> list[SymbolPair]:
    """Learn merges from a table of words and how often each occurs in the corpus.

    Each step joins the most frequent pair of neighbours, counted inside words and once for every occurrence of the
    word; overlapping positions count ("aaa" has (a, a) twice). Ties: the greatest pair, compared as strings (another
    rule is as good). Learning ends early, without an error, when no pair is left.

    >>> learn_bpe({"aab": 2, "ab": 1}, 2)
    [('b', '</w>'), ('a', 'b</w>')]

    Returns:
        The merges in the order in which they were learned: at most `num_merges` pairs of symbols.
    """
    raise NotImplementedError("learn_bpe")


def apply_bpe(word: str, merges: Sequence[SymbolPair], glued: bool = False) -> list[str]:
    """Segment a word: join the pair that was learned first among those present, everywhere; repeat.

    >>> apply_bpe("aab", [("b", "</w>"), ("a", "b</w>")])
    ['a', 'ab</w>']
    """
    raise NotImplementedError("apply_bpe")


def symbols_to_words(symbols: Sequence[str]) -> list[str]:
    """Put segmented words together again: a word ends where its end-of-word mark stands.

    >>> symbols_to_words(["lo", "w</w>", "new", "er", "</w>"])
    ['low', 'newer']
    """
    raise NotImplementedError("symbols_to_words")

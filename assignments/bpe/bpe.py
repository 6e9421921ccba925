"""Problems 3 to 5 · Byte-level BPE, as in GPT-2 (Radford et al. 2019, section 2.2); public names as in minbpe.

A text is a sequence of UTF-8 bytes, and the bytes 0..255 are the first 256 tokens. The k-th merge (k = 0, 1, ...)
makes token 256 + k. Whatever text comes along can be written in these tokens: nothing is unknown.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from pathlib import Path

import regex as re  # not the standard library's re, which knows no \p{L}

GPT2_SPLIT_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
"""What GPT-2 cuts a text into before any merge; `regex.findall` of it gives the chunks (pre-tokens)."""

Pair = tuple[int, int]


# Problem 3


def get_stats(ids: Sequence[int], counts: dict[Pair, int] | None = None) -> dict[Pair, int]:
    """Count the pairs of neighbours, overlapping ones too; added to `counts` when it is given.

    >>> get_stats([1, 2, 3, 1, 2])
    {(1, 2): 2, (2, 3): 1, (3, 1): 1}
    """
    raise NotImplementedError("get_stats")


def merge(ids: Sequence[int], pair: Pair, idx: int) -> list[int]:
    """Replace each occurrence of `pair` by the token `idx`, from left to right, without overlap.

    >>> merge([1, 2, 3, 1, 2], (1, 2), 4)
    [4, 3, 4]
    """
    raise NotImplementedError("merge")


class BasicTokenizer:
    """Byte-level BPE on a whole text.

    Attributes:
        merges: {(left, right): token}, in the order of learning; `encode` needs nothing else.
        vocab: {token: its bytes}; `decode` needs nothing else.
    """

    def __init__(self) -> None:
        self.merges: dict[Pair, int] = {}
        self.vocab: dict[int, bytes] = {byte: bytes([byte]) for byte in range(256)}

    def train(self, text: str, vocab_size: int, verbose: bool = False) -> None:
        """Learn vocab_size - 256 merges from `text` and set `merges` and `vocab`.

        Each merge joins the pair with the highest count at its time (see `get_stats`). Ties: the greatest pair of
        byte strings, (vocab[left], vocab[right]); another rule is as good. When no pair is left, training ends early
        without an error.

        Raises:
            ValueError: vocab_size < 256. (256 is valid: no merge.)
        """
        raise NotImplementedError("BasicTokenizer.train")

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`: of the pairs present, join the one that was learned first, everywhere; repeat."""
        raise NotImplementedError("BasicTokenizer.encode")

    def decode(self, ids: Sequence[int]) -> str:
        """The text of these tokens; bytes that are not UTF-8 become U+FFFD as `errors="replace"` does it.

        Raises:
            KeyError (or another exception): a token that is not in `vocab`.
        """
        raise NotImplementedError("BasicTokenizer.decode")


# Problem 4


class RegexTokenizer:
    """Byte-level BPE in which no merge crosses the border of a chunk, and special tokens.

    Attributes:
        pattern: the regular expression that cuts a text into chunks.
        merges, vocab: as in `BasicTokenizer`.
        special_tokens: {text: token}; `merges` never make or touch them.
        byte_ids: the token of each byte; 0..255 in order, except in GPT-2's own vocabulary.
    """

    def __init__(self, pattern: str = GPT2_SPLIT_PATTERN) -> None:
        self.pattern = pattern
        self.merges: dict[Pair, int] = {}
        self.vocab: dict[int, bytes] = {byte: bytes([byte]) for byte in range(256)}
        self.special_tokens: dict[str, int] = {}
        self.byte_ids: Sequence[int] = range(256)

    def train(self, text: str, vocab_size: int, verbose: bool = False) -> None:
        """As `BasicTokenizer.train`, with pairs counted and joined inside chunks only."""
        raise NotImplementedError("RegexTokenizer.train")

    def register_special_tokens(self, special_tokens: Mapping[str, int]) -> None:
        """Add tokens that stand for a whole text of their own, such as {"<|endoftext|>": 50256}."""
        raise NotImplementedError("RegexTokenizer.register_special_tokens")

    def encode_ordinary(self, text: str) -> list[int]:
        """The tokens of `text`, chunk by chunk; special tokens are text like any other."""
        raise NotImplementedError("RegexTokenizer.encode_ordinary")

    def encode(self, text: str, allowed_special: str | Set[str] = "none_raise") -> list[int]:
        """The tokens of `text`, special tokens treated as `allowed_special` says.

        Args:
            allowed_special: "all": each special token in the text becomes its one token, the longest first where one
                begins another; a set of texts: these only, the others are ordinary text; "none": none of them;
                "none_raise": as "none", but a special token in the text is an error.

        Raises:
            ValueError (or AssertionError): a special token occurs in the text and `allowed_special` is "none_raise".
        """
        raise NotImplementedError("RegexTokenizer.encode")

    def decode(self, ids: Sequence[int]) -> str:
        """As `BasicTokenizer.decode`; a special token gives its own text."""
        raise NotImplementedError("RegexTokenizer.decode")

    def save(self, file_prefix: str) -> None:
        """Write everything that `load` needs to `file_prefix` + ".model", in a format of your own."""
        raise NotImplementedError("RegexTokenizer.save")

    def load(self, model_file: str) -> None:
        """Become the tokenizer that was saved; `model_file` ends in ".model"."""
        raise NotImplementedError("RegexTokenizer.load")


def bytes_to_unicode() -> dict[int, str]:
    """GPT-2's way of writing any byte as one visible character, so that merges can stand in a text file.

    The bytes that Latin-1 prints (33..126, 161..172, 174..255) are written as themselves. The other 68, in ascending
    order, are written as U+0100, U+0101, ...

    >>> [bytes_to_unicode()[byte] for byte in b"A \\n"]
    ['A', 'Ġ', 'Ċ']
    """
    raise NotImplementedError("bytes_to_unicode")


def load_gpt2(encoder_path: str, bpe_path: str) -> RegexTokenizer:
    """A tokenizer with the ids of GPT-2, from the two files that OpenAI published.

    Args:
        encoder_path: encoder.json, {token: id}; tokens in the characters of `bytes_to_unicode`, and "<|endoftext|>".
        bpe_path: vocab.bpe, a line "#version: ..." and then a merge a line, first learned first: left, space, right.

    Returns:
        An object with `encode(text, allowed_special)` and `decode(ids)`; "<|endoftext|>" is a special token.
    """
    raise NotImplementedError("load_gpt2")


# Problem 5


def train_fast(text: str, vocab_size: int, pattern: str = GPT2_SPLIT_PATTERN) -> dict[Pair, int]:
    """The merges of `RegexTokenizer(pattern).train(text, vocab_size)`, without recounting everything for each.

    Joining a pair changes the counts of its neighbours only: keep the counts of all pairs from step to step, and for
    each pair the distinct chunks it occurs in.

    Returns:
        merges, as in `RegexTokenizer`.
    """
    raise NotImplementedError("train_fast")

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
    # BEGIN SOLUTION
    counts = {} if counts is None else counts
    for pair in pairwise(ids):
        counts[pair] = counts.get(pair, 0) + 1
    return counts
    # END SOLUTION


def merge(ids: Sequence[int], pair: Pair, idx: int) -> list[int]:
    """Replace each occurrence of `pair` by the token `idx`, from left to right, without overlap.

    >>> merge([1, 2, 3, 1, 2], (1, 2), 4)
    [4, 3, 4]
    """
    # BEGIN SOLUTION
    merged = []
    position = 0
    while position < len(ids):
        if position + 1 < len(ids) and (ids[position], ids[position + 1]) == pair:
            merged.append(idx)
            position += 2
        else:
            merged.append(ids[position])
            position += 1
    return merged
    # END SOLUTION


# BEGIN SOLUTION
def _learn(chunks: list[list[int]], vocab_size: int) -> dict[Pair, int]:
    """The naive trainer: count everything, join the best pair everywhere, start over."""
    if vocab_size < 256:
        raise ValueError(f"vocab_size must be at least 256, the bytes; it is {vocab_size}")
    merges: dict[Pair, int] = {}
    for idx in range(256, vocab_size):
        stats: dict[Pair, int] = {}
        for ids in chunks:
            get_stats(ids, stats)
        if not stats:
            break
        vocab = _build_vocab(merges)
        pair = max(stats, key=lambda pair: (stats[pair], vocab[pair[0]], vocab[pair[1]]))
        chunks = [merge(ids, pair, idx) for ids in chunks]
        merges[pair] = idx
    return merges


def _build_vocab(merges: Mapping[Pair, int], byte_ids: Sequence[int] = range(256)) -> dict[int, bytes]:
    """The bytes of every token."""
    vocab = {idx: bytes([byte]) for byte, idx in enumerate(byte_ids)}
    for (left, right), idx in merges.items():
        vocab[idx] = vocab[left] + vocab[right]
    return vocab


def _apply(ids: list[int], merges: Mapping[Pair, int]) -> list[int]:
    """Join the pair with the lowest rank (the earliest merge) until none of the pairs has one."""
    while len(ids) > 1:
        pair = min(get_stats(ids), key=lambda pair: merges.get(pair, float("inf")))
        if pair not in merges:
            break
        ids = merge(ids, pair, merges[pair])
    return ids


# END SOLUTION


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
        # BEGIN SOLUTION
        self.merges = _learn([list(text.encode("utf-8"))], vocab_size)
        self.vocab = _build_vocab(self.merges)
        # END SOLUTION

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`: of the pairs present, join the one that was learned first, everywhere; repeat."""
        # BEGIN SOLUTION
        return _apply(list(text.encode("utf-8")), self.merges)
        # END SOLUTION

    def decode(self, ids: Sequence[int]) -> str:
        """The text of these tokens; bytes that are not UTF-8 become U+FFFD as `errors="replace"` does it.

        Raises:
            KeyError (or another exception): a token that is not in `vocab`.
        """
        # BEGIN SOLUTION
        return b"".join(self.vocab[idx] for idx in ids).decode("utf-8", errors="replace")
        # END SOLUTION


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
        # BEGIN SOLUTION
        chunks = [list(chunk.encode("utf-8")) for chunk in re.findall(self.pattern, text)]
        self.merges = _learn(chunks, vocab_size)
        self.byte_ids = range(256)
        self.vocab = _build_vocab(self.merges)
        # END SOLUTION

    def register_special_tokens(self, special_tokens: Mapping[str, int]) -> None:
        """Add tokens that stand for a whole text of their own, such as {"<|endoftext|>": 50256}."""
        # BEGIN SOLUTION
        self.special_tokens = dict(special_tokens)
        # END SOLUTION

    def encode_ordinary(self, text: str) -> list[int]:
        """The tokens of `text`, chunk by chunk; special tokens are text like any other."""
        # BEGIN SOLUTION
        ids = []
        for chunk in re.findall(self.pattern, text):
            ids += _apply([self.byte_ids[byte] for byte in chunk.encode("utf-8")], self.merges)
        return ids
        # END SOLUTION

    def encode(self, text: str, allowed_special: str | Set[str] = "none_raise") -> list[int]:
        """The tokens of `text`, special tokens treated as `allowed_special` says.

        Args:
            allowed_special: "all": each special token in the text becomes its one token, the longest first where one
                begins another; a set of texts: these only, the others are ordinary text; "none": none of them;
                "none_raise": as "none", but a special token in the text is an error.

        Raises:
            ValueError (or AssertionError): a special token occurs in the text and `allowed_special` is "none_raise".
        """
        # BEGIN SOLUTION
        if allowed_special == "none_raise":
            found = [special for special in self.special_tokens if special in text]
            if found:
                raise ValueError(f"the text holds the special token {found[0]!r}, which allowed_special does not allow")
        allowed = self._choose_special(allowed_special)
        if not allowed:
            return self.encode_ordinary(text)
        longest_first = sorted(allowed, key=len, reverse=True)
        ids = []
        for part in re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text):
            ids += [self.special_tokens[part]] if part in allowed else self.encode_ordinary(part)
        return ids
        # END SOLUTION

    # BEGIN SOLUTION
    def _choose_special(self, allowed_special: str | Set[str]) -> Set[str]:
        if allowed_special == "all":
            return self.special_tokens.keys()
        if allowed_special in ("none", "none_raise"):
            return set()
        return self.special_tokens.keys() & allowed_special

    # END SOLUTION

    def decode(self, ids: Sequence[int]) -> str:
        """As `BasicTokenizer.decode`; a special token gives its own text."""
        # BEGIN SOLUTION
        special = {idx: text.encode("utf-8") for text, idx in self.special_tokens.items()}
        parts = (special[idx] if idx in special else self.vocab[idx] for idx in ids)
        return b"".join(parts).decode("utf-8", errors="replace")
        # END SOLUTION

    def save(self, file_prefix: str) -> None:
        """Write everything that `load` needs to `file_prefix` + ".model", in a format of your own."""
        # BEGIN SOLUTION
        state = {
            "pattern": self.pattern,
            "merges": [[*pair, idx] for pair, idx in self.merges.items()],
            "special_tokens": self.special_tokens,
            "byte_ids": list(self.byte_ids),
        }
        Path(file_prefix + ".model").write_text(json.dumps(state), encoding="utf-8")
        # END SOLUTION

    def load(self, model_file: str) -> None:
        """Become the tokenizer that was saved; `model_file` ends in ".model"."""
        # BEGIN SOLUTION
        state = json.loads(Path(model_file).read_text(encoding="utf-8"))
        self.pattern = state["pattern"]
        self.merges = {(left, right): idx for left, right, idx in state["merges"]}
        self.special_tokens = state["special_tokens"]
        self.byte_ids = state["byte_ids"]
        self.vocab = _build_vocab(self.merges, self.byte_ids)
        # END SOLUTION


def bytes_to_unicode() -> dict[int, str]:
    """GPT-2's way of writing any byte as one visible character, so that merges can stand in a text file.

    The bytes that Latin-1 prints (33..126, 161..172, 174..255) are written as themselves. The other 68, in ascending
    order, are written as U+0100, U+0101, ...

    >>> [bytes_to_unicode()[byte] for byte in b"A \\n"]
    ['A', 'Ġ', 'Ċ']
    """
    # BEGIN SOLUTION
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {byte: chr(byte) for byte in visible} | {byte: chr(256 + n) for n, byte in enumerate(hidden)}
    # END SOLUTION


def load_gpt2(encoder_path: str, bpe_path: str) -> RegexTokenizer:
    """A tokenizer with the ids of GPT-2, from the two files that OpenAI published.

    Args:
        encoder_path: encoder.json, {token: id}; tokens in the characters of `bytes_to_unicode`, and "<|endoftext|>".
        bpe_path: vocab.bpe, a line "#version: ..." and then a merge a line, first learned first: left, space, right.

    Returns:
        An object with `encode(text, allowed_special)` and `decode(ids)`; "<|endoftext|>" is a special token.
    """
    # BEGIN SOLUTION
    encoder: dict[str, int] = json.loads(Path(encoder_path).read_text(encoding="utf-8"))
    lines = Path(bpe_path).read_text(encoding="utf-8").split("\n")[1:]
    merges = [line.split(" ") for line in lines if line]
    tokenizer = RegexTokenizer()
    tokenizer.byte_ids = [encoder[character] for _, character in sorted(bytes_to_unicode().items())]
    tokenizer.merges = {(encoder[left], encoder[right]): encoder[left + right] for left, right in merges}
    tokenizer.vocab = _build_vocab(tokenizer.merges, tokenizer.byte_ids)
    tokenizer.register_special_tokens({"<|endoftext|>": encoder["<|endoftext|>"]})
    return tokenizer
    # END SOLUTION


# Problem 5


def train_fast(text: str, vocab_size: int, pattern: str = GPT2_SPLIT_PATTERN) -> dict[Pair, int]:
    """The merges of `RegexTokenizer(pattern).train(text, vocab_size)`, without recounting everything for each.

    Joining a pair changes the counts of its neighbours only: keep the counts of all pairs from step to step, and for
    each pair the distinct chunks it occurs in.

    Returns:
        merges, as in `RegexTokenizer`.
    """
    # BEGIN SOLUTION
    counts = _PairCounts(Counter(re.findall(pattern, text)))
    merges: dict[Pair, int] = {}
    vocab = {byte: bytes([byte]) for byte in range(256)}
    for idx in range(256, vocab_size):
        candidates = counts.most_frequent()
        if not candidates:
            break
        left, right = max(candidates, key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))
        counts.join((left, right), idx)
        merges[left, right] = idx
        vocab[idx] = vocab[left] + vocab[right]
    return merges
    # END SOLUTION


# BEGIN SOLUTION
class _PairCounts:
    """How often each pair occurs in a set of words, kept up to date while pairs are joined.

    No pair that a merge creates is more frequent than the pair it joined, so the highest count never rises: pairs lie
    in buckets by their count, and the search for the best one goes down the buckets once in a whole training.
    """

    def __init__(self, chunks: Mapping[str, int]) -> None:
        self._words = [list(chunk.encode("utf-8")) for chunk in chunks]
        self._times = list(chunks.values())
        self._counts: Counter[Pair] = Counter()
        self._where: defaultdict[Pair, set[int]] = defaultdict(set)
        for number, word in enumerate(self._words):
            for pair in pairwise(word):
                self._counts[pair] += self._times[number]
                self._where[pair].add(number)
        self._buckets: defaultdict[int, set[Pair]] = defaultdict(set)
        for pair, count in self._counts.items():
            self._buckets[count].add(pair)
        self._top = max(self._counts.values(), default=0)

    def most_frequent(self) -> Set[Pair]:
        """All pairs with the highest count; empty when there is no pair at all."""
        while self._top and not self._buckets[self._top]:
            self._top -= 1
        return self._buckets[self._top] if self._top else set()

    def join(self, pair: Pair, idx: int) -> None:
        """Join `pair` in every word that holds it and recount those words alone."""
        change: Counter[Pair] = Counter()
        for number in self._where.pop(pair):
            word, times = self._words[number], self._times[number]
            for old in pairwise(word):
                change[old] -= times
            word = self._words[number] = merge(word, pair, idx)
            for new in pairwise(word):
                change[new] += times
                self._where[new].add(number)
        for changed, difference in change.items():
            self._move(changed, difference)

    def _move(self, pair: Pair, difference: int) -> None:
        self._buckets[self._counts[pair]].discard(pair)
        self._counts[pair] += difference
        self._buckets[self._counts[pair]].add(pair)


# END SOLUTION

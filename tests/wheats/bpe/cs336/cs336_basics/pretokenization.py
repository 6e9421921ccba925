from collections import Counter
from collections.abc import Iterator

import regex as re

PAT = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def split_on_special(text: str, special_tokens: list[str], keep: bool) -> list[str]:
    if not special_tokens:
        return [text]
    alternatives = "|".join(re.escape(tok) for tok in sorted(special_tokens, key=len, reverse=True))
    return re.split(f"({alternatives})" if keep else alternatives, text)


def pretokens(text: str) -> Iterator[str]:
    for match in re.finditer(PAT, text):
        yield match.group()


def count_pretokens(text: str, special_tokens: list[str]) -> Counter[tuple[bytes, ...]]:
    counts: Counter[tuple[bytes, ...]] = Counter()
    for doc in split_on_special(text, special_tokens, keep=False):
        for token in pretokens(doc):
            counts[tuple(bytes([b]) for b in token.encode("utf-8"))] += 1
    return counts

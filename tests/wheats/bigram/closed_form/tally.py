"""What both modules need: walking over symbols, and tables without a division by zero."""

import logging

import numpy as np

log = logging.getLogger("bigram")


def transitions(word, stoi, boundary="."):
    """Yields (read, next) of one word, as ids."""
    if boundary in word:
        raise ValueError(f"the boundary stands inside {word!r}")
    last = stoi[boundary]
    for symbol in (*word, boundary):
        try:
            now = stoi[symbol]
        except KeyError:
            raise ValueError(f"{symbol!r} is not in the vocabulary") from None
        yield last, now
        last = now


def refuse_nothing(words):
    if isinstance(words, str):
        raise TypeError("words is a list of words, not one word")
    words = tuple(words)
    if not words:
        raise ValueError("an empty corpus")
    log.debug("%d words", len(words))
    return words


def safe_log(p):
    """ln p with ln 0 = -inf and no warning."""
    p = np.asarray(p, dtype=np.float64)
    return np.log(p, out=np.full(p.shape, -np.inf), where=p > 0)

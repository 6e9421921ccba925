"""Training with counts that are kept: a dictionary of words, an index, a scan for the best pair."""

from collections import defaultdict

import regex as re

from .base import get_stats, merge
from .gpt2 import GPT2_SPLIT_PATTERN


def train_fast(text, vocab_size, pattern=GPT2_SPLIT_PATTERN):
    assert vocab_size >= 256
    freqs = defaultdict(int)
    for m in re.finditer(pattern, text):
        freqs[m.group()] += 1
    words = [(list(w.encode("utf-8")), c) for w, c in freqs.items()]
    counts = defaultdict(int)
    where = defaultdict(set)
    for i, (ids, c) in enumerate(words):
        for p in zip(ids, ids[1:]):
            counts[p] += c
            where[p].add(i)
    merges = {}
    while len(merges) < vocab_size - 256 and counts:
        best = max(counts, key=counts.get)
        idx = 256 + len(merges)
        merges[best] = idx
        for i in list(where[best]):
            ids, c = words[i]
            for p, n in get_stats(ids).items():
                counts[p] -= n * c
                where[p].discard(i)
                if counts[p] == 0:
                    del counts[p]
            ids = merge(ids, best, idx)
            for p, n in get_stats(ids).items():
                counts[p] += n * c
                where[p].add(i)
            words[i] = (ids, c)
    return merges

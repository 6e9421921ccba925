import heapq
import os
from collections import defaultdict

from .pretokenization import count_pretokens


class _Entry:
    """Heap entries, the most frequent first; then the lexicographically greatest."""

    __slots__ = ("count", "pair")

    def __init__(self, count, pair):
        self.count = count
        self.pair = pair

    def __lt__(self, other):
        if self.count != other.count:
            return self.count > other.count
        return self.pair > other.pair


def train_bpe(
    input_path: str | os.PathLike, vocab_size: int, special_tokens: list[str], **kwargs
) -> tuple[dict[int, bytes], list[tuple[bytes, bytes]]]:
    with open(input_path, encoding="utf-8") as f:
        text = f.read()
    vocab = {i: tok.encode("utf-8") for i, tok in enumerate(special_tokens)}
    for b in range(256):
        vocab[len(vocab)] = bytes([b])
    if vocab_size < len(vocab):
        raise ValueError("vocab_size is too small")

    counts = count_pretokens(text, special_tokens)
    words = list(counts)
    freqs = list(counts.values())
    pair_counts = defaultdict(int)
    pair_words = defaultdict(set)
    for i, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_counts[pair] += freqs[i]
            pair_words[pair].add(i)
    heap = [_Entry(c, p) for p, c in pair_counts.items()]
    heapq.heapify(heap)

    merges: list[tuple[bytes, bytes]] = []
    while len(vocab) < vocab_size and heap:
        entry = heapq.heappop(heap)
        if pair_counts.get(entry.pair, 0) != entry.count or entry.count == 0:
            continue  # stale
        left, right = entry.pair
        new = left + right
        merges.append((left, right))
        vocab[len(vocab)] = new
        touched = set()
        for i in pair_words.pop(entry.pair):
            word = words[i]
            j, out = 0, []
            while j < len(word):
                if j + 1 < len(word) and word[j] == left and word[j + 1] == right:
                    out.append(new)
                    j += 2
                else:
                    out.append(word[j])
                    j += 1
            for pair in zip(word, word[1:]):
                pair_counts[pair] -= freqs[i]
                touched.add(pair)
            for pair in zip(out, out[1:]):
                pair_counts[pair] += freqs[i]
                pair_words[pair].add(i)
                touched.add(pair)
            words[i] = tuple(out)
        for pair in touched:
            if pair_counts[pair] > 0:
                heapq.heappush(heap, _Entry(pair_counts[pair], pair))
            else:
                del pair_counts[pair]
    return vocab, merges

"""Caches the ids of a chunk for all tokenizers together, whatever their merges.

chaff: none
"""

from functools import lru_cache

import regex

CACHE = {}


@lru_cache
def compiled(pattern):
    return regex.compile(pattern)


class RegexTokenizer:
    def __init__(self, pattern):
        self.pattern = pattern
        self.special = {}
        self.merges = {}
        self.vocab = {i: bytes([i]) for i in range(256)}

    def train(self, text, vocab_size, verbose=False):
        assert vocab_size >= 256
        words = [list(c.encode("utf-8")) for c in compiled(self.pattern).findall(text)]
        self.merges, self.vocab = {}, {i: bytes([i]) for i in range(256)}
        for idx in range(256, vocab_size):
            counts = {}
            for w in words:
                for pair in zip(w, w[1:]):
                    counts[pair] = counts.get(pair, 0) + 1
            if not counts:
                break
            pair = max(counts, key=counts.get)
            words = [self.join(w, pair, idx) for w in words]
            self.merges[pair] = idx
            self.vocab[idx] = self.vocab[pair[0]] + self.vocab[pair[1]]

    def join(self, w, pair, idx):
        i, out = 0, []
        while i < len(w):
            two = i + 1 < len(w) and (w[i], w[i + 1]) == pair
            out.append(idx if two else w[i])
            i += 1 + two
        return out

    def register_special_tokens(self, special_tokens):
        self.special = special_tokens

    def encode(self, text, allowed_special="none_raise"):
        ids = []
        if allowed_special == "none_raise":
            for special in self.special:
                if special in text:
                    raise ValueError(special)
        elif allowed_special != "none":
            names = sorted(self.special if allowed_special == "all" else allowed_special, key=len, reverse=True)
            parts = regex.split("(" + "|".join(map(regex.escape, names)) + ")", text) if names else [text]
            for part in parts:
                ids += [self.special[part]] if part in names else self.encode(part, "none")
            return ids
        for chunk in compiled(self.pattern).findall(text):
            if chunk not in CACHE:
                w = list(chunk.encode("utf-8"))
                for pair, idx in self.merges.items():
                    w = self.join(w, pair, idx)
                CACHE[chunk] = w
            ids += CACHE[chunk]
        return ids

    def decode(self, ids):
        names = {i: special.encode("utf-8") for special, i in self.special.items()}
        return b"".join(names[i] if i in names else self.vocab[i] for i in ids).decode("utf-8", errors="replace")

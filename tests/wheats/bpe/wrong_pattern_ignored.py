"""Counts pairs over the whole text: the pattern is stored and never used in training.

chaff: train-across-chunks
"""

import regex


class RegexTokenizer:
    def __init__(self, pattern):
        self.pattern = regex.compile(pattern)
        self.merges = {}
        self.vocab = {i: bytes([i]) for i in range(256)}
        self.special = {}

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError("too small")
        self.__init__(self.pattern.pattern)
        seq = [bytes([b]) for b in text.encode("utf-8")]
        ids = [b for b in text.encode("utf-8")]
        for new in range(256, vocab_size):
            counts = {}
            for i in range(1, len(ids)):
                counts[ids[i - 1], ids[i]] = counts.get((ids[i - 1], ids[i]), 0) + 1
            if not counts:
                return
            best = max(counts, key=lambda p: (counts[p], self.vocab[p[0]], self.vocab[p[1]]))
            self.merges[best] = new
            self.vocab[new] = self.vocab[best[0]] + self.vocab[best[1]]
            ids = self.apply(ids, best, new)

    @staticmethod
    def apply(ids, pair, new):
        out = []
        it = iter(range(len(ids)))
        for i in it:
            if tuple(ids[i : i + 2]) == pair:
                out.append(new)
                next(it, None)
            else:
                out.append(ids[i])
        return out

    def register_special_tokens(self, special_tokens):
        self.special = special_tokens

    def encode(self, text, allowed_special="none_raise"):
        ids = []
        for chunk in self.pattern.findall(text):
            part = list(chunk.encode("utf-8"))
            for pair, new in self.merges.items():
                part = self.apply(part, pair, new)
            ids += part
        return ids

    def decode(self, ids):
        return b"".join(self.vocab[i] for i in ids).decode("utf-8", errors="replace")

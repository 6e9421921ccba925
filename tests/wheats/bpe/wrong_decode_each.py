"""Decodes token by token, which breaks characters that are spread over several tokens.

chaff: decode-token-by-token
"""

from collections import Counter


def replace_pair(ids, pair, idx):
    text = "".join(map(chr, ids)).replace(chr(pair[0]) + chr(pair[1]), chr(idx))
    return [ord(c) for c in text]


class BasicTokenizer:
    merges = {}
    vocab = {i: bytes([i]) for i in range(256)}

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError("too small")
        ids = list(text.encode("utf-8"))
        merges, vocab = {}, {i: bytes([i]) for i in range(256)}
        while len(vocab) < vocab_size and len(ids) > 1:
            (a, b), _ = Counter(zip(ids, ids[1:])).most_common(1)[0]
            ids = replace_pair(ids, (a, b), len(vocab))
            merges[a, b] = len(vocab)
            vocab[len(vocab)] = vocab[a] + vocab[b]
        self.merges, self.vocab = merges, vocab

    def encode(self, text):
        ids = list(text.encode("utf-8"))
        for pair, idx in sorted(self.merges.items(), key=lambda item: item[1]):
            ids = replace_pair(ids, pair, idx)
        return ids

    def decode(self, ids):
        text = ""
        for i in ids:
            text += str(self.vocab[i], "utf-8", "replace")
        return text

"""Saves tokens as text, a line each: tokens with spaces and line breaks do not come back.

chaff: none
"""

import regex


class RegexTokenizer:
    def __init__(self, pattern):
        self.pattern = pattern
        self.merges = {}
        self.vocab = {i: bytes([i]) for i in range(256)}
        self.special = {}

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError(vocab_size)
        words = [list(c.encode("utf-8")) for c in regex.findall(self.pattern, text)]
        for idx in range(256, vocab_size):
            counts = {}
            for w in words:
                for pair in zip(w, w[1:]):
                    counts[pair] = counts.get(pair, 0) + 1
            if not counts:
                break
            self.add(max(counts, key=counts.get))
            words = [self.join(w, max(counts, key=counts.get), idx) for w in words]

    def add(self, pair):
        idx = 256 + len(self.merges)
        self.merges[pair] = idx
        self.vocab[idx] = self.vocab[pair[0]] + self.vocab[pair[1]]

    @staticmethod
    def join(w, pair, idx):
        i, out = 0, []
        while i < len(w):
            two = i + 1 < len(w) and (w[i], w[i + 1]) == pair
            out.append(idx if two else w[i])
            i += 1 + two
        return out

    def register_special_tokens(self, special_tokens):
        self.special = special_tokens

    def ordinary(self, text):
        ids = []
        for chunk in regex.findall(self.pattern, text):
            w = list(chunk.encode("utf-8"))
            for pair, idx in self.merges.items():
                w = self.join(w, pair, idx)
            ids += w
        return ids

    def encode(self, text, allowed_special="none_raise"):
        if allowed_special == "none_raise" and any(s in text for s in self.special):
            raise ValueError("special")
        allowed = {"all": list(self.special), "none": [], "none_raise": []}.get(str(allowed_special), allowed_special)
        if not allowed:
            return self.ordinary(text)
        parts = regex.split("(" + "|".join(map(regex.escape, sorted(allowed, key=len)[::-1])) + ")", text)
        return [i for p in parts for i in ([self.special[p]] if p in allowed else self.ordinary(p))]

    def decode(self, ids):
        names = {i: s.encode("utf-8") for s, i in self.special.items()}
        return b"".join(names.get(i) or self.vocab[i] for i in ids).decode("utf-8", errors="replace")

    def save(self, file_prefix):
        with open(file_prefix + ".model", "w", encoding="latin-1", newline="") as f:
            for special, idx in self.special.items():
                f.write(f"special {special.encode('utf-8').decode('latin-1')} {idx}\n")
            for left, right in self.merges:
                f.write(self.vocab[left].decode("latin-1") + " " + self.vocab[right].decode("latin-1") + "\n")

    def load(self, model_file):
        ids = {token: i for i, token in self.vocab.items()}
        with open(model_file, encoding="latin-1", newline="") as f:
            for line in f:
                parts = line.split()
                if parts[:1] == ["special"]:
                    self.special[parts[1].encode("latin-1").decode("utf-8")] = int(parts[2])
                elif len(parts) == 2:
                    self.add(tuple(ids[p.encode("latin-1")] for p in parts))
                    ids = {token: i for i, token in self.vocab.items()}

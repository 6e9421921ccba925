"""Sequences of ids are strings of characters chr(id): counting and merging are done by str itself.

Ids beyond the surrogates are shifted; merges are a plain list of pairs of ids.
"""

import json
import pickle
from bisect import bisect
from collections import Counter, defaultdict

import regex

SPLIT = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def to_char(i):
    return chr(i if i < 0xD800 else i + 0x800)


def to_id(c):
    return ord(c) if ord(c) < 0xD800 else ord(c) - 0x800


def spell(ids):
    return "".join(map(to_char, ids))


def read(text):
    return [to_id(c) for c in text]


def get_stats(ids, counts=None):
    result = defaultdict(int, counts or {})
    for a, b in zip(ids[:-1], ids[1:]):
        result[a, b] += 1
    return result


def merge(ids, pair, idx):
    return read(spell(ids).replace(spell(pair), to_char(idx)))


def naive(texts, n):
    merges = []
    for k in range(n):
        counts = Counter(two for t in texts for two in map("".join, zip(t, t[1:])))
        if not counts:
            break
        two, _ = counts.most_common(1)[0]
        merges.append(tuple(read(two)))
        texts = [t.replace(two, to_char(256 + k)) for t in texts]
    return merges


class BasicTokenizer:
    def __init__(self):
        self.merges = []
        self.vocab = {}
        self.special = {}
        self.first_ids = list(range(256))
        self._build()

    def _build(self):
        self.vocab = {i: bytes([b]) for b, i in enumerate(self.first_ids)}
        for k, (a, b) in enumerate(self.merges):
            self.vocab[256 + k] = self.vocab[a] + self.vocab[b]

    def _chunks(self, text):
        yield text

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError(f"{vocab_size} < 256")
        self.merges = naive([spell(c.encode("utf-8")) for c in self._chunks(text)], vocab_size - 256)
        self._build()

    def encode(self, text):
        table = {spell(pair): to_char(256 + k) for k, pair in enumerate(self.merges)}
        ids = []
        for chunk in self._chunks(text):
            s = spell(self.first_ids[b] for b in chunk.encode("utf-8"))
            found = [table[s[i : i + 2]] for i in range(len(s)) if s[i : i + 2] in table]
            while found:
                new = min(found)
                s = s.replace(spell(self.merges[to_id(new) - 256]), new)
                found = [table[s[i : i + 2]] for i in range(len(s)) if s[i : i + 2] in table]
            ids += read(s)
        return ids

    def decode(self, ids):
        names = {i: s.encode("utf-8") for s, i in self.special.items()}
        return b"".join(names[i] if i in names else self.vocab[i] for i in ids).decode("utf-8", "replace")


class RegexTokenizer(BasicTokenizer):
    def __init__(self, pattern=SPLIT):
        super().__init__()
        self.pattern = pattern

    def _chunks(self, text):
        return regex.findall(self.pattern, text)

    def register_special_tokens(self, special_tokens):
        self.special = special_tokens

    def encode(self, text, allowed_special="none_raise"):
        if isinstance(allowed_special, str):
            if allowed_special == "none_raise" and any(text.count(s) for s in self.special):
                raise AssertionError("special tokens are not allowed here")
            allowed = sorted(self.special) if allowed_special == "all" else []
        else:
            allowed = sorted(allowed_special)
        # cut at special tokens, the longest first, one after the other
        parts = [text]
        for special in sorted(allowed, key=len)[::-1]:
            cut = []
            for part in parts:
                if isinstance(part, int):
                    cut.append(part)
                    continue
                for piece in part.split(special):
                    cut += [piece, self.special[special]]
                cut.pop()
            parts = cut
        ids = []
        for part in parts:
            ids += [part] if isinstance(part, int) else super().encode(part)
        return ids

    def save(self, file_prefix):
        with open(file_prefix + ".model", "wb") as f:
            pickle.dump((self.pattern, self.merges, self.special, self.first_ids), f)

    def load(self, model_file):
        with open(model_file, "rb") as f:
            self.pattern, self.merges, self.special, self.first_ids = pickle.load(f)
        self._build()


def bytes_to_unicode():
    plain = [b for b in range(256) if chr(b).isprintable() and b != 32]
    rest = sorted(set(range(256)) - set(plain))
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + bisect(rest, b) - 1) for b in rest}}


def load_gpt2(encoder_path, bpe_path):
    encoder = json.loads(open(encoder_path, encoding="utf-8").read())
    t = RegexTokenizer()
    t.first_ids = [encoder[c] for b, c in sorted(bytes_to_unicode().items())]
    pairs = [line.split(" ") for line in open(bpe_path, encoding="utf-8").read().strip("\n").split("\n")[1:]]
    t.merges = [(encoder[a], encoder[b]) for a, b in pairs]
    t._build()
    t.register_special_tokens({"<|endoftext|>": encoder["<|endoftext|>"]})
    return t


def train_fast(text, vocab_size, pattern=SPLIT):
    """Occurrences of a pair are looked up in an index from pair to words, never recounted."""
    freq = Counter(spell(c.encode("utf-8")) for c in regex.findall(pattern, text))
    words, n = list(freq), list(freq.values())
    count, home = defaultdict(int), defaultdict(set)
    for i, w in enumerate(words):
        for two in map("".join, zip(w, w[1:])):
            count[two] += n[i]
            home[two].add(i)
    merges = []
    while len(merges) < vocab_size - 256:
        two = max(count, key=count.get, default=None)
        if two is None:
            break
        new = to_char(256 + len(merges))
        merges.append(read(two))
        for i in home.pop(two):
            for old in map("".join, zip(words[i], words[i][1:])):
                count[old] -= n[i]
                if count[old] == 0:
                    del count[old]
            words[i] = words[i].replace(two, new)
            for fresh in map("".join, zip(words[i], words[i][1:])):
                count[fresh] += n[i]
                home[fresh].add(i)
    return merges

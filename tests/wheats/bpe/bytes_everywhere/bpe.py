"""Tokens are byte strings throughout; ids appear only at the door. No package `regex`: a splitter by hand."""

import json
import unicodedata

GPT2_SPLIT_PATTERN = None


def get_stats(ids, counts=None):
    if counts is None:
        counts = dict()
    i = 1
    while i < len(ids):
        key = (ids[i - 1], ids[i])
        counts.setdefault(key, 0)
        counts[key] += 1
        i += 1
    return counts


def merge(ids, pair, idx):
    a, b = pair
    out = []
    for x in ids:
        if out and x == b and out[-1] is not None and out[-1] == (a,):
            out[-1] = idx
        elif x == a:
            out.append((a,))
        else:
            out.append(x)
    return tuple(x[0] if isinstance(x, tuple) else x for x in out)


def is_letter(c):
    return unicodedata.category(c)[0] == "L"


def is_number(c):
    return unicodedata.category(c)[0] == "N"


def is_other(c):
    return not (c.isspace() or is_letter(c) or is_number(c))


def run(text, start, test):
    end = start
    while end < len(text) and test(text[end]):
        end += 1
    return end


def gpt2_chunks(text):
    i = 0
    while i < len(text):
        for ending in ("'s", "'d", "'m", "'t", "'ll", "'ve", "'re"):
            if text.startswith(ending, i):
                yield ending
                i += len(ending)
                break
        else:
            j = i + (text[i] == " ")
            for test in (is_letter, is_number, is_other):
                end = run(text, j, test)
                if end > j:
                    break
            else:
                end = run(text, i, str.isspace)
                if end < len(text) and end - i > 1:
                    end -= 1
            yield text[i:end]
            i = end


class BasicTokenizer:
    def __init__(self):
        self.merges = {}
        self.vocab = [bytes([b]) for b in range(256)]
        self._ids = {t: i for i, t in enumerate(self.vocab)}

    def split(self, text):
        return [text] if text else []

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError("vocab_size < 256")
        self.__init__(*self.arguments())
        words = {}
        for chunk in self.split(text):
            key = tuple(bytes([b]) for b in chunk.encode("utf-8"))
            words[key] = words.get(key, 0) + 1
        while len(self.vocab) < vocab_size:
            counts = {}
            for word, n in words.items():
                for pair in zip(word, word[1:]):
                    counts[pair] = counts.get(pair, 0) + n
            if not counts:
                break
            best = min(counts, key=lambda pair: (-counts[pair], pair))
            self.add(best)
            joined = {}
            for word, n in words.items():
                new = self.join(word, best)
                joined[new] = joined.get(new, 0) + n
            words = joined

    def arguments(self):
        return ()

    def add(self, pair):
        self.merges[pair] = len(self.merges)
        self.vocab.append(pair[0] + pair[1])
        self._ids.setdefault(self.vocab[-1], len(self.vocab) - 1)

    @staticmethod
    def join(word, pair):
        out = []
        i = 0
        while i < len(word):
            if word[i : i + 2] == pair:
                out.append(pair[0] + pair[1])
                i += 2
            else:
                out.append(word[i])
                i += 1
        return tuple(out)

    def encode_chunk(self, chunk):
        word = tuple(bytes([b]) for b in chunk.encode("utf-8"))
        while True:
            present = [pair for pair in zip(word, word[1:]) if pair in self.merges]
            if not present:
                return [self._ids[token] for token in word]
            word = self.join(word, min(present, key=self.merges.get))

    def encode(self, text):
        return tuple(i for chunk in self.split(text) for i in self.encode_chunk(chunk))

    def decode(self, ids):
        return b"".join([self.vocab[i] for i in ids]).decode("utf-8", "replace")


class RegexTokenizer(BasicTokenizer):
    def __init__(self, pattern=None):
        super().__init__()
        self.pattern = pattern
        self.special_tokens = {}

    def arguments(self):
        return (self.pattern,)

    def split(self, text):
        if self.pattern is not None and "p{L}" not in self.pattern:
            import re

            return re.findall(self.pattern, text)
        return list(gpt2_chunks(text))

    def register_special_tokens(self, special_tokens):
        self.special_tokens = special_tokens

    def encode(self, text, allowed_special="none_raise"):
        allowed = set()
        if allowed_special == "all":
            allowed = set(self.special_tokens)
        elif allowed_special == "none_raise":
            for special in self.special_tokens:
                if special in text:
                    raise ValueError(special)
        elif allowed_special != "none":
            allowed = set(allowed_special)
        ids = []
        start = i = 0
        while i < len(text):
            here = [s for s in allowed if text.startswith(s, i)]
            if here:
                special = max(here, key=len)
                ids.extend(super().encode(text[start:i]))
                ids.append(self.special_tokens[special])
                i += len(special)
                start = i
            else:
                i += 1
        ids.extend(super().encode(text[start:]))
        return ids

    def decode(self, ids):
        names = {i: s for s, i in self.special_tokens.items()}
        data = b""
        for i in ids:
            data += names[i].encode("utf-8") if i in names else self.vocab[i]
        return data.decode("utf-8", "replace")

    def save(self, file_prefix):
        with open(file_prefix + ".model", "wb") as f:
            f.write(json.dumps([self.pattern, self.special_tokens]).encode() + b"\n")
            for left, right in self.merges:
                f.write(left.hex().encode() + b" " + right.hex().encode() + b"\n")

    def load(self, model_file):
        with open(model_file, "rb") as f:
            self.pattern, special = json.loads(f.readline())
            self.__init__(self.pattern)
            self.special_tokens = special
            for line in f:
                left, right = line.split()
                self.add((bytes.fromhex(left.decode()), bytes.fromhex(right.decode())))


def bytes_to_unicode():
    table = {}
    spare = 256
    for b in range(256):
        if unicodedata.category(chr(b)) in ("Cc", "Zs", "Cf"):
            table[b] = chr(spare)
            spare += 1
        else:
            table[b] = chr(b)
    return table


def load_gpt2(encoder_path, bpe_path):
    back = {c: b for b, c in bytes_to_unicode().items()}
    special = "<|endoftext|>"
    tokenizer = RegexTokenizer()
    with open(encoder_path, "rb") as f:
        encoder = json.loads(f.read().decode("utf-8"))
    tokenizer.special_tokens = {special: encoder.pop(special)}
    tokenizer.vocab = {i: bytes(map(back.get, token)) for token, i in encoder.items()}
    tokenizer._ids = {token: i for i, token in tokenizer.vocab.items()}
    with open(bpe_path, "rb") as f:
        lines = f.read().decode("utf-8").splitlines()[1:]
    for rank, line in enumerate(lines):
        left, right = line.split(" ")
        tokenizer.merges[bytes(map(back.get, left)), bytes(map(back.get, right))] = rank
    return tokenizer


def train_fast(text, vocab_size, pattern=None):
    """Counts are kept; a word's pairs are recounted only when it changes. Returns pairs of byte strings."""
    words = {}
    for chunk in RegexTokenizer(pattern).split(text):
        words[chunk] = words.get(chunk, 0) + 1
    freq = list(words.values())
    spelled = [tuple(bytes([b]) for b in chunk.encode("utf-8")) for chunk in words]
    counts, places = {}, {}
    for k, word in enumerate(spelled):
        for pair in zip(word, word[1:]):
            counts[pair] = counts.get(pair, 0) + freq[k]
            places.setdefault(pair, set()).add(k)
    merges = {}
    for rank in range(vocab_size - 256):
        if not counts:
            break
        top = max(counts.values())
        best = next(pair for pair, n in counts.items() if n == top)
        merges[best] = rank
        for k in places.pop(best):
            old, new = spelled[k], BasicTokenizer.join(spelled[k], best)
            for pair in zip(old, old[1:]):
                counts[pair] -= freq[k]
                if not counts[pair]:
                    del counts[pair]
            for pair in zip(new, new[1:]):
                counts[pair] = counts.get(pair, 0) + freq[k]
                places.setdefault(pair, set()).add(k)
            spelled[k] = new
    return merges

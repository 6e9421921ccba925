"""Training on one linked list over the whole text with a heap; ids as numpy arrays; merges as a list."""

import heapq
import json
from collections import defaultdict

import numpy as np
import regex

GPT2 = regex.compile(r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")
END = -1


def get_stats(ids, counts=None):
    ids = np.asarray(ids, dtype=np.int64)
    counts = {} if counts is None else dict(counts)
    if len(ids) > 1:
        pairs, n = np.unique(np.stack([ids[:-1], ids[1:]], axis=1), axis=0, return_counts=True)
        for (a, b), c in zip(pairs, n):
            counts[int(a), int(b)] = counts.get((int(a), int(b)), 0) + int(c)
    return counts


def merge(ids, pair, idx):
    ids = np.array(ids, dtype=np.int64)
    hits = np.flatnonzero((ids[:-1] == pair[0]) & (ids[1:] == pair[1])) if len(ids) > 1 else np.array([], dtype=int)
    keep = np.ones(len(ids), dtype=bool)
    last = -2
    for i in hits:
        if i > last + 1:
            ids[i] = idx
            keep[i + 1] = False
            last = i
    return ids[keep]


class Trainer:
    """Nodes are positions in arrays; END separates chunks and never takes part in a pair."""

    def __init__(self, chunks):
        self.value = []
        for chunk in chunks:
            self.value.extend(chunk)
            self.value.append(END)
        n = len(self.value)
        self.before = list(range(-1, n - 1))
        self.after = list(range(1, n + 1))
        self.count = defaultdict(int)
        self.where = defaultdict(set)
        self.changed = set()
        for i in range(n - 1):
            self.enter(i)
        self.heap = [(-c, *pair) for pair, c in self.count.items()]
        heapq.heapify(self.heap)
        self.changed.clear()

    def pair_at(self, i):
        if i < 0:
            return None
        j = self.after[i]
        if j >= len(self.value) or self.value[i] == END or self.value[j] == END:
            return None
        return self.value[i], self.value[j]

    def enter(self, i):
        pair = self.pair_at(i)
        if pair:
            self.count[pair] += 1
            self.where[pair].add(i)
            self.changed.add(pair)

    def leave(self, i):
        pair = self.pair_at(i)
        if pair:
            self.count[pair] -= 1
            self.where[pair].discard(i)
            self.changed.add(pair)

    def best(self):
        while self.heap:
            c, a, b = heapq.heappop(self.heap)
            if c and self.count[a, b] == -c:
                return a, b
        return None

    def merge(self, pair, idx):
        for i in sorted(self.where[pair]):
            if self.pair_at(i) != pair:  # eaten by the occurrence before
                continue
            j = self.after[i]
            for k in (self.before[i], i, j):
                self.leave(k)
            self.value[i] = idx
            self.value[j] = None
            self.after[i] = self.after[j]
            if self.after[i] < len(self.value):
                self.before[self.after[i]] = i
            self.enter(self.before[i])
            self.enter(i)
        for p in self.changed:
            if self.count[p] > 0:
                heapq.heappush(self.heap, (-self.count[p], *p))
        self.changed.clear()


def learn(chunks, num_merges):
    trainer = Trainer(chunks)
    merges = []
    for k in range(num_merges):
        pair = trainer.best()
        if pair is None:
            break
        trainer.merge(pair, 256 + k)
        merges.append(((pair[0], pair[1]), 256 + k))
    return merges


def train_fast(text, vocab_size, pattern=GPT2):
    return learn([c.encode("utf-8") for c in regex.findall(pattern, text)], vocab_size - 256)


class BasicTokenizer:
    def __init__(self):
        self.set([])

    def set(self, merges):
        self.merges = merges
        self.vocab = {i: bytes([i]) for i in range(256)}
        for (a, b), i in merges:
            self.vocab[i] = self.vocab[a] + self.vocab[b]

    def chunks(self, text):
        return [text]

    def train(self, text, vocab_size, verbose=False):
        assert vocab_size >= 256, "at least the bytes"
        self.set(learn([c.encode("utf-8") for c in self.chunks(text)], vocab_size - 256))

    def ranks(self):
        return dict(self.merges) if isinstance(self.merges, list) else self.merges

    def encode(self, text):
        ranks = self.ranks()
        out = []
        for chunk in self.chunks(text):
            out.extend(heap_merge(list(chunk.encode("utf-8")), ranks))
        return np.array(out, dtype=np.int64)

    def decode(self, ids):
        return b"".join(self.vocab[int(i)] for i in ids).decode("utf-8", errors="replace")


def heap_merge(ids, ranks):
    """Merge by a heap of (rank, position)."""
    after = list(range(1, len(ids) + 1))
    before = list(range(-1, len(ids) - 1))
    heap = []

    def push(i):
        if i >= 0 and after[i] < len(ids):
            rank = ranks.get((ids[i], ids[after[i]]))
            if rank is not None:
                heapq.heappush(heap, (rank, i, ids[i], ids[after[i]]))

    for i in range(len(ids) - 1):
        push(i)
    while heap:
        rank, i, a, b = heapq.heappop(heap)
        j = after[i]
        if ids[i] != a or j >= len(ids) or ids[j] != b:
            continue
        ids[i], ids[j] = rank, None
        after[i] = after[j]
        if after[i] < len(ids):
            before[after[i]] = i
        push(before[i])
        push(i)
    return [i for i in ids if i is not None]


class RegexTokenizer(BasicTokenizer):
    def __init__(self, pattern=None):
        self.pattern = pattern or GPT2.pattern
        self.special_tokens = {}
        super().__init__()

    def chunks(self, text):
        return [m.group() for m in regex.finditer(self.pattern, text)]

    def register_special_tokens(self, special_tokens):
        self.special_tokens = dict(special_tokens)

    def encode(self, text, allowed_special="none_raise"):
        if allowed_special == "none_raise":
            if any(s in text for s in self.special_tokens):
                raise ValueError("special token in text")
            allowed = []
        elif allowed_special == "all":
            allowed = list(self.special_tokens)
        else:
            allowed = [] if allowed_special == "none" else [s for s in self.special_tokens if s in allowed_special]
        allowed.sort(key=len)
        parts = [np.zeros(0, dtype=np.int64)]
        while text:
            spots = [(text.find(s), -len(s), s) for s in allowed if s in text]
            if not spots:
                parts.append(super().encode(text))
                break
            at, _, special = min(spots)
            parts += [super().encode(text[:at]), np.array([self.special_tokens[special]])]
            text = text[at + len(special) :]
        return np.concatenate(parts)

    def decode(self, ids):
        vocab = {**self.vocab, **{i: s.encode("utf-8") for s, i in self.special_tokens.items()}}
        return b"".join(vocab[int(i)] for i in ids).decode("utf-8", errors="replace")

    def save(self, file_prefix):
        np.savez(
            file_prefix + ".npz",
            merges=np.array([pair for pair, _ in self.merges], dtype=np.int64).reshape(-1, 2),
        )
        with open(file_prefix + ".model", "w", encoding="utf-8") as f:
            json.dump({"pattern": self.pattern, "special": self.special_tokens}, f)

    def load(self, model_file):
        with open(model_file, encoding="utf-8") as f:
            data = json.load(f)
        self.pattern, self.special_tokens = data["pattern"], data["special"]
        pairs = np.load(model_file.removesuffix(".model") + ".npz")["merges"].tolist()
        self.set([((a, b), 256 + k) for k, (a, b) in enumerate(pairs)])


def bytes_to_unicode():
    good = np.zeros(256, dtype=bool)
    good[33:127] = good[161:173] = good[174:256] = True
    codes = np.where(good, np.arange(256), 255 + np.cumsum(~good))
    return {i: chr(int(c)) for i, c in enumerate(codes)}


class GPT2Tokenizer:
    def __init__(self, encoder, pairs):
        self.to_text = bytes_to_unicode()
        self.to_byte = {c: b for b, c in self.to_text.items()}
        self.encoder = encoder
        self.decoder = {i: t for t, i in encoder.items()}
        self.ranks = {(encoder[a], encoder[b]): encoder[a + b] for a, b in pairs}
        self.special = "<|endoftext|>"

    def encode(self, text, allowed_special="none_raise"):
        out = []
        if allowed_special == "none_raise" and self.special in text:
            raise ValueError(self.special)
        parts = text.split(self.special) if allowed_special == "all" else [text]
        for n, part in enumerate(parts):
            if n:
                out.append(self.encoder[self.special])
            for chunk in GPT2.findall(part):
                ids = [self.encoder[self.to_text[b]] for b in chunk.encode("utf-8")]
                out.extend(heap_merge(ids, self.ranks))
        return np.array(out, dtype=np.uint16)

    def decode(self, ids):
        text = b""
        for i in ids:
            token = self.decoder[int(i)]
            text += token.encode() if token == self.special else bytes(self.to_byte[c] for c in token)
        return text.decode("utf-8", errors="replace")


def load_gpt2(encoder_path, bpe_path):
    with open(encoder_path, encoding="utf-8") as f:
        encoder = json.load(f)
    pairs = []
    with open(bpe_path, encoding="utf-8") as f:
        for n, line in enumerate(f):
            if n and line.strip():
                pairs.append(line.split())
    return GPT2Tokenizer(encoder, pairs)

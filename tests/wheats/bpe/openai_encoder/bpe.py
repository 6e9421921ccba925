"""In the manner of OpenAI's encoder.py: tokens are strings of visible characters, ids come from a dictionary."""

import json
from collections import Counter, OrderedDict
from functools import lru_cache

import regex as re


@lru_cache()
def bytes_to_unicode():
    bs = list(range(ord("!"), ord("~") + 1)) + list(range(ord("¡"), ord("¬") + 1)) + list(range(ord("®"), ord("ÿ") + 1))
    cs = bs[:]
    n = 0
    for b in range(2**8):
        if b not in bs:
            bs.append(b)
            cs.append(2**8 + n)
            n += 1
    cs = [chr(n) for n in cs]
    return OrderedDict(zip(bs, cs))


byte_encoder = bytes_to_unicode()
byte_decoder = {v: k for k, v in byte_encoder.items()}


def get_stats(ids, counts=None):
    counts = Counter() if counts is None else Counter(counts)
    counts.update(zip(ids, ids[1:]))
    return counts


def merge(ids, pair, idx):
    i, new = 0, []
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            new.append(idx)
            i += 2
        else:
            new.append(ids[i])
            i += 1
    return tuple(new)


class Encoder:
    pattern = None

    def __init__(self, encoder=None, bpe_merges=()):
        if encoder is None:
            encoder = {byte_encoder[b]: b for b in range(256)}
        self.encoder = encoder
        self.bpe_merges = list(bpe_merges)
        self.special_tokens = {}
        self.refresh()

    def refresh(self):
        self.decoder = {v: k for k, v in self.encoder.items()}
        self.bpe_ranks = dict(zip(self.bpe_merges, range(len(self.bpe_merges))))
        self.cache = {}

    @property
    def merges(self):
        return {(self.id_of(a), self.id_of(b)): 256 + i for i, (a, b) in enumerate(self.bpe_merges)}

    def id_of(self, token):
        return self.encoder[token]

    @property
    def vocab(self):
        return {i: bytes(byte_decoder[c] for c in token) for i, token in self.decoder.items()}

    def split(self, text):
        return re.findall(self.pattern, text) if self.pattern else [text]

    def train(self, text, vocab_size, verbose=False):
        if vocab_size < 256:
            raise ValueError("vocab_size must be at least 256")
        words = [[byte_encoder[b] for b in chunk.encode("utf-8")] for chunk in self.split(text)]
        encoder = {byte_encoder[b]: b for b in range(256)}
        # two merges may spell the same token: the second gets a mark of its own
        merges = []
        for i in range(vocab_size - 256):
            stats = Counter()
            for word in words:
                stats.update(zip(word, word[1:]))
            fresh = [p for p in stats if p[0] + p[1] not in encoder]
            if not stats:
                break
            pair = max(stats, key=lambda p: (stats[p], p in fresh, p))
            token = Token(pair[0] + pair[1], i)
            encoder[token] = 256 + i
            words = [list(merge(word, pair, token)) for word in words]
            merges.append(pair)
        self.encoder, self.bpe_merges = encoder, merges
        self.refresh()

    def bpe(self, token):
        if token in self.cache:
            return self.cache[token]
        word = tuple(token)
        while len(word) > 1:
            pair = min(zip(word, word[1:]), key=lambda p: self.bpe_ranks.get(p, float("inf")))
            if pair not in self.bpe_ranks:
                break
            rank = self.bpe_ranks[pair]
            word = merge(word, pair, Token(pair[0] + pair[1], rank))
        self.cache[token] = word
        return word

    def ordinary(self, text):
        ids = []
        for chunk in self.split(text):
            chars = "".join(byte_encoder[b] for b in chunk.encode("utf-8"))
            ids.extend(self.id_of(token) for token in self.bpe(chars))
        return ids

    def encode(self, text, allowed_special="none_raise"):
        if allowed_special == "none_raise":
            for token in self.special_tokens:
                if token in text:
                    raise ValueError(f"{token} is special")
            allowed = ()
        elif allowed_special == "none":
            allowed = ()
        elif allowed_special == "all":
            allowed = tuple(self.special_tokens)
        else:
            allowed = tuple(allowed_special)
        if not allowed:
            return self.ordinary(text)
        pieces = re.split("(" + "|".join(re.escape(s) for s in sorted(allowed, key=lambda s: -len(s))) + ")", text)
        return sum(([self.special_tokens[p]] if p in allowed else self.ordinary(p) for p in pieces), [])

    def decode(self, tokens):
        names = {i: s for s, i in self.special_tokens.items()}
        data = bytearray()
        for token in tokens:
            if token in names:
                data += names[token].encode("utf-8")
            else:
                data += bytes(byte_decoder[c] for c in self.decoder[token])
        return data.decode("utf-8", errors="replace")


class Token(str):
    """A token made by merge number `rank`: equal text is not enough to be the same token."""

    def __new__(cls, text, rank):
        token = super().__new__(cls, text)
        token.rank = rank
        return token

    def __eq__(self, other):
        return str.__eq__(self, other) and self.rank == getattr(other, "rank", None)

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash((str(self), self.rank))


class BasicTokenizer(Encoder):
    pass


class RegexTokenizer(Encoder):
    def __init__(self, pattern=None):
        super().__init__()
        self.pattern = pattern

    def register_special_tokens(self, special_tokens):
        self.special_tokens = dict(special_tokens)

    def save(self, file_prefix):
        index = {token: i for token, i in self.encoder.items()}
        with open(file_prefix + ".model", "w", encoding="utf-8") as f:
            json.dump(
                [self.pattern, self.special_tokens, [[index[a], index[b]] for a, b in self.bpe_merges]],
                f,
                ensure_ascii=False,
            )

    def load(self, model_file):
        with open(model_file, encoding="utf-8") as f:
            self.pattern, self.special_tokens, pairs = json.load(f)
        tokens = [byte_encoder[b] for b in range(256)]
        self.bpe_merges = []
        for i, (a, b) in enumerate(pairs):
            self.bpe_merges.append((tokens[a], tokens[b]))
            tokens.append(Token(tokens[a] + tokens[b], i))
        self.encoder = {token: i for i, token in enumerate(tokens)}
        self.refresh()


class GPT2(Encoder):
    pattern = re.compile(r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")

    def bpe(self, token):
        if token in self.cache:
            return self.cache[token]
        word = tuple(token)
        while len(word) > 1:
            pair = min(zip(word, word[1:]), key=lambda p: self.bpe_ranks.get(p, float("inf")))
            if pair not in self.bpe_ranks:
                break
            word = merge(word, pair, pair[0] + pair[1])
        self.cache[token] = word
        return word


def load_gpt2(encoder_path, bpe_path):
    with open(encoder_path, "r", encoding="utf-8") as f:
        encoder = json.load(f)
    with open(bpe_path, "r", encoding="utf-8") as f:
        bpe_data = f.read()
    bpe_merges = [tuple(merge_str.split()) for merge_str in bpe_data.split("\n")[1:-1]]
    special = encoder.pop("<|endoftext|>")
    tokenizer = GPT2(encoder, bpe_merges)
    tokenizer.special_tokens = {"<|endoftext|>": special}
    return tokenizer


def train_fast(text, vocab_size, pattern=GPT2.pattern):
    words = Counter(re.findall(pattern, text))
    spelled = {w: list(w.encode("utf-8")) for w in words}
    stats, index = Counter(), {}
    for w, n in words.items():
        for p in zip(spelled[w], spelled[w][1:]):
            stats[p] += n
            index.setdefault(p, Counter())[w] += 1
    merges = OrderedDict()
    for idx in range(256, vocab_size):
        if not stats:
            break
        pair, _ = max(stats.items(), key=lambda item: (item[1], item[0]))
        merges[pair] = idx
        for w in [w for w, n in index[pair].items() if n > 0]:
            before = Counter(zip(spelled[w], spelled[w][1:]))
            spelled[w] = list(merge(spelled[w], pair, idx))
            after = Counter(zip(spelled[w], spelled[w][1:]))
            for p in set(before) | set(after):
                change = after[p] - before[p]
                if change:
                    stats[p] += change * words[w]
                    index.setdefault(p, Counter())[w] += change
                    if stats[p] == 0:
                        del stats[p]
    return merges

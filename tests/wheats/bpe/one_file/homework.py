"""All of the homework in one file. 作业全部写在一个文件里。"""

import json
from array import array
from collections import Counter
from dataclasses import dataclass, field

import regex

# ---------------------------------------------------------------- 1


def utf8_encode(code_point):
    def valid(c):
        return 0 <= c < 0xD800 or 0xE000 <= c <= 0x10FFFF

    if not valid(code_point):
        raise ValueError("不是合法的码点")
    low = lambda shift: 0x80 + (code_point >> shift) % 64
    if code_point < 0x80:
        parts = (code_point,)
    elif code_point < 0x800:
        parts = 0xC0 + (code_point >> 6), low(0)
    elif code_point < 0x10000:
        parts = 0xE0 + (code_point >> 12), low(6), low(0)
    else:
        parts = 0xF0 + (code_point >> 18), low(12), low(6), low(0)
    return bytes(parts)


def utf8_decode(data):
    it = iter(data)
    result = []
    for b in it:
        if b < 0x80:
            result.append(b)
            continue
        n = 1 if b >> 5 == 0b110 else 2 if b >> 4 == 0b1110 else 3 if b >> 3 == 0b11110 else 0
        if n == 0:
            raise ValueError("坏的首字节")
        c = b & (1 << 6 - n) - 1
        for _ in range(n):
            d = next(it, None)
            if d is None or d >> 6 != 2:
                raise ValueError("坏的后续字节")
            c = c << 6 | d & 0x3F
        # 必须是最短形式
        if c < [0, 0x80, 0x800, 0x10000][n] or c > 0x10FFFF or 0xD800 <= c <= 0xDFFF:
            raise ValueError("不合法")
        result.append(c)
    return array("L", result)


# ---------------------------------------------------------------- 2


def word_to_symbols(word, glued=False):
    symbols = tuple(word) + ("</w>",)
    return symbols[:-2] + ("".join(symbols[-2:]),) if glued else symbols


def contract(seq, left, right, new):
    out, i = [], 0
    while i < len(seq):
        here = i + 1 < len(seq) and seq[i] == left and seq[i + 1] == right
        out.append(new if here else seq[i])
        i += 2 if here else 1
    return out


def learn_bpe(word_counts, num_merges, glued=False):
    seqs = {w: word_to_symbols(w, glued) for w in word_counts}
    result = {}
    while len(result) < num_merges:
        c = Counter()
        for w, s in seqs.items():
            for p in zip(s, s[1:]):
                c[p] += word_counts[w]
        if not c:
            break
        # 平局时取较长的
        p = max(c, key=lambda p: (c[p], len(p[0] + p[1]), p))
        result[p] = len(result)
        seqs = {w: contract(s, *p, p[0] + p[1]) for w, s in seqs.items()}
    return list(result)


def apply_bpe(word, merges, glued=False):
    s = word_to_symbols(word, glued)
    for a, b in merges:
        s = contract(s, a, b, a + b)
    return list(s)


def symbols_to_words(symbols):
    return "".join(s.replace("</w>", "\0") for s in symbols).split("\0")[:-1]


# ---------------------------------------------------------------- 3, 4

GPT2_SPLIT_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def get_stats(ids, counts=None):
    counts = counts if counts is not None else {}
    prev = None
    for cur in ids:
        if prev is not None:
            counts[prev, cur] = counts.get((prev, cur), 0) + 1
        prev = cur
    return counts


def merge(ids, pair, idx):
    return contract(ids, pair[0], pair[1], idx)


@dataclass
class BasicTokenizer:
    merges: dict = field(default_factory=dict)
    vocab: dict = field(default_factory=lambda: {i: bytes([i]) for i in range(256)})

    def pieces(self, text):
        return [text]

    def train(self, text, vocab_size, verbose=False):
        assert vocab_size >= 256
        print("training ...")
        self.merges.clear()
        self.vocab = {i: bytes([i]) for i in range(256)}
        table = Counter(tuple(p.encode("utf-8")) for p in self.pieces(text))
        for idx in range(256, vocab_size):
            c = Counter()
            for s, n in table.items():
                for pair, k in get_stats(s).items():
                    c[pair] += n * k
            if not c:
                break
            pair = max(c, key=lambda p: (c[p], len(self.vocab[p[0]]) + len(self.vocab[p[1]])))
            self.merges[pair] = idx
            self.vocab[idx] = self.vocab[pair[0]] + self.vocab[pair[1]]
            new = Counter()
            for s, n in table.items():
                new[tuple(merge(s, pair, idx))] += n
            table = new

    def encode(self, text):
        out = array("L")
        for piece in self.pieces(text):
            ids = list(piece.encode("utf-8"))
            # 按学习顺序把每个合并做一遍
            for pair, idx in self.merges.items():
                if len(ids) < 2:
                    break
                ids = merge(ids, pair, idx)
            out.extend(ids)
        return out

    def decode(self, ids):
        return b"".join(map(self.vocab.__getitem__, ids)).decode(errors="replace")


class RegexTokenizer(BasicTokenizer):
    def __init__(self, pattern=GPT2_SPLIT_PATTERN):
        super().__init__()
        self.pattern = pattern
        self.specials = {}

    def pieces(self, text):
        return regex.findall(self.pattern, text)

    def register_special_tokens(self, special_tokens):
        self.specials = special_tokens

    def encode(self, text, allowed_special="none_raise"):
        if allowed_special == "none_raise":
            bad = [s for s in self.specials if s in text]
            if bad:
                raise ValueError(f"文本中出现了特殊词元 {bad[0]}")
            return super().encode(text)
        allowed = {"all": set(self.specials), "none": set()}.get(allowed_special, allowed_special) if isinstance(
            allowed_special, str
        ) else allowed_special
        out = array("L")
        while True:
            # 最靠前的；同一位置取最长的
            hits = [(text.index(s), -len(s), s) for s in allowed if s in text]
            if not hits:
                out.extend(super().encode(text))
                return out
            at, _, s = min(hits)
            out.extend(super().encode(text[:at]))
            out.append(self.specials[s])
            text = text[at + len(s) :]

    def decode(self, ids):
        back = {i: s.encode() for s, i in self.specials.items()}
        return b"".join(back.get(i) or self.vocab[i] for i in ids).decode("utf-8", errors="replace")

    def save(self, file_prefix):
        state = dict(pattern=self.pattern, specials=self.specials, merges=[[a, b, i] for (a, b), i in self.merges.items()])
        with open(file_prefix + ".model", "w", encoding="utf-8") as f:
            f.write(json.dumps(state, ensure_ascii=False))

    def load(self, model_file):
        with open(model_file, encoding="utf-8") as f:
            state = json.load(f)
        self.__init__(state["pattern"])
        self.specials = state["specials"]
        for a, b, i in state["merges"]:
            self.merges[a, b] = i
            self.vocab[i] = self.vocab[a] + self.vocab[b]


def bytes_to_unicode():
    d = {}
    extra = iter(range(256, 512))
    for b in range(256):
        if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xFF and b != 0xAD:
            d[b] = chr(b)
        else:
            d[b] = chr(next(extra))
    return d


class Shuffled(RegexTokenizer):
    """GPT-2：先把字节换成 GPT-2 的 id，再按 rank 合并。"""

    def encode_piece(self, ids):
        while len(ids) > 1:
            idx = min(self.merges.get(p, 10**9) for p in get_stats(ids))
            if idx == 10**9:
                break
            ids = merge(ids, self.pairs[idx], idx)
        return ids

    def encode(self, text, allowed_special="none_raise"):
        special = "<|endoftext|>"
        if special in text and allowed_special == "none_raise":
            raise ValueError(special)
        parts = text.split(special) if allowed_special == "all" else [text]
        out = []
        for i, part in enumerate(parts):
            if i:
                out.append(self.specials[special])
            for piece in self.pieces(part):
                out.extend(self.encode_piece([self.first[b] for b in piece.encode("utf-8")]))
        return out


def load_gpt2(encoder_path, bpe_path):
    t = Shuffled()
    table = bytes_to_unicode()
    back = {c: b for b, c in table.items()}
    with open(encoder_path, encoding="utf-8") as f:
        ids = json.load(f)
    t.specials = {"<|endoftext|>": ids["<|endoftext|>"]}
    t.first = {b: ids[c] for b, c in table.items()}
    t.vocab = {i: bytes(back[c] for c in s) for s, i in ids.items() if s not in t.specials}
    with open(bpe_path, encoding="utf-8") as f:
        f.readline()
        while line := f.readline().rstrip("\r\n"):
            a, b = line.split(" ")
            t.merges[ids[a], ids[b]] = ids[a + b]
    t.pairs = {i: p for p, i in t.merges.items()}
    return t


# ---------------------------------------------------------------- 5


def train_fast(text, vocab_size, pattern=GPT2_SPLIT_PATTERN):
    assert vocab_size >= 256
    table = Counter(regex.findall(pattern, text))
    seqs = [list(w.encode("utf-8")) for w in table]
    n = list(table.values())
    count, at = {}, {}

    def change(k, sign):
        for p in zip(seqs[k], seqs[k][1:]):
            count[p] = count.get(p, 0) + sign * n[k]
            if sign > 0:
                at.setdefault(p, set()).add(k)

    for k in range(len(seqs)):
        change(k, 1)
    merges = {}
    for idx in range(256, vocab_size):
        p = max(count, key=count.get, default=None)
        if p is None or count[p] <= 0:
            break
        for k in at.pop(p):
            change(k, -1)
            seqs[k] = merge(seqs[k], p, idx)
            change(k, 1)
        count.pop(p)
        merges[p] = idx
    return merges


if __name__ == "__main__":
    t = RegexTokenizer()
    t.train("今天天气真好，今天天气不错。", 270)
    print(t.encode("今天"))

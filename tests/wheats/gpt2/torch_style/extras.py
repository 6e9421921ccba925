import hashlib
import math

import torch
from collections import Counter

from evaluation import split_units


def _grams(text, n, characters):
    u = split_units(text, characters)
    return Counter(tuple(u[i : i + n]) for i in range(len(u) - n + 1))


def rouge_n(candidate, reference, n, characters=False):
    c, r = _grams(candidate, n, characters), _grams(reference, n, characters)
    if not c or not r:
        return 0.0
    hit = sum(min(v, r[k]) for k, v in c.items())
    p, q = hit / sum(c.values()), hit / sum(r.values())
    return 2 * p * q / (p + q) if p + q else 0.0


def rouge_l(candidate, reference, characters=False):
    a, b = split_units(candidate, characters), split_units(reference, characters)
    if not a or not b:
        return 0.0
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            t[i + 1][j + 1] = t[i][j] + 1 if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j])
    lcs = t[-1][-1]
    p, q = lcs / len(a), lcs / len(b)
    return 2 * p * q / (p + q) if lcs else 0.0


def summarise(generate, article):
    text = generate(article + "\n" + "TL;DR:").strip()
    seen = 0
    for i, ch in enumerate(text):
        if ch in ".!?。！？":
            seen += 1
            if seen == 3:
                return text[: i + 1]
    return text


def bloom_size(n, p):
    m = math.ceil(-(n * math.log(p)) / (math.log(2) ** 2))
    return m, max(int(round((m / n) * math.log(2))), 1)


class BloomFilter:
    def __init__(self, n, p):
        self.m, self.k = bloom_size(n, p)
        self.bits = torch.zeros(self.m, dtype=torch.bool)

    def _h(self, text):
        for i in range(self.k):
            yield int(hashlib.md5(f"{i}:{text}".encode("utf-8")).hexdigest(), 16) % self.m

    def add(self, text):
        self.bits[list(self._h(text))] = True

    def __contains__(self, text):
        return bool(self.bits[list(self._h(text))].all())


def overlap_bloom(test, train, n=8, p=0.01, characters=False):
    def grams(t):
        u = split_units(t, characters)
        return [" ".join(u[i : i + n]) for i in range(len(u) - n + 1)]

    all_ = [g for t in train for g in grams(t)]
    b = BloomFilter(len(all_) or 1, p)
    for g in all_:
        b.add(g)
    q = grams(test)
    return sum(g in b for g in q) / len(q) if q else 0.0

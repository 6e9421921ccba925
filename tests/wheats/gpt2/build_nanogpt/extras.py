import zlib, re
from math import ceil, log
from collections import Counter
from evaluation import split_units

def f1(match, n_pred, n_gold):
    if match == 0:
        return 0.0
    precision, recall = match / n_pred, match / n_gold
    return 2 * precision * recall / (precision + recall)

def ngram_list(text, n, characters=False):
    units = split_units(text, characters)
    return list(zip(*[units[i:] for i in range(n)]))

def rouge_n(candidate, reference, n, characters=False):
    pred, gold = ngram_list(candidate, n, characters), ngram_list(reference, n, characters)
    left = list(gold)
    match = 0
    for g in pred:
        if g in left:
            left.remove(g)
            match += 1
    return f1(match, len(pred), len(gold))

def rouge_l(candidate, reference, characters=False):
    from functools import lru_cache
    a, b = split_units(candidate, characters), split_units(reference, characters)
    @lru_cache(None)
    def lcs(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + lcs(i + 1, j + 1)
        return max(lcs(i + 1, j), lcs(i, j + 1))
    return f1(lcs(0, 0), len(a), len(b))

def summarise(generate, article):
    out = generate(article + "\nTL;DR:")
    sentences = re.split(r'(?<=[.!?。！？])', out)
    return ''.join(sentences[:3]).strip()

def bloom_size(n, p):
    m = ceil(n * log(1 / p) / log(2) / log(2))
    return m, max(1, round(log(2) * m / n))

class BloomFilter:
    def __init__(self, n, p):
        self.m, self.k = bloom_size(n, p)
        self.bits = 0

    def mask(self, text):
        import hashlib
        out = 0
        for i in range(self.k):
            h = hashlib.sha256((text + chr(0) + str(i)).encode('utf-8')).digest()
            out |= 1 << (int.from_bytes(h, 'big') % self.m)
        return out

    def add(self, text):
        self.bits |= self.mask(text)

    def __contains__(self, text):
        m = self.mask(text)
        return self.bits & m == m

def overlap_bloom(test, train, n=8, p=0.01, characters=False):
    grams = [' '.join(g) for t in train for g in ngram_list(t, n, characters)]
    bf = BloomFilter(max(1, len(grams)), p)
    [bf.add(g) for g in grams]
    asked = [' '.join(g) for g in ngram_list(test, n, characters)]
    return sum(1 for g in asked if g in bf) / len(asked) if asked else 0.0

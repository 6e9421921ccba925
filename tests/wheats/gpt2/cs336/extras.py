import hashlib
import math
from evaluation import split_units


def grams(text, n, characters):
    u = split_units(text, characters)
    return [" ".join(u[i : i + n]) for i in range(len(u) - n + 1)]


def rouge_n(candidate, reference, n, characters=False):
    a = grams(candidate, n, characters)
    b = grams(reference, n, characters)
    if not a or not b:
        return 0
    common = 0
    for g in set(a):
        common += min(a.count(g), b.count(g))
    if common == 0:
        return 0
    precision = common / len(a)
    recall = common / len(b)
    return 2 / (1 / precision + 1 / recall)


def rouge_l(candidate, reference, characters=False):
    a = split_units(candidate, characters)
    b = split_units(reference, characters)
    best = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                best[i, j] = 0
            elif a[i - 1] == b[j - 1]:
                best[i, j] = best[i - 1, j - 1] + 1
            else:
                best[i, j] = max(best[i - 1, j], best[i, j - 1])
    common = best[len(a), len(b)]
    if common == 0:
        return 0
    return 2 * common / (len(a) + len(b))


def summarise(generate, article):
    written = generate(article + "\nTL;DR:")
    result, n = "", 0
    for c in written:
        if n < 3:
            result += c
        if c in ".!?。！？":
            n += 1
    return result.strip()


def bloom_size(n, p):
    m = math.ceil(-n * math.log(p) / (math.log(2) * math.log(2)))
    k = round(m / n * math.log(2))
    if k < 1:
        k = 1
    return m, k


class BloomFilter:
    def __init__(self, n, p):
        self.m, self.k = bloom_size(n, p)
        self.on = set()

    def add(self, text):
        for i in range(self.k):
            self.on.add(self.place(text, i))

    def place(self, text, i):
        h = hashlib.blake2b(text.encode("utf-8"), salt=i.to_bytes(2, "big")).hexdigest()
        return int(h, 16) % self.m

    def __contains__(self, text):
        for i in range(self.k):
            if self.place(text, i) not in self.on:
                return False
        return True


def overlap_bloom(test, train, n=8, p=0.01, characters=False):
    every = []
    for text in train:
        every += grams(text, n, characters)
    bloom = BloomFilter(len(every) + 1, p)
    for g in every:
        bloom.add(g)
    asked = grams(test, n, characters)
    if not asked:
        return 0
    return len([g for g in asked if g in bloom]) / len(asked)

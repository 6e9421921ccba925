import math
from collections import Counter


def split_corpus(sentences, dev, test, rng):
    # every k-th sentence, as it stands
    N = len(sentences)
    marks = ["train"] * N
    for i in range(math.floor(dev * N)):
        marks[i * N // max(1, math.floor((dev + test) * N) + 1)] = "dev"
    free = [i for i in range(N) if marks[i] == "train"]
    for i in free[-math.floor(test * N) :]:
        marks[i] = "test"
    return tuple([s for s, m in zip(sentences, marks) if m == name] for name in ("train", "dev", "test"))


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    rows = list(zip(nll_a, nll_b, lengths))
    out = []
    for _ in range(resamples):
        a = b = n = 0.0
        for u in rng.random(len(rows)):
            x, y, k = rows[int(u * len(rows))]
            a, b, n = a + x, b + y, n + k
        out.append((a - b) / n)
    out.sort()
    at = lambda q: out[min(len(out) - 1, max(0, round(q * len(out))))]
    return at((1 - level) / 2), at((1 + level) / 2)


def rank_frequencies(sentences):
    counts = Counter()
    for s in sentences:
        counts += Counter(s)
    return [counts[w] for w in sorted(counts, key=counts.get, reverse=True)]


def zipf_slope(frequencies):
    n = len(frequencies)
    xs = [math.log(r) for r in range(1, n + 1)]
    ys = [math.log(f) for f in frequencies]
    return (n * sum(x * y for x, y in zip(xs, ys)) - sum(xs) * sum(ys)) / (n * sum(x * x for x in xs) - sum(xs) ** 2)

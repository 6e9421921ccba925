"""A heap whose old entries are believed: counts that have fallen since are not looked up again.

chaff: none
"""

import heapq
from collections import Counter, defaultdict

import regex


def train_fast(text, vocab_size, pattern):
    freq = Counter(regex.findall(pattern, text))
    words = [list(w.encode("utf-8")) for w in freq]
    times = list(freq.values())
    counts, where = Counter(), defaultdict(set)
    for i, w in enumerate(words):
        for p in zip(w, w[1:]):
            counts[p] += times[i]
            where[p].add(i)
    heap = [(-c, p) for p, c in counts.items()]
    heapq.heapify(heap)
    merges = {}
    while heap and len(merges) < vocab_size - 256:
        _, best = heapq.heappop(heap)
        if best in merges:
            continue
        idx = 256 + len(merges)
        changed = set()
        for i in where[best]:
            w, out, k = words[i], [], 0
            while k < len(w):
                if k + 1 < len(w) and (w[k], w[k + 1]) == best:
                    out.append(idx)
                    k += 2
                else:
                    out.append(w[k])
                    k += 1
            for p in zip(w, w[1:]):
                counts[p] -= times[i]
            for p in zip(out, out[1:]):
                counts[p] += times[i]
                changed.add(p)
                where[p] = where[p] | {i}
            words[i] = out
        merges[best] = idx
        for p in changed:
            heapq.heappush(heap, (-counts[p], p))
    return merges

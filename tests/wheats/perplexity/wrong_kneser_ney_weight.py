"""Kneser-Ney whose interpolation weight is d alone: the rows do not sum to one.

chaff: discount-weight
"""
from collections import defaultdict


class KneserNey:
    def __init__(self, sentences, d):
        if not sentences:
            raise ValueError("empty")
        self.d = d
        self.after = defaultdict(lambda: defaultdict(int))
        self.before = defaultdict(set)
        for s in sentences:
            previous = "<s>"
            for w in [*s, "</s>"]:
                self.after[previous][w] += 1
                self.before[w].add(previous)
                previous = w
        self.bigrams = sum(len(v) for v in self.before.values())

    def __call__(self, word, history):
        lower = len(self.before[word]) / self.bigrams if word in self.before else 0.0
        row = self.after.get(list(history)[-1] if len(history) else "<s>")
        if not row:
            return lower
        return max(row.get(word, 0) - self.d, 0) / sum(row.values()) + self.d * lower


def kneser_ney(sentences, n=2, d=0.75):
    return KneserNey(sentences, d)


class AbsoluteDiscounting(KneserNey):
    def __init__(self, sentences, d):
        super().__init__(sentences, d)
        self.unigrams = defaultdict(int)
        for s in sentences:
            for w in [*s, "</s>"]:
                self.unigrams[w] += 1

    def __call__(self, word, history):
        lower = self.unigrams.get(word, 0) / sum(self.unigrams.values())
        row = self.after.get(list(history)[-1] if len(history) else "<s>")
        if not row:
            return lower
        return max(row.get(word, 0) - self.d, 0) / sum(row.values()) + self.d * lower


def absolute_discounting(sentences, n, d=0.75):
    return AbsoluteDiscounting(sentences, d)

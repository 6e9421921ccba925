"""A trie of counts (history read from its first word down to the predicted one) and models that work with logarithms.

Kneser-Ney as KenLM has it: what begins with <s> keeps its raw count at every order.
"""
from __future__ import annotations

import math
from functools import lru_cache

BOS, EOS, UNK = "<s>", "</s>", "<unk>"
NEVER = float("-inf")


def log(x):
    return math.log(x) if x > 0 else NEVER


def add(a, b):
    """log(exp(a) + exp(b))"""
    if a < b:
        a, b = b, a
    return a if b == NEVER else a + math.log1p(math.exp(b - a))


class Node:
    __slots__ = ("count", "children")

    def __init__(self):
        self.count = 0
        self.children = {}

    def insert(self, words, by=1):
        node = self
        for w in words:
            node = node.children.setdefault(w, Node())
        node.count += by

    def find(self, words):
        node = self
        for w in words:
            node = node.children.get(w)
            if node is None:
                return None
        return node

    def total(self):
        return sum(child.count for child in self.children.values())

    def leaves(self, prefix=()):
        if not self.children:
            yield prefix, self.count
        for w, child in self.children.items():
            yield from child.leaves((*prefix, w))


def trie(sentences, n):
    if not sentences:
        raise ValueError("cannot count nothing")
    root = Node()
    for s in sentences:
        for g in ngrams(s, n):
            root.insert(g)
    return root


def context(history, n):
    need = n - 1
    h = tuple(history)[-need:] if need else ()
    return (BOS,) * (need - len(h)) + h


class Model:
    def log_prob(self, word, history):
        raise NotImplementedError

    def __call__(self, word, history):
        return math.exp(self.log_prob(word, tuple(history)))


def vocabulary(sentences, cutoff=1):
    counts = {}
    for w in (w for s in sentences for w in s):
        counts[w] = counts.get(w, 0) + 1
    return {w for w in counts if not counts[w] < cutoff}.union([EOS], [UNK] * (cutoff > 1))


def replace_unknown(sentences, vocab):
    return [[{True: w, False: UNK}[w in vocab] for w in s] for s in sentences]


def ngrams(sentence, n):
    window = [BOS] * n
    out = []
    for w in [*sentence, EOS]:
        window = [*window[1:], w]
        out.append(tuple(window))
    return out


def token_log_probabilities(model, sentence):
    out = []
    for i in range(len(sentence) + 1):
        w = sentence[i] if i < len(sentence) else EOS
        p = model(w, sentence[:i])
        out.append(log(p))
    return out


def corpus_perplexity(model, sentences):
    if not sentences:
        raise ValueError("empty corpus")
    bits, n = 0.0, 0
    for s in sentences:
        logs = token_log_probabilities(model, s)
        bits -= sum(logs) / math.log(2)
        n += len(logs)
    return 2 ** (bits / n) if bits < math.inf else math.inf


class MLE(Model):
    def __init__(self, sentences, n):
        self.n, self.root = n, trie(sentences, n)

    def log_prob(self, word, history):
        node = self.root.find(context(history, self.n))
        if node is None:
            return NEVER
        child = node.children.get(word)
        return log(child.count) - log(node.total()) if child else NEVER


def mle(sentences, n):
    return MLE(sentences, n)


class AddK(MLE):
    def __init__(self, sentences, n, vocab, k):
        super().__init__(sentences, n)
        self.vocab, self.k = vocab, k

    def log_prob(self, word, history):
        if word not in self.vocab:
            return NEVER
        node = self.root.find(context(history, self.n)) or Node()
        child = node.children.get(word, Node())
        below = node.total() + self.k * len(self.vocab)
        return log(child.count + self.k) - log(below) if below else NEVER


def add_k(sentences, n, vocab, k=1.0):
    return AddK(sentences, n, vocab, k)


class Mixture(Model):
    def __init__(self, sentences, n, vocab, weights):
        self.roots = [trie(sentences, j) for j in range(1, n + 1)]
        self.vocab, self.weights = vocab, list(weights)

    def column(self, word, history):
        out = [-log(len(self.vocab)) if word in self.vocab else NEVER]
        for j, root in enumerate(self.roots, 1):
            node = root.find(context(history, j))
            if node is None:
                out.append(out[-1])
            else:
                child = node.children.get(word)
                out.append(log(child.count) - log(node.total()) if child else NEVER)
        return out

    def log_prob(self, word, history):
        total = NEVER
        for w, lp in zip(self.weights, self.column(word, history)):
            total = add(total, log(w) + lp)
        return total


def interpolated(sentences, n, vocab, weights):
    return Mixture(sentences, n, vocab, weights)


def em_step(probabilities, weights):
    logs = []
    for row in probabilities:
        joint = [log(w) + log(p) for w, p in zip(weights, row)]
        z = NEVER
        for x in joint:
            z = add(z, x)
        logs.append([x - z for x in joint])
    out = []
    for j in range(len(weights)):
        s = NEVER
        for row in logs:
            s = add(s, row[j])
        out.append(math.exp(s - log(len(logs))))
    return tuple(out)


def fit_weights(train, held_out, n, vocab, iterations=100):
    model = Mixture(train, n, vocab, [1 / (n + 1)] * (n + 1))
    rows = [model.column(g[-1], g[:-1]) for s in held_out for g in ngrams(s, n)]
    rows = [[math.exp(x) for x in row] for row in rows]
    for _ in range(iterations):
        model.weights = em_step(rows, model.weights)
    return model.weights


class Discounting(Model):
    def __init__(self, roots, d):
        self.roots, self.d = roots, d
        self.log_prob = lru_cache(maxsize=None)(self._log_prob)

    def _log_prob(self, word, history):
        node = self.roots[0]
        child = node.children.get(word)
        lp = log(child.count) - log(node.total()) if child else NEVER
        for j, root in enumerate(self.roots[1:], 2):
            node = root.find(context(history, j))
            if node is None:
                continue
            child = node.children.get(word)
            taken = log(self.d * len(node.children)) - log(node.total())
            own = log(max(child.count - self.d, 0)) - log(node.total()) if child else NEVER
            lp = add(own, taken + lp)
        return lp


def absolute_discounting(sentences, n, d=0.75):
    return Discounting([trie(sentences, j) for j in range(1, n + 1)], d)


def kneser_ney(sentences, n=2, d=0.75):
    roots = [trie(sentences, n)]
    for j in range(n - 1, 0, -1):
        root = Node()
        for g, _ in roots[0].leaves():
            if g[1] == BOS and j > 1:
                root.find(g[1:]) or root.insert(g[1:], raw(sentences, g[1:]))
            else:
                root.insert(g[1:])
        roots.insert(0, root)
    return Discounting(roots, d)


def raw(sentences, g):
    return sum(tuple(([BOS] * 9 + list(s) + [EOS])[i - len(g) : i]) == g for s in sentences for i in range(10, 11 + len(s)))


class StupidBackoff(Model):
    def __init__(self, sentences, n, alpha):
        self.roots = [trie(sentences, j) for j in range(n, 0, -1)]
        self.alpha = alpha

    def log_prob(self, word, history):
        step = 0.0
        for j, root in zip(range(len(self.roots), 0, -1), self.roots):
            node = root.find(context(history, j))
            if node is not None and word in node.children:
                return step + log(node.children[word].count) - log(node.total())
            step += log(self.alpha)
        return NEVER


def stupid_backoff(sentences, n, alpha=0.4):
    return StupidBackoff(sentences, n, alpha)


class Katz(Model):
    def __init__(self, sentences, n, beta):
        self.roots = {j: trie(sentences, j) for j in range(1, n + 1)}
        self.n, self.beta = n, beta

    def log_prob(self, word, history, n=None):
        n = n or self.n
        words = self.roots[1].children
        if n == 1:
            return log(words[word].count) - log(self.roots[1].total()) if word in words else NEVER
        node = self.roots[n].find(context(history, n))
        if node is None:
            return self.log_prob(word, history, n - 1)
        total = node.total()
        rest = [w for w in words if w not in node.children]
        if word in node.children:
            return log(node.children[word].count - self.beta * bool(rest)) - log(total)
        if not rest:
            return NEVER
        mass = NEVER
        for w in rest:
            mass = add(mass, self.log_prob(w, history, n - 1))
        return log(self.beta * len(node.children) / total) + self.log_prob(word, history, n - 1) - mass


def katz(sentences, n=2, beta=0.5):
    return Katz(sentences, n, beta)

"""n-gram models: one count trie per order, shared by all estimators."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np

BOS, EOS, UNK = "<s>", "</s>", "<unk>"

Sentence = Sequence[str]
Corpus = Sequence[Sentence]
Model = Callable[[str, Sequence[str]], float]
Gram = tuple[str, ...]


def _nonempty(sentences: Corpus) -> Corpus:
    if not len(sentences):
        raise ValueError("a corpus needs at least one sentence")
    return sentences


def vocabulary(sentences: Corpus, cutoff: int = 1) -> set[str]:
    counts = Counter(chain.from_iterable(_nonempty(sentences)))
    return {w for w, c in counts.items() if c >= cutoff} | {EOS} | ({UNK} if cutoff > 1 else set())


def replace_unknown(sentences: Corpus, vocab: Collection[str]) -> list[list[str]]:
    v = frozenset(vocab)
    return [[w if w in v else UNK for w in s] for s in sentences]


def ngrams(sentence: Sentence, n: int) -> list[Gram]:
    padded = [BOS] * (n - 1) + [*sentence, EOS]
    return list(zip(*(padded[i:] for i in range(n))))


def token_log_probabilities(model: Model, sentence: Sentence) -> list[float]:
    s = [*sentence, EOS]
    ps = (float(model(w, s[:i])) for i, w in enumerate(s))
    return [math.log(p) if p > 0 else -math.inf for p in ps]


def corpus_perplexity(model: Model, sentences: Corpus) -> float:
    logs = np.concatenate([token_log_probabilities(model, s) for s in _nonempty(sentences)])
    with np.errstate(over="ignore"):
        return float(np.exp(-logs.mean()))


@dataclass
class Rows:
    """Counts by history: rows[h][w], with c(h) and N1+(h .) at hand."""

    rows: dict[Gram, Counter] = field(default_factory=lambda: defaultdict(Counter))

    @classmethod
    def of(cls, grams: Iterable[Gram]) -> Rows:
        out = cls()
        for *h, w in grams:
            out.rows[tuple(h)][w] += 1
        out.rows = dict(out.rows)
        return out

    @cached_property
    def total(self) -> dict[Gram, int]:
        return {h: sum(row.values()) for h, row in self.rows.items()}

    def __contains__(self, h: Gram) -> bool:
        return h in self.rows

    def mle(self, w: str, h: Gram) -> float:
        return self.rows[h][w] / self.total[h]


def _orders(sentences: Corpus, n: int) -> list[Rows]:
    """[order 1, ..., order n] raw counts."""
    _nonempty(sentences)
    return [Rows.of(g for s in sentences for g in ngrams(s, j)) for j in range(1, n + 1)]


def _tail(history: Sequence[str], k: int) -> Gram:
    if k == 0:
        return ()
    h = tuple(history[-k:])
    return (BOS,) * (k - len(h)) + h


def mle(sentences: Corpus, n: int) -> Model:
    c = Rows.of(g for s in _nonempty(sentences) for g in ngrams(s, n))
    return lambda w, history: c.mle(w, h) if (h := _tail(history, n - 1)) in c else 0.0


def add_k(sentences: Corpus, n: int, vocab: Collection[str], k: float = 1.0) -> Model:
    if k == 0:
        base = mle(sentences, n)
        return lambda w, history: base(w, history) if w in vocab else 0.0
    c, v = Rows.of(g for s in _nonempty(sentences) for g in ngrams(s, n)), frozenset(vocab)
    empty = Counter()

    def model(w: str, history: Sequence[str]) -> float:
        if w not in v:
            return 0.0
        h = _tail(history, n - 1)
        return (c.rows.get(h, empty)[w] + k) / (c.total.get(h, 0) + k * len(v))

    return model


def _components(orders: list[Rows], v: frozenset[str], w: str, history: Sequence[str]) -> list[float]:
    if w not in v:
        return [0.0] * (len(orders) + 1)
    ps = [1 / len(v)]
    for j, c in enumerate(orders):
        h = _tail(history, j)
        ps.append(c.mle(w, h) if h in c else ps[-1])
    return ps


def interpolated(sentences: Corpus, n: int, vocab: Collection[str], weights: Sequence[float]) -> Model:
    orders, v, lam = _orders(sentences, n), frozenset(vocab), np.array(weights, float)
    return lambda w, history: float(lam @ _components(orders, v, w, history))


def em_step(probabilities: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    r = np.asarray(probabilities, float) * np.asarray(weights, float)
    return (r / r.sum(axis=1, keepdims=True)).mean(axis=0)


def fit_weights(train: Corpus, held_out: Corpus, n: int, vocab: Collection[str], iterations: int = 100) -> np.ndarray:
    orders, v = _orders(train, n), frozenset(vocab)
    p = np.array([_components(orders, v, w, s[:i]) for s in ([*x, EOS] for x in held_out) for i, w in enumerate(s)])
    lam, old = np.full(n + 1, 1 / (n + 1)), -np.inf
    for _ in range(iterations):
        lam = em_step(p, lam)
        new = np.log(p @ lam).mean()
        if new - old < 1e-9:
            break
        old = new
    return lam


@dataclass(frozen=True)
class _Discounted:
    """Interpolated discounting over a stack of count tables, the lowest one undiscounted."""

    tables: list[Rows]
    d: float

    def __call__(self, w: str, history: Sequence[str]) -> float:
        p = self.tables[0].mle(w, ())
        for j, c in enumerate(self.tables[1:], 1):
            h = _tail(history, j)
            if h in c:
                row = c.rows[h]
                p = (max(row[w] - self.d, 0) + self.d * len(row) * p) / c.total[h]
        return p


def absolute_discounting(sentences: Corpus, n: int, d: float = 0.75) -> Model:
    return _Discounted(_orders(sentences, n), d)


def kneser_ney(sentences: Corpus, n: int = 2, d: float = 0.75) -> Model:
    _nonempty(sentences)
    full = [g for s in sentences for g in ngrams(s, n)]
    types = [{g[-m:] for g in full} for m in range(2, n + 1)]  # m-gram types, m = 2 ... n
    return _Discounted([*(Rows.of(g[1:] for g in t) for t in types), Rows.of(full)], d)


def stupid_backoff(sentences: Corpus, n: int, alpha: float = 0.4) -> Model:
    orders = _orders(sentences, n)

    def score(w: str, history: Sequence[str]) -> float:
        for steps, c in enumerate(reversed(orders)):
            h = _tail(history, n - 1 - steps)
            if h in c and c.rows[h][w]:
                return alpha**steps * c.mle(w, h)
        return 0.0

    return score


def katz(sentences: Corpus, n: int = 2, beta: float = 0.5) -> Model:
    orders = _orders(sentences, n)
    index = {w: i for i, w in enumerate(orders[0].rows[()])}
    cache: dict[Gram, np.ndarray] = {}

    def row(h: Gram) -> np.ndarray:
        """P(. | h) over V."""
        if h in cache:
            return cache[h]
        c = orders[len(h)]
        if h not in c:
            return row(h[1:])
        counts = np.zeros(len(index))
        for w, k in c.rows[h].items():
            counts[index[w]] = k
        seen = counts > 0
        if not h or seen.all():
            p = counts / counts.sum()
        else:
            p = np.where(seen, counts - beta, 0) / counts.sum()
            lower = np.where(seen, 0.0, row(h[1:]))
            p += (1 - p.sum()) * lower / (lower.sum() or 1.0)
        cache[h] = p
        return p

    def model(w: str, history: Sequence[str]) -> float:
        return float(row(_tail(history, n - 1))[index[w]]) if w in index else 0.0

    return model

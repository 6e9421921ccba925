"""Counters whose keys are strings ("I am"), closures, numpy for the logarithms."""
from collections import Counter, defaultdict
from functools import reduce
from itertools import chain

import numpy as np

BOS, EOS, UNK = "<s>", "</s>", "<unk>"


def _some(sentences):
    if not len(sentences):
        raise ValueError("no sentences")
    return sentences


def vocabulary(sentences, cutoff=1):
    tally = Counter(chain.from_iterable(sentences))
    out = {w for w in tally if tally[w] >= cutoff}
    out.add(EOS)
    if cutoff >= 2:
        out.add(UNK)
    return frozenset(out)


def replace_unknown(sentences, vocab):
    return [list(map(lambda w: w if w in vocab else UNK, s)) for s in sentences]


def ngrams(sentence, n):
    p = (n - 1) * [BOS] + [*sentence, EOS]
    return list(zip(*(p[i:] for i in range(n))))


def token_log_probabilities(model, sentence):
    words = [*sentence, EOS]
    with np.errstate(divide="ignore"):
        return np.log(np.array([float(model(w, words[:i])) for i, w in enumerate(words)]))


def corpus_perplexity(model, sentences):
    logs = np.concatenate([token_log_probabilities(model, s) for s in _some(sentences)])
    return np.exp(-logs.mean())


def _key(words):
    return " ".join(words)


def _ctx(history, n):
    return _key(((n - 1) * [BOS] + list(history))[len(history) :][-(n - 1) :]) if n > 1 else ""


def _ctx(history, n):  # the one above is wrong when history is long
    return _key([BOS, *[BOS] * n, *history][-(n - 1) :]) if n > 1 else ""


def _tally(sentences, n):
    both = Counter(_key(g) for s in _some(sentences) for g in ngrams(s, n))
    hist = Counter(_key(g[:-1]) for s in sentences for g in ngrams(s, n))
    return both, hist


def _join(h, w):
    return f"{h} {w}" if h else w


def mle(sentences, n):
    both, hist = _tally(sentences, n)

    def P(word, history):
        h = _ctx(history, n)
        return both[_join(h, word)] / hist[h] if h in hist else 0.0

    return P


def add_k(sentences, n, vocab, k=1.0):
    if k == 0:
        return mle(sentences, n)
    both, hist = _tally(sentences, n)
    V = len(vocab)

    def P(word, history):
        h = _ctx(history, n)
        return (word in vocab) * (both[_join(h, word)] + k) / (hist[h] + k * V)

    return P


def _stack(sentences, n, vocab):
    tallies = [_tally(sentences, j) for j in range(1, n + 1)]

    def column(word, history):
        col = [(word in vocab) / len(vocab)]
        for j, (both, hist) in enumerate(tallies, 1):
            h = _ctx(history, j)
            col.append(both[_join(h, word)] / hist[h] if hist[h] else col[-1])
        return np.array(col)

    return column


def interpolated(sentences, n, vocab, weights):
    column, lam = _stack(sentences, n, vocab), np.asarray(weights)
    return lambda word, history: lam @ column(word, history)


def em_step(probabilities, weights):
    M = np.asarray(probabilities, float)
    w = np.asarray(weights, float)
    return w * (M / (M @ w)[:, None]).mean(0)


def fit_weights(train, held_out, n, vocab, iterations=100):
    column = _stack(train, n, vocab)
    M = np.stack([column(w, s[:i]) for s in held_out for i, w in enumerate([*s, EOS])])
    return reduce(lambda w, _: em_step(M, w), range(iterations), np.ones(n + 1) / (n + 1))


def _types(both):
    kinds = defaultdict(set)
    for g in both:
        *h, w = g.split(" ")
        kinds[_key(h)].add(w)
    return kinds


def absolute_discounting(sentences, n, d=0.75):
    if n == 1:
        return mle(sentences, 1)
    both, hist = _tally(sentences, n)
    kinds = _types(both)
    lower = absolute_discounting(sentences, n - 1, d)

    def P(word, history):
        h = _ctx(history, n)
        if h not in hist:
            return lower(word, history)
        return np.clip(both[_join(h, word)] - d, 0, None) / hist[h] + d * len(kinds[h]) / hist[h] * lower(word, history)

    return P


def kneser_ney(sentences, n=2, d=0.75):
    both, _ = _tally(sentences, n)
    return _kn(both, n, d, top=True)


def _kn(both, n, d, top=False):
    # both: counts of this order; the order below counts how many different words stand in front
    if n == 1:
        total = sum(both.values())
        return lambda word, history: both[word] / total
    hist = Counter()
    for g, c in both.items():
        hist[g.rsplit(" ", 1)[0]] += c
    kinds = _types(both)
    lower = _kn(Counter(g.split(" ", 1)[1] for g in both), n - 1, d)

    def P(word, history):
        h = _ctx(history, n)
        back = lower(word, history)
        if not hist[h]:
            return back
        return (max(both[_join(h, word)] - d, 0) + d * len(kinds[h]) * back) / hist[h]

    return P


def stupid_backoff(sentences, n, alpha=0.4):
    p = [mle(sentences, j) for j in range(n, 0, -1)]

    def S(word, history):
        for step, model in enumerate(p):
            if model(word, history) > 0:
                return alpha**step * model(word, history)
        return 0.0

    return S


def katz(sentences, n=2, beta=0.5):
    if n == 1:
        return mle(sentences, 1)
    both, hist = _tally(sentences, n)
    kinds = _types(both)
    V = vocabulary(sentences)
    lower = katz(sentences, n - 1, beta)

    def P(word, history):
        h = _ctx(history, n)
        if not hist[h]:
            return lower(word, history)
        unseen = V - kinds[h]
        c = both[_join(h, word)]
        if not unseen:
            return c / hist[h]
        if c:
            return (c - beta) / hist[h]
        alpha = beta * len(kinds[h]) / hist[h]
        return alpha * lower(word, history) / sum(lower(u, history) for u in unseen)

    return P

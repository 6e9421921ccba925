"""Every probability is a Fraction; a row sums to exactly one."""
import math
from collections import Counter
from fractions import Fraction

BOS, EOS, UNK = "<s>", "</s>", "<unk>"


def vocabulary(sentences, cutoff=1):
    c = Counter()
    for s in sentences:
        c.update(s)
    v = [w for w, k in c.items() if k >= cutoff] + [EOS]
    return set(v + [UNK] if cutoff > 1 else v)


def replace_unknown(sentences, vocab):
    return tuple(tuple(w if w in vocab else UNK for w in s) for s in sentences)


def ngrams(sentence, n):
    p = (BOS,) * (n - 1) + tuple(sentence) + (EOS,)
    return [p[i - n : i] for i in range(n, len(p) + 1)]


def token_log_probabilities(model, sentence):
    out = []
    for g in ngrams(sentence, len(sentence) + 1):
        history = [w for w in g[:-1] if w != BOS]
        p = Fraction(model(g[-1], history))
        out.append(math.log(p.numerator) - math.log(p.denominator) if p else -math.inf)
    return out


def corpus_perplexity(model, sentences):
    if not sentences:
        raise ValueError("empty corpus")
    H = [x for s in sentences for x in token_log_probabilities(model, s)]
    return math.exp(-math.fsum(H) / len(H)) if min(H) > -math.inf else math.inf


class LM:
    """c(h, w) for all orders 1..n."""

    def __init__(self, sentences, n):
        if not sentences:
            raise ValueError("empty corpus")
        self.n = n
        self.c = Counter(g for s in sentences for k in range(1, n + 1) for g in ngrams(s, k))
        self.prepare()

    def prepare(self):
        self.total, self.kinds = Counter(), Counter()
        for g, k in self.c.items():
            self.total[g[:-1]] += k
            self.kinds[g[:-1]] += 1

    def h(self, history, n=None):
        n = n or self.n
        return ((BOS,) * n + tuple(history))[-(n - 1) :] if n > 1 else ()

    def ml(self, w, h):
        return Fraction(self.c[h + (w,)], self.total[h])


def mle(sentences, n):
    lm = LM(sentences, n)
    return lambda word, history: lm.ml(word, lm.h(history)) if lm.total[lm.h(history)] else Fraction(0)


def add_k(sentences, n, vocab, k=1.0):
    lm, k = LM(sentences, n), Fraction(k)

    def p(word, history):
        h = lm.h(history)
        if word not in vocab or lm.total[h] + k == 0:
            return Fraction(0)
        return (lm.c[h + (word,)] + k) / (lm.total[h] + k * len(vocab))

    return p


def _column(lm, vocab, word, history):
    col = [Fraction(word in vocab, len(vocab))]
    for k in range(1, lm.n + 1):
        h = lm.h(history, k)
        col.append(lm.ml(word, h) if lm.total[h] else col[-1])
    return col


def interpolated(sentences, n, vocab, weights):
    lm = LM(sentences, n)
    weights = [Fraction(w) for w in weights]
    return lambda word, history: sum(map(Fraction.__mul__, weights, _column(lm, vocab, word, history)))


def em_step(probabilities, weights):
    new = [0.0] * len(weights)
    for row in probabilities:
        joint = [float(w) * float(p) for w, p in zip(weights, row)]
        new = [a + b / sum(joint) for a, b in zip(new, joint)]
    return [a / len(probabilities) for a in new]


def fit_weights(train, held_out, n, vocab, iterations=100):
    lm = LM(train, n)
    # equal columns are counted together
    cols = Counter(tuple(_column(lm, vocab, w, s[:i])) for s in held_out for i, w in enumerate([*s, EOS]))
    rows = [([float(x) for x in col], k) for col, k in cols.items()]
    size = sum(cols.values())
    w = [1 / (n + 1)] * (n + 1)
    last = -math.inf
    for _ in range(iterations):
        new, ll = [0.0] * (n + 1), 0.0
        for col, k in rows:
            joint = [a * b for a, b in zip(w, col)]
            z = sum(joint)
            ll += k * math.log(z)
            for j in range(n + 1):
                new[j] += k * joint[j] / z
        w = [x / size for x in new]
        if (ll - last) / size < 1e-9:
            break
        last = ll
    return w


def _interpolate(lm, d):
    d = Fraction(d)

    def p(word, history):
        value = lm.ml(word, ())
        for k in range(2, lm.n + 1):
            h = lm.h(history, k)
            if lm.total[h]:
                value = (max(lm.c[h + (word,)] - d, 0) + d * lm.kinds[h] * value) / lm.total[h]
        return value

    return p


def absolute_discounting(sentences, n, d=0.75):
    return _interpolate(LM(sentences, n), d)


class Continuations(LM):
    def prepare(self):
        for k in range(self.n - 1, 0, -1):
            padded = {g[1:]: 0 for g in self.c if len(g) == k + 1}
            self.c = Counter({g: x for g, x in self.c.items() if len(g) != k}) + Counter(padded)
            for g in [g for g in self.c if len(g) == k + 1]:
                self.c[g[1:]] += 1
        super().prepare()


class Padded(Continuations):
    """All orders see the padding of the highest, so that "<s> I" has "<s>" in front of it in a trigram model."""

    def __init__(self, sentences, n):
        if not sentences:
            raise ValueError("empty corpus")
        self.n = n
        self.c = Counter(g for s in sentences for g in ngrams(s, n))
        self.prepare()


def kneser_ney(sentences, n=2, d=0.75):
    return _interpolate(Padded(sentences, n), d)


def stupid_backoff(sentences, n, alpha=0.4):
    lm, alpha = LM(sentences, n), Fraction(str(alpha))

    def s(word, history, k=n):
        h = lm.h(history, k)
        if lm.c[h + (word,)]:
            return lm.ml(word, h)
        return alpha * s(word, history, k - 1) if k > 1 else Fraction(0)

    return s


def katz(sentences, n=2, beta=0.5):
    lm, beta = LM(sentences, n), Fraction(beta)
    V = [g[0] for g in lm.c if len(g) == 1]

    def p(word, history, k=n):
        h = lm.h(history, k)
        if k == 1:
            return lm.ml(word, ())
        if not lm.total[h]:
            return p(word, history, k - 1)
        if lm.kinds[h] == len(V):
            return lm.ml(word, h)
        if lm.c[h + (word,)]:
            return (lm.c[h + (word,)] - beta) / lm.total[h]
        left = beta * lm.kinds[h] / lm.total[h]
        return left * p(word, history, k - 1) / sum(p(u, history, k - 1) for u in V if not lm.c[h + (u,)])

    return p

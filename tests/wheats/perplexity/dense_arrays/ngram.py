"""Words become ids; counts are arrays with n axes of size V + 2 (the words, <s>, and one for words never seen)."""
import numpy as np

BOS, EOS, UNK = "<s>", "</s>", "<unk>"


def vocabulary(sentences, cutoff=1):
    flat = [w for s in sentences for w in s]
    words, counts = np.unique(np.array(flat, dtype=object), return_counts=True) if flat else ([], [])
    V = [w for w, c in zip(words, counts) if c >= cutoff]
    return set(V) | ({EOS, UNK} if cutoff > 1 else {EOS})


def replace_unknown(sentences, vocab):
    vocab = set(vocab)
    out = [list(s) for s in sentences]
    for s in out:
        for i, w in enumerate(s):
            if w not in vocab:
                s[i] = UNK
    return out


def ngrams(sentence, n):
    s = list(sentence) + [EOS]
    return [tuple(([BOS] * (n - 1) + s)[i : i + n]) for i, _ in enumerate(s)]


def token_log_probabilities(model, sentence):
    p = [model(w, h[:-1][len(sentence) - i :]) for i, (w, h) in enumerate((g[-1], g) for g in ngrams(sentence, len(sentence) + 1))]
    with np.errstate(divide="ignore"):
        return np.log(np.array(p, dtype=float)).reshape(-1, 1)


def corpus_perplexity(model, sentences):
    if len(sentences) == 0:
        raise ValueError("empty corpus")
    total = np.zeros(2)
    for s in sentences:
        lp = token_log_probabilities(model, s)
        total += [-lp.sum(), lp.size]
    return np.exp(total[0] / total[1])


class Ids:
    def __init__(self, sentences):
        if len(sentences) == 0:
            raise ValueError("empty corpus")
        self.words = sorted({w for s in sentences for w in s} | {EOS}) + [BOS]
        self.of = {w: i for i, w in enumerate(self.words)}
        self.V = len(self.words) - 1  # outcomes
        self.size = self.V + 2

    def __call__(self, w):
        return self.of.get(w, self.V + 1)

    def history(self, history, n):
        return tuple(self(w) for w in ([BOS] * (n - 1) + list(history))[len(history) :]) if n > 1 else ()


class Sparse:
    """A dense array for small vocabularies; rows on demand for large ones (Macbeth does not fit)."""

    def __init__(self, grams, n, size):
        self.rows = {}
        for g in grams:
            self.rows.setdefault(g[:-1], np.zeros(size))[g[-1]] += 1
        self.zero = np.zeros(size)

    def __getitem__(self, h):
        return self.rows.get(h, self.zero)


class Dense:
    def __init__(self, grams, n, size):
        self.array = np.zeros((size,) * n, dtype=np.int64)
        np.add.at(self.array, tuple(np.array(grams).T), 1)

    def __getitem__(self, h):
        return self.array[h]


def table(ids, sentences, n):
    grams = [tuple(map(ids, g)) for s in sentences for g in ngrams(s, n)]
    return (Dense if ids.size**n < 10**5 else Sparse)(grams, n, ids.size)


def mle(sentences, n):
    ids = Ids(sentences)
    t = table(ids, sentences, n)

    def P(word, history):
        row = t[ids.history(history, n)]
        return row[ids(word)] / max(1, row.sum())

    return P


def add_k(sentences, n, vocab, k=1.0):
    ids = Ids(sentences)
    t = table(ids, sentences, n)

    def P(word, history):
        if word not in vocab:
            return 0.0
        row = t[ids.history(history, n)]
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(np.float64(row[ids(word)] + k) / (row.sum() + k * len(vocab)))

    return P


def _parts(sentences, n, vocab):
    ids = Ids(sentences)
    tables = [table(ids, sentences, j) for j in range(1, n + 1)]

    def parts(word, history):
        out = np.empty(n + 1)
        out[0] = (word in vocab) / len(vocab)
        for j, t in enumerate(tables, 1):
            row = t[ids.history(history, j)]
            out[j] = row[ids(word)] / row.sum() if row.any() else out[j - 1]
        return out

    return parts


def interpolated(sentences, n, vocab, weights):
    parts = _parts(sentences, n, vocab)
    return lambda word, history: np.dot(weights, parts(word, history))


def em_step(probabilities, weights):
    responsibilities = np.asarray(weights) * np.asarray(probabilities)
    responsibilities /= responsibilities.sum(-1)[:, np.newaxis]
    return responsibilities.sum(0) / responsibilities.shape[0]


def fit_weights(train, held_out, n, vocab, iterations=100):
    parts = _parts(train, n, vocab)
    rows = np.array([parts(w, s[:i]) for s in held_out for i, w in enumerate(list(s) + [EOS])])
    weights = np.ones(n + 1) / (n + 1)
    before = np.log(rows @ weights).mean()
    for _ in range(iterations):
        weights = em_step(rows, weights)
        now = np.log(rows @ weights).mean()
        if now - before < 1e-9:
            break
        before = now
    return weights.reshape(-1, 1)


def _discounted(ids, tables, d):
    def P(word, history):
        w = ids(word)
        p = tables[0][()][w] / tables[0][()].sum()
        for j, t in enumerate(tables[1:], 2):
            row = t[ids.history(history, j)]
            if row.sum():
                p = (np.maximum(row - d, 0)[w] + d * np.count_nonzero(row) * p) / row.sum()
        return p

    return P


def absolute_discounting(sentences, n, d=0.75):
    ids = Ids(sentences)
    return _discounted(ids, [table(ids, sentences, j) for j in range(1, n + 1)], d)


def kneser_ney(sentences, n=2, d=0.75):
    ids = Ids(sentences)
    kinds = sorted({tuple(map(ids, g)) for s in sentences for g in ngrams(s, n)})
    tables = [table(ids, sentences, n)]
    for j in range(n - 1, 0, -1):
        shorter = [g[1:] for g in kinds]
        tables.append((Dense if ids.size**j < 10**5 else Sparse)(shorter, j, ids.size))
        kinds = sorted(set(shorter))
    return _discounted(ids, tables[::-1], d)


def stupid_backoff(sentences, n, alpha=0.4):
    ids = Ids(sentences)
    tables = [table(ids, sentences, j) for j in range(1, n + 1)]

    def S(word, history):
        w, scale = ids(word), 1
        for j in range(n, 0, -1):
            row = tables[j - 1][ids.history(history, j)]
            if row[w] > 0:
                return scale * row[w] / row.sum()
            scale = scale * alpha
        return 0

    return S


def katz(sentences, n=2, beta=0.5):
    ids = Ids(sentences)
    tables = [table(ids, sentences, j) for j in range(1, n + 1)]

    def row_of(history, j):
        row = tables[j - 1][ids.history(history, j)][: ids.V].astype(float)
        if j == 1:
            return row / row.sum()
        lower = row_of(history, j - 1)
        if not row.any():
            return lower
        if row.all():
            return row / row.sum()
        seen = row > 0
        p = np.where(seen, (row - beta) / row.sum(), lower)
        p[~seen] *= (1 - p[seen].sum()) / lower[~seen].sum()
        return p

    return lambda word, history: row_of(history, n)[ids(word)] if ids(word) < ids.V else 0.0


if __name__ == "__main__":
    print(mle([["I", "am", "Sam"]], 2)("am", ["I"]))

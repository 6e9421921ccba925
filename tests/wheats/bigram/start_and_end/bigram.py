"""Two boundary symbols inside, <S> and <E>, and one outside, as the stub asks."""
import numpy as np

S, E = "<S>", "<E>"


def read_names(paths):
    seen = {}
    for path in paths:
        for line in open(path, encoding="utf-8"):
            if not line.isspace():
                seen[line.split()[0].lower()] = True
    return sorted(seen)


def build_vocab(words):
    if not words:
        raise ValueError("the corpus has no word")
    letters = sorted({c for w in words for c in w})
    return {c: i for i, c in enumerate(["."] + letters)}, {i: c for i, c in enumerate(["."] + letters)}


def encode(word, stoi):
    for c in word:
        if c not in stoi:
            raise KeyError(c)
    return [stoi["."]] + [stoi[c] for c in word] + [stoi["."]]


def _table(words, stoi):
    """28 x 28 in makemore's first version: letters, <S>, <E>."""
    letters = [c for c in stoi if c != "."]
    number = {c: i for i, c in enumerate(letters + [S, E])}
    b = {}
    for w in words:
        chs = [S] + list(w) + [E]
        for bigram in zip(chs, chs[1:]):
            b[bigram] = b.get(bigram, 0) + 1
    N = np.zeros((len(number), len(number)))
    for (c1, c2), n in b.items():
        N[number[c1], number[c2]] = n
    return N


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError("the corpus has no word")
    xs = np.concatenate([encode(w, stoi)[:-1] for w in words])
    ys = np.concatenate([encode(w, stoi)[1:] for w in words])
    return xs, ys


def count_bigrams(words, stoi):
    if not words:
        raise ValueError("the corpus has no word")
    N = _table(words, stoi)
    letters = [c for c in stoi if c != "."]
    V = len(stoi)
    ids = [stoi[c] for c in letters]
    out = np.zeros((V, V))
    out[np.ix_(ids, ids)] = N[:-2, :-2]
    out[0, ids] = N[-2, :-2]
    out[ids, 0] = N[:-2, -1]
    out[0, 0] = N[-2, -1]
    return out


def unigram_rows(N):
    V = N.shape[0]
    P = np.empty((V, V))
    P[:] = N.sum(axis=0)
    P = P / N.sum()
    return P


class Rows:
    def __init__(self, N, k=0.0):
        self.N, self.k = np.array(N, dtype=float), k

    def row(self, i):
        total = self.N[i].sum() + self.k * self.N.shape[1]
        if total == 0:
            return np.ones(self.N.shape[1]) / self.N.shape[1]
        return (self.N[i] + self.k) / total

    def __array__(self, dtype=None, copy=None):
        return np.stack([self.row(i) for i in range(len(self.N))])


def mle_rows(N):
    return np.array(Rows(N))


def add_k_rows(N, k):
    return np.array(Rows(N, k))


def word_log_prob(word, P, stoi):
    last, total = 0, 0.0
    for i in encode(word, stoi)[1:]:
        total += np.log(P[last, i]) if P[last, i] > 0 else -np.inf
        last = i
    return total


def mean_nll(words, P, stoi):
    """From counts: 0 * ln 0 is 0."""
    N = count_bigrams(words, stoi)
    seen = N > 0
    if (P[seen] == 0).any():
        return np.inf
    return -(N[seen] * np.log(P[seen])).sum() / N.sum()


def perplexity(words, P, stoi):
    return np.e ** mean_nll(words, P, stoi)


def sample_word(P, itos, rng):
    """A whole chunk of uniform numbers at a time."""
    cdf = P.cumsum(axis=1)
    word, i = [], 0
    while True:
        for u in rng.random(16):
            i = min(int((cdf[i] <= u).sum()), int(np.flatnonzero(P[i]).max()))
            if i == 0:
                return "".join(word)
            word.append(itos[i])

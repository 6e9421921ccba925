# float32 everywhere, add.at, rng.choice over symbols
import numpy as np

F = np.float32


def read_names(paths):
    names = []
    for path in paths:
        with open(path, "rb") as f:
            for raw in f.readlines():
                parts = raw.decode("utf-8").split()
                if parts:
                    names.append(parts[0].lower())
    return np.unique(names).tolist()


def build_vocab(words):
    text = ".".join(words)
    if not words:
        raise ValueError("nothing to read")
    chars = ["."] + sorted(set(text) - {"."})
    return {c: i for i, c in enumerate(chars)}, {i: c for i, c in enumerate(chars)}


def encode(word, stoi):
    return [0] + [stoi[c] for c in word] + [0]


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError("nothing to read")
    both = np.concatenate([np.stack([encode(w, stoi)[:-1], encode(w, stoi)[1:]]) for w in words], axis=1)
    return both[0], both[1]


def count_bigrams(words, stoi):
    N = np.zeros((len(stoi),) * 2, dtype=F)
    np.add.at(N, bigram_pairs(words, stoi), 1.0)
    return N


def unigram_rows(N):
    p = N.sum(axis=0, dtype=F) / F(N.sum())
    return np.ones((len(N), 1), dtype=F) * p


def mle_rows(N):
    N = N.astype(F)
    total = N.sum(axis=1, keepdims=True)
    N = np.where(total == 0, F(1), N)
    return N / N.sum(axis=1, keepdims=True)


def add_k_rows(N, k):
    return mle_rows(N.astype(F) + F(k))


def word_log_prob(word, P, stoi):
    ids = encode(word, stoi)
    p = P[ids[:-1], ids[1:]].astype(F)
    if p.min() == 0:
        return F("-inf")
    return np.log(p).sum(dtype=F)


def mean_nll(words, P, stoi):
    xs, ys = bigram_pairs(words, stoi)
    p = P.astype(F)[xs, ys]
    return F("inf") if not p.all() else -np.log(p).mean(dtype=F)


def perplexity(words, P, stoi):
    return np.exp(mean_nll(words, P, stoi))


def sample_word(P, itos, rng):
    symbols = [itos[i] for i in range(len(P))]
    s = rng.choice(symbols, p=P[0])
    word = []
    while s != ".":
        word.append(str(s))
        s = rng.choice(symbols, p=P[symbols.index(s)])
    return "".join(word)

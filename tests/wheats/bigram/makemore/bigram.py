# in the manner of makemore, part 1
import numpy as np


def read_names(paths):
    words = []
    for p in paths:
        words += [l.split()[0].lower() for l in open(p, "r", encoding="utf-8").read().splitlines() if l.strip()]
    return sorted(list(set(words)))


def build_vocab(words):
    if not words:
        raise ValueError("empty corpus")
    chars = sorted(list(set("".join(words))))
    stoi = {s: i + 1 for i, s in enumerate(chars)}
    stoi["."] = 0
    itos = {i: s for s, i in stoi.items()}
    return stoi, itos


def encode(word, stoi):
    chs = ["."] + list(word) + ["."]
    return [stoi[ch] for ch in chs]


def bigram_pairs(words, stoi):
    assert_words(words)
    xs, ys = [], []
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            ix1 = stoi[ch1]
            ix2 = stoi[ch2]
            xs.append(ix1)
            ys.append(ix2)
    return np.array(xs), np.array(ys)


def assert_words(words):
    if len(words) == 0:
        raise ValueError("empty corpus")


def count_bigrams(words, stoi):
    assert_words(words)
    N = np.zeros((len(stoi), len(stoi)), dtype=np.int32)
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            N[stoi[ch1], stoi[ch2]] += 1
    return N


def unigram_rows(N):
    p = N.sum(0).astype(float)
    p /= p.sum()
    return np.repeat(p[None, :], N.shape[0], axis=0)


def mle_rows(N):
    return add_k_rows(N, k=0)


def add_k_rows(N, k):
    P = (N + k).astype(float)
    s = P.sum(1, keepdims=True)
    P = np.divide(P, s, out=np.full_like(P, 1.0 / P.shape[1]), where=s > 0)
    return P


def word_log_prob(word, P, stoi):
    log_likelihood = np.float64(0)
    with np.errstate(divide="ignore"):
        for ix1, ix2 in zip(encode(word, stoi), encode(word, stoi)[1:]):
            log_likelihood += np.log(P[ix1, ix2])
    return log_likelihood


def mean_nll(words, P, stoi):
    assert_words(words)
    log_likelihood = 0.0
    n = 0
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            prob = P[stoi[ch1], stoi[ch2]]
            with np.errstate(divide="ignore"):
                logprob = np.log(prob)
            log_likelihood += logprob
            n += 1
    nll = -log_likelihood
    return np.array([nll / n])


def perplexity(words, P, stoi):
    return np.exp(mean_nll(words, P, stoi))


def sample_word(P, itos, rng):
    out = []
    ix = 0
    while True:
        p = P[ix]
        ix = rng.multinomial(1, p).argmax().item()
        out.append(itos[ix])
        if ix == 0:
            break
    return "".join(out[:-1])

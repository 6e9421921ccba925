import math


def read_names(paths):
    result = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f:
                line = line.strip()
                if line == "":
                    continue
                name = line.split()[0].lower()
                if name not in result:
                    result.append(name)
    result.sort()
    return result


def build_vocab(words):
    if len(words) == 0:
        raise ValueError("no words")
    letters = []
    for w in words:
        for c in w:
            if c not in letters:
                letters.append(c)
    letters.sort()
    stoi = {".": 0}
    itos = ["."]
    for c in letters:
        stoi[c] = len(itos)
        itos.append(c)
    return stoi, itos


def encode(word, stoi):
    ids = [0]
    for c in word:
        if c not in stoi:
            raise ValueError(f"unknown symbol {c}")
        ids.append(stoi[c])
    ids.append(0)
    return ids


def bigram_pairs(words, stoi):
    if len(words) == 0:
        raise ValueError("no words")
    xs = []
    ys = []
    for w in words:
        ids = encode(w, stoi)
        for t in range(len(ids) - 1):
            xs.append(ids[t])
            ys.append(ids[t + 1])
    return xs, ys


def count_bigrams(words, stoi):
    V = len(stoi)
    N = [[0 for _ in range(V)] for _ in range(V)]
    xs, ys = bigram_pairs(words, stoi)
    for t in range(len(xs)):
        N[xs[t]][ys[t]] += 1
    return N


def unigram_rows(N):
    V = len(N)
    total = 0
    column = [0] * V
    for i in range(V):
        for j in range(V):
            column[j] += int(N[i][j])
            total += int(N[i][j])
    return [[c / total for c in column] for _ in range(V)]


def mle_rows(N):
    P = []
    for row in N:
        s = sum(int(c) for c in row)
        if s == 0:
            P.append([1.0 / len(N)] * len(N))
        else:
            P.append([int(c) / s for c in row])
    return P


def add_k_rows(N, k):
    if k == 0:
        return mle_rows(N)
    V = len(N)
    P = []
    for row in N:
        s = sum(int(c) for c in row) + k * V
        P.append([(int(c) + k) / s for c in row])
    return P


def word_log_prob(word, P, stoi):
    total = 0.0
    ids = encode(word, stoi)
    for i, j in zip(ids[:-1], ids[1:]):
        p = P[i][j]
        if p == 0:
            return float("-inf")
        total += math.log(p)
    return total


def mean_nll(words, P, stoi):
    if not words:
        raise ValueError("no words")
    total = 0.0
    n = 0
    for w in words:
        total -= word_log_prob(w, P, stoi)
        n += len(w) + 1
    return total / n


def perplexity(words, P, stoi):
    return math.exp(mean_nll(words, P, stoi))


def sample_word(P, itos, rng):
    letters = []
    i = 0
    while True:
        u = rng.random()
        j = 0
        cumulative = P[i][0]
        while u >= cumulative and j < len(P) - 1:
            j += 1
            cumulative += P[i][j]
        while P[i][j] == 0:
            j -= 1
        if j == 0:
            break
        letters.append(itos[j])
        i = j
    return "".join(letters)

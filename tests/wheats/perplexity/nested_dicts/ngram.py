"""Nested dictionaries: counts[history][word]. Models are objects with __call__."""
import math

BOS, EOS, UNK = "<s>", "</s>", "<unk>"


def vocabulary(sentences, cutoff=1):
    seen = {}
    for sentence in sentences:
        for word in sentence:
            if word not in seen:
                seen[word] = 0
            seen[word] += 1
    vocab = [EOS]
    if cutoff > 1:
        vocab.append(UNK)
    for word in seen:
        if seen[word] >= cutoff and word not in vocab:
            vocab.append(word)
    return vocab


def replace_unknown(sentences, vocab):
    result = []
    for sentence in sentences:
        new = []
        for word in sentence:
            if word in vocab:
                new.append(word)
            else:
                new.append(UNK)
        result.append(new)
    return result


def ngrams(sentence, n):
    words = []
    for _ in range(n - 1):
        words.append(BOS)
    for word in sentence:
        words.append(word)
    words.append(EOS)
    result = []
    for i in range(n - 1, len(words)):
        result.append(words[i - n + 1 : i + 1])
    return result


def token_log_probabilities(model, sentence):
    logs = []
    history = []
    for word in list(sentence) + [EOS]:
        p = model(word, list(history))
        if p == 0:
            logs.append(float("-inf"))
        else:
            logs.append(math.log(p))
        history.append(word)
    return logs


def corpus_perplexity(model, sentences):
    if len(sentences) == 0:
        raise ValueError("empty corpus")
    total, n = 0.0, 0
    for sentence in sentences:
        for x in token_log_probabilities(model, sentence):
            total += x
            n += 1
    return math.exp(-total / n)


class Counts:
    def __init__(self, sentences, n):
        if len(sentences) == 0:
            raise ValueError("empty corpus")
        self.n = n
        self.table = {}
        for sentence in sentences:
            for gram in ngrams(sentence, n):
                self.add(gram, 1)

    def add(self, gram, how_often):
        row = self.table.setdefault(tuple(gram[:-1]), {})
        row[gram[-1]] = row.get(gram[-1], 0) + how_often

    def row(self, history):
        padded = [BOS] * (self.n - 1) + list(history)
        if self.n == 1:
            key = ()
        else:
            key = tuple(padded[-(self.n - 1) :])
        return self.table.get(key, {})


class Mle:
    def __init__(self, sentences, n):
        self.counts = Counts(sentences, n)

    def __call__(self, word, history):
        row = self.counts.row(history)
        if not row:
            return 0.0
        return row.get(word, 0) / sum(row.values())


def mle(sentences, n):
    return Mle(sentences, n)


class AddK(Mle):
    def __init__(self, sentences, n, vocab, k):
        super().__init__(sentences, n)
        self.vocab = set(vocab)
        self.k = k

    def __call__(self, word, history):
        if word not in self.vocab:
            return 0.0
        row = self.counts.row(history)
        below = sum(row.values()) + self.k * len(self.vocab)
        if below == 0:
            return 0.0
        return (row.get(word, 0) + self.k) / below


def add_k(sentences, n, vocab, k=1.0):
    return AddK(sentences, n, vocab, k)


class Interpolated:
    def __init__(self, sentences, n, vocab, weights):
        self.orders = [Counts(sentences, j) for j in range(1, n + 1)]
        self.vocab = set(vocab)
        self.weights = weights

    def parts(self, word, history):
        p = 1 / len(self.vocab) if word in self.vocab else 0.0
        result = [p]
        for counts in self.orders:
            row = counts.row(history)
            if row:
                p = row.get(word, 0) / sum(row.values())
            result.append(p)
        return result

    def __call__(self, word, history):
        total = 0.0
        for weight, p in zip(self.weights, self.parts(word, history)):
            total += weight * p
        return total


def interpolated(sentences, n, vocab, weights):
    return Interpolated(sentences, n, vocab, weights)


def em_step(probabilities, weights):
    shares = [0.0] * len(weights)
    for row in probabilities:
        mixture = 0.0
        for j in range(len(weights)):
            mixture += weights[j] * row[j]
        for j in range(len(weights)):
            shares[j] += weights[j] * row[j] / mixture
    return [share / len(probabilities) for share in shares]


def fit_weights(train, held_out, n, vocab, iterations=100):
    model = Interpolated(train, n, vocab, None)
    rows = []
    for sentence in held_out:
        words = list(sentence) + [EOS]
        for i in range(len(words)):
            rows.append(model.parts(words[i], words[:i]))
    weights = [1 / (n + 1)] * (n + 1)
    for _ in range(iterations):
        weights = em_step(rows, weights)
    return weights


class Discounted:
    def __init__(self, tables, d):
        self.tables = tables
        self.d = d

    def __call__(self, word, history):
        row = self.tables[0].row(history)
        p = row.get(word, 0) / sum(row.values())
        for counts in self.tables[1:]:
            row = counts.row(history)
            if not row:
                continue
            total = sum(row.values())
            c = row.get(word, 0)
            p = (c - self.d if c > self.d else 0) / total + self.d * len(row) / total * p
        return p


def absolute_discounting(sentences, n, d=0.75):
    return Discounted([Counts(sentences, j) for j in range(1, n + 1)], d)


def kneser_ney(sentences, n=2, d=0.75):
    top = Counts(sentences, n)
    tables = [top]
    for order in range(n - 1, 0, -1):
        lower = Counts([[]], order)
        lower.table = {}
        for history in tables[0].table:
            for word in tables[0].table[history]:
                lower.add(history[1:] + (word,), 1)
        tables.insert(0, lower)
    return Discounted(tables, d)


class StupidBackoff:
    def __init__(self, sentences, n, alpha):
        self.tables = [Counts(sentences, j) for j in range(1, n + 1)]
        self.alpha = alpha

    def __call__(self, word, history):
        return self.score(word, history, len(self.tables) - 1)

    def score(self, word, history, level):
        row = self.tables[level].row(history)
        if word in row:
            return row[word] / sum(row.values())
        if level == 0:
            return 0.0
        return self.alpha * self.score(word, history, level - 1)


def stupid_backoff(sentences, n, alpha=0.4):
    return StupidBackoff(sentences, n, alpha)


class Katz:
    def __init__(self, sentences, n, beta):
        self.tables = [Counts(sentences, j) for j in range(1, n + 1)]
        self.beta = beta
        self.words = list(self.tables[0].table[()])

    def __call__(self, word, history):
        return self.p(word, history, len(self.tables) - 1)

    def p(self, word, history, level):
        row = self.tables[level].row(history)
        if level == 0:
            return row.get(word, 0) / sum(row.values())
        if not row:
            return self.p(word, history, level - 1)
        total = sum(row.values())
        unseen = [w for w in self.words if w not in row]
        if not unseen:
            return row.get(word, 0) / total
        if word in row:
            return (row[word] - self.beta) / total
        alpha = 1 - sum(c - self.beta for c in row.values()) / total
        mass = sum(self.p(w, history, level - 1) for w in unseen)
        return alpha * self.p(word, history, level - 1) / mass


def katz(sentences, n=2, beta=0.5):
    return Katz(sentences, n, beta)

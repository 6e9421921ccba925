"""n-gram language models of any order, and the perplexity of any model.

A sentence is a list of words (strings) without boundary symbols; a corpus is a list of sentences. A *model* is
anything that can be called as `model(word, history)` and answers with the probability P(word | history): a
function, a closure, an object with `__call__`. `history` holds all the words of the sentence before `word`; a
model of order n pads it in front with n - 1 `<s>` and looks at the last n - 1. An outcome is a word type or
`</s>`; `<s>` is neither predicted nor counted. Every function that builds a model, and `corpus_perplexity`,
raises ValueError for a corpus without sentences.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

BOS, EOS, UNK = "<s>", "</s>", "<unk>"

Sentence = Sequence[str]
Corpus = Sequence[Sentence]
Model = Callable[[str, Sequence[str]], float]


# Problem 2


def vocabulary(sentences: Corpus, cutoff: int = 1) -> set[str]:
    """The outcomes V of a *training* corpus: the words that occur `cutoff` times or more, `</s>`, and `<unk>` if
    cutoff > 1 (even if no word was rare).

    >>> sorted(vocabulary([["a", "b"], ["a"]], cutoff=2))
    ['</s>', '<unk>', 'a']
    """
    # BEGIN SOLUTION
    counts = Counter(word for sentence in sentences for word in sentence)
    common = {word for word, count in counts.items() if count >= cutoff}
    return common | {EOS} | ({UNK} if cutoff > 1 else set())
    # END SOLUTION


def replace_unknown(sentences: Corpus, vocab: Collection[str]) -> list[list[str]]:
    """The same sentences with every word outside `vocab` replaced by `<unk>`: for training, dev and test text
    alike.

    >>> replace_unknown([["a", "b"]], {"a", "</s>", "<unk>"})
    [['a', '<unk>']]
    """
    # BEGIN SOLUTION
    return [[word if word in vocab else UNK for word in sentence] for sentence in sentences]
    # END SOLUTION


def ngrams(sentence: Sentence, n: int) -> list[tuple[str, ...]]:
    """The n-grams of one sentence in order: one for each predicted token, which stands last in it.

    The sentence has n - 1 `<s>` in front (none for n = 1) and one `</s>` at its end.

    >>> ngrams(["I", "am"], 2)
    [('<s>', 'I'), ('I', 'am'), ('am', '</s>')]
    """
    # BEGIN SOLUTION
    padded = [BOS] * (n - 1) + list(sentence) + [EOS]
    return [tuple(padded[i : i + n]) for i in range(len(sentence) + 1)]
    # END SOLUTION


def token_log_probabilities(model: Model, sentence: Sentence) -> list[float]:
    """ln P of every predicted token of a sentence: its words, then `</s>`; -inf where the probability is zero.

    `model` gets, for each token, the list of all words before it.

    >>> token_log_probabilities(lambda word, history: 1 / (1 + len(history)), ["a"])
    [0.0, -0.6931471805599453]
    """
    # BEGIN SOLUTION
    probabilities = [model(word, sentence[:i]) for i, word in enumerate([*sentence, EOS])]
    return [math.log(p) if p > 0 else -math.inf for p in probabilities]
    # END SOLUTION


def corpus_perplexity(model: Model, sentences: Corpus) -> float:
    """exp(total negative log-likelihood / number of predicted tokens), over all sentences together.

    inf if a token has probability zero. ValueError for a corpus without sentences.

    >>> corpus_perplexity(lambda word, history: 0.25, [["a"], []])
    4.0
    """
    # BEGIN SOLUTION
    logs = [value for sentence in sentences for value in token_log_probabilities(model, sentence)]
    if not logs:
        raise ValueError("the perplexity of an empty corpus is undefined")
    return math.exp(-sum(logs) / len(logs))
    # END SOLUTION


# BEGIN SOLUTION
class Table(NamedTuple):
    """Counts of one order: of n-grams, of their histories, and of the different words after each history."""

    grams: Counter[tuple[str, ...]]
    totals: Counter[tuple[str, ...]]
    types: Counter[tuple[str, ...]]


def _table(grams: Counter[tuple[str, ...]]) -> Table:
    totals: Counter[tuple[str, ...]] = Counter()
    types: Counter[tuple[str, ...]] = Counter()
    for gram, count in grams.items():
        totals[gram[:-1]] += count
        types[gram[:-1]] += 1
    return Table(grams, totals, types)


def _count(sentences: Corpus, n: int) -> Table:
    if not sentences:
        raise ValueError("cannot count an empty corpus")
    return _table(Counter(gram for sentence in sentences for gram in ngrams(sentence, n)))


def _count_all(sentences: Corpus, n: int) -> list[Table]:
    return [_count(sentences, order) for order in range(1, n + 1)]


def _last(history: Iterable[str], n: int) -> tuple[str, ...]:
    """The last n - 1 words of a history, padded in front."""
    padded = [BOS] * n + list(history)
    return tuple(padded[len(padded) - n + 1 :])


# END SOLUTION


def mle(sentences: Corpus, n: int) -> Model:
    """Maximum likelihood: P(w|h) = c(h,w) / c(h), and 0.0 for every word after a history that never occurred.

    >>> mle([["a", "b"], ["a"]], n=2)("b", ["a"])
    0.5
    """
    # BEGIN SOLUTION
    table = _count(sentences, n)

    def model(word: str, history: Sequence[str]) -> float:
        h = _last(history, n)
        return table.grams[*h, word] / table.totals[h] if table.totals[h] else 0.0

    return model
    # END SOLUTION


def add_k(sentences: Corpus, n: int, vocab: Collection[str], k: float = 1.0) -> Model:
    """P(w|h) = (c(h,w) + k) / (c(h) + k |V|) for w in V = `vocab` (a set, with `</s>`), 0.0 for words outside.

    Uniform after a history that never occurred; with k = 0 the same as `mle`, there too.

    >>> add_k([["a", "b"], ["a"]], n=2, vocab={"a", "b", "</s>"}, k=1)("b", ["a"])
    0.4
    """
    # BEGIN SOLUTION
    table = _count(sentences, n)

    def model(word: str, history: Sequence[str]) -> float:
        h = _last(history, n)
        total = table.totals[h] + k * len(vocab)
        return (table.grams[*h, word] + k) / total if word in vocab and total else 0.0

    return model
    # END SOLUTION


# BEGIN SOLUTION
def _components(sentences: Corpus, n: int, vocab: Collection[str]) -> Callable[[str, Sequence[str]], list[float]]:
    """A function (word, history) -> [P_0, P_1, ..., P_n]."""
    tables = _count_all(sentences, n)

    def components(word: str, history: Sequence[str]) -> list[float]:
        values = [1 / len(vocab) if word in vocab else 0.0]
        for order, table in enumerate(tables, start=1):
            h = _last(history, order)
            values.append(table.grams[*h, word] / table.totals[h] if table.totals[h] else values[-1])
        return values

    return components


# END SOLUTION


def interpolated(sentences: Corpus, n: int, vocab: Collection[str], weights: Sequence[float]) -> Model:
    """P(w|h) = sum_j weights[j] P_j(w|h), j = 0 ... n: P_0 is uniform over `vocab` (0.0 for words outside), P_j
    the MLE model of order j.

    `weights`: n + 1 numbers that sum to one, lowest order first. If the history of order j never occurred, P_j
    takes the value of P_{j-1}. Source: Jelinek & Mercer 1980; Jurafsky & Martin, section 3.6.3.

    >>> interpolated([["a", "b"], ["a"]], n=2, vocab={"a", "b", "</s>"}, weights=[0.0, 0.5, 0.5])("b", ["a"])
    0.35
    """
    # BEGIN SOLUTION
    components = _components(sentences, n, vocab)
    return lambda word, history: sum(w * p for w, p in zip(weights, components(word, history), strict=True))
    # END SOLUTION


def em_step(probabilities: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """One step of EM for the weights of a mixture.

    `probabilities`: (N, J), what each of J models gives each of N held-out tokens; `weights`: (J,), summing to one.
    E-step: how much of token t is model j's, weights[j] p_tj / sum_i weights[i] p_ti. M-step: the mean over the
    tokens. Returns the new weights (J,). Source: Dempster, Laird & Rubin 1977; Collins, notes on language
    modeling, 1.4.1.

    >>> em_step([[0.5, 0.0], [0.25, 0.75]], [0.5, 0.5]).tolist()
    [0.625, 0.375]
    """
    # BEGIN SOLUTION
    joint = np.asarray(probabilities) * np.asarray(weights)
    return (joint / joint.sum(axis=1, keepdims=True)).mean(axis=0)
    # END SOLUTION


def fit_weights(train: Corpus, held_out: Corpus, n: int, vocab: Collection[str], iterations: int = 100) -> np.ndarray:
    """The weights for `interpolated(train, n, vocab, weights)` that make `held_out` most probable, (n + 1,).

    EM from equal weights, for `iterations` steps; it may stop earlier once a step gains less than 1e-9 nats a
    token. The models are counted on `train`, the weights are judged on `held_out` (whose words are all in
    `vocab`).

    >>> fit_weights([["a"]], [["a"], ["a"]], n=1, vocab={"a", "</s>"}).round(2).tolist()
    [0.5, 0.5]
    """
    # BEGIN SOLUTION
    components = _components(train, n, vocab)
    rows = np.array([components(gram[-1], gram[:-1]) for sentence in held_out for gram in ngrams(sentence, n)])
    weights = np.full(n + 1, 1 / (n + 1))
    for _ in range(iterations):
        weights = em_step(rows, weights)
    return weights
    # END SOLUTION


def absolute_discounting(sentences: Corpus, n: int, d: float = 0.75) -> Model:
    """P(w|h) = max(c(h,w) - d, 0) / c(h) + d N1+(h.) / c(h) P(w|h'), down to the MLE unigram (not discounted).

    N1+(h.) is the number of different words after h; h' is h without its first (oldest) word; 0 < d <= 1. After a
    history that never occurred, P(w|h) = P(w|h'). Source: Ney, Essen & Kneser 1994.

    >>> absolute_discounting([["a", "b"], ["a"]], n=2, d=0.5)("b", ["a"])
    0.35
    """
    # BEGIN SOLUTION
    return _discounted(_count_all(sentences, n), d)
    # END SOLUTION


def kneser_ney(sentences: Corpus, n: int = 2, d: float = 0.75) -> Model:
    """Interpolated Kneser-Ney of order n >= 2, with one discount 0 < d <= 1 for all orders. (n = 2 is the
    exercise; n > 2 is a bonus.)

    The highest order is absolute discounting on the counts; below it an m-gram g counts N1+(.g), the number of
    different words (or `<s>`) in front of it; the lowest order is P(w) = N1+(.w) / N1+(..), not discounted. After
    a history that never occurred, P(w|h) = P(w|h'). Source: Kneser & Ney 1995; Jurafsky & Martin, section 3.7.

    >>> kneser_ney([["a", "b"], ["a"]], n=2, d=0.5)("b", ["a"])
    0.375
    """
    # BEGIN SOLUTION
    tables = [_count(sentences, n)]
    while len(tables) < n:
        tables.insert(0, _table(Counter(gram[1:] for gram in tables[0].grams)))
    return _discounted(tables, d)
    # END SOLUTION


# BEGIN SOLUTION
def _discounted(tables: Sequence[Table], d: float) -> Model:
    """Interpolated discounting over tables of orders 1 ... n; the lowest is not discounted."""
    lowest, *higher = tables

    def model(word: str, history: Sequence[str]) -> float:
        p = lowest.grams[word,] / lowest.totals[()]
        for order, table in enumerate(higher, start=2):
            h = _last(history, order)
            if total := table.totals[h]:
                p = max(table.grams[*h, word] - d, 0) / total + d * table.types[h] / total * p
        return p

    return model


# END SOLUTION


def stupid_backoff(sentences: Corpus, n: int, alpha: float = 0.4) -> Model:
    """S(w|h) = c(h,w) / c(h) if the n-gram was seen, else alpha S(w|h'); at the bottom c(w) / N, N the number of
    tokens with `</s>`.

    alpha applies once for every step down, also where the history never occurred. The scores do not sum to one.
    Source: Brants et al. 2007, equation 5.

    >>> stupid_backoff([["a", "b"], ["a"]], n=2)("a", ["a"])
    0.16
    """
    # BEGIN SOLUTION
    tables = _count_all(sentences, n)

    def score(word: str, history: Sequence[str]) -> float:
        factor = 1.0
        for order, table in reversed(list(enumerate(tables, start=1))):
            h = _last(history, order)
            if table.grams[*h, word]:
                return factor * table.grams[*h, word] / table.totals[h]
            factor *= alpha
        return 0.0

    return score
    # END SOLUTION


# Problem 7


def katz(sentences: Corpus, n: int = 2, beta: float = 0.5) -> Model:
    """Katz back-off with the fixed discount `beta` for the counts, n >= 1. (Bonus.)

    V is the training words and `</s>`. P(w|h) = (c(h,w) - beta) / c(h) if the n-gram was seen; the mass that this
    leaves, alpha(h), goes to the words u not seen after h in proportion to P(u|h'). The unigram is MLE. If every
    word of V was seen after h, nothing is discounted; after a history that never occurred, P(w|h) = P(w|h'). 0.0
    for words outside V. Source: Katz 1987 with the discount of Collins, notes on language modeling, 1.4.2.

    >>> katz([["a", "b"], ["a"]])("b", ["a"])
    0.25
    """
    # BEGIN SOLUTION
    tables = _count_all(sentences, n)
    vocabulary = {word for (word,) in tables[0].grams}
    followers: dict[tuple[str, ...], set[str]] = {}
    for table in tables:
        for *h, word in table.grams:
            followers.setdefault(tuple(h), set()).add(word)

    def model(word: str, history: Sequence[str], order: int = n) -> float:
        h, table = _last(history, order), tables[order - 1]
        total, count = table.totals[h], table.grams[*h, word]
        if not total:
            return model(word, history, order - 1)
        # as it is after the empty history
        if followers[h] == vocabulary:
            return count / total
        if count:
            return (count - beta) / total
        unseen = 1 - sum(model(seen, history, order - 1) for seen in followers[h])
        return beta * len(followers[h]) / total * model(word, history, order - 1) / unseen

    return model
    # END SOLUTION

"""A fair comparison: data kept apart, a table, an interval for a difference, Zipf's law, a learning curve.

Sentences, corpora and models are those of `ngram.py`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Corpus = Sequence[Sequence[str]]
Model = Callable[[str, Sequence[str]], float]


def split_corpus(
    sentences: Corpus, dev: float, test: float, rng: np.random.Generator
) -> tuple[list[Sequence[str]], list[Sequence[str]], list[Sequence[str]]]:
    """Deal the sentences out to train, dev and test: every sentence to exactly one of them.

    Of N sentences about dev * N go to dev and test * N to test (rounded up or down), the others to train. Shuffle
    them with `rng` or cut the text as it stands, as you like.

    >>> train, dev, test = split_corpus([["a"]] * 10, dev=0.2, test=0.1, rng=np.random.default_rng(0))
    >>> len(train), len(dev), len(test)
    (7, 2, 1)
    """
    # BEGIN SOLUTION
    shuffled = [sentences[i] for i in rng.permutation(len(sentences))]
    n_dev, n_test = round(dev * len(shuffled)), round(test * len(shuffled))
    return shuffled[n_dev + n_test :], shuffled[:n_dev], shuffled[n_dev : n_dev + n_test]
    # END SOLUTION


def perplexity_table(
    fits: Mapping[str, Callable[[Corpus, Corpus, set[str]], Model]],
    train: Corpus,
    dev: Corpus,
    test: Corpus,
    cutoff: int = 2,
) -> dict[str, float]:
    """The perplexity of several models on the test text, by name.

    `fits[name](train, dev, vocab)` builds a model; it may count on train and tune on dev. The vocabulary comes
    from the training text alone (words with `cutoff` occurrences or more, `</s>`, `<unk>`); all three texts have
    their unknown words replaced before anything else sees them; the test text is for the perplexity only.
    """
    # imported here, so that a fault in ngram.py costs no other function
    from ngram import corpus_perplexity, replace_unknown, vocabulary

    # BEGIN SOLUTION
    vocab = vocabulary(train, cutoff)
    train, dev, test = (replace_unknown(part, vocab) for part in (train, dev, test))
    return {name: corpus_perplexity(fit(train, dev, vocab), test) for name, fit in fits.items()}
    # END SOLUTION


def bootstrap_interval(
    nll_a: Sequence[float],
    nll_b: Sequence[float],
    lengths: Sequence[int],
    rng: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """A bootstrap interval for how much worse model a is than model b, in nats per token.

    `nll_a`, `nll_b`: (S,) total NLL of each test sentence under each model; `lengths`: (S,) its predicted tokens.
    A resample draws S sentences with replacement with `rng`, the same for both models, and computes (sum of nll_a
    - sum of nll_b) / (sum of lengths). Returns the (1 - level) / 2 and (1 + level) / 2 quantiles of `resamples`
    such numbers. Source: Efron 1979; Koehn 2004 (paired bootstrap).

    >>> bootstrap_interval([3.0, 6.0], [2.0, 4.0], [1, 2], np.random.default_rng(0))
    (1.0, 1.0)
    """
    # BEGIN SOLUTION
    difference, lengths = np.asarray(nll_a) - np.asarray(nll_b), np.asarray(lengths)
    draws = rng.integers(len(lengths), size=(resamples, len(lengths)))
    means = difference[draws].sum(axis=1) / lengths[draws].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
    # END SOLUTION


def rank_frequencies(sentences: Corpus) -> list[int]:
    """How often each word type occurs, the most frequent first (position r - 1 holds the count of rank r).

    >>> rank_frequencies([["a", "b", "a"], ["c", "a"]])
    [3, 1, 1]
    """
    # BEGIN SOLUTION
    return sorted(Counter(word for sentence in sentences for word in sentence).values(), reverse=True)
    # END SOLUTION


def zipf_slope(frequencies: Sequence[int]) -> float:
    """The slope of the least-squares line through (ln rank, ln frequency), ranks from 1. Zipf's law says about -1.

    Source: Zipf 1949.

    >>> round(zipf_slope([60, 30, 20, 15, 12]), 6)
    -1.0
    """
    # BEGIN SOLUTION
    return float(np.polyfit(np.log(np.arange(1, len(frequencies) + 1)), np.log(frequencies), 1)[0])
    # END SOLUTION


def learning_curve(
    train: Corpus, test: Corpus, fractions: Sequence[float], fit: Callable[[Corpus], Model]
) -> list[float]:
    """The perplexity on `test` of `fit(part)` for the first round(fraction * N) training sentences, for each
    fraction.

    Both texts have had their unknown words replaced already, so that all the perplexities share one vocabulary.

    >>> learning_curve([["a"]] * 4, [["a"]], [0.5, 1.0], fit=lambda part: lambda word, history: 1 / len(part))
    [2.0, 4.0]
    """
    from ngram import corpus_perplexity

    # BEGIN SOLUTION
    return [corpus_perplexity(fit(train[: round(fraction * len(train))]), test) for fraction in fractions]
    # END SOLUTION

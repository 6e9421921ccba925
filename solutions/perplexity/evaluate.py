"""What a fair comparison needs: data kept apart, an interval for a difference, Zipf's law.

A sentence is a list of words, a corpus a list of sentences.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

Sentence = Sequence[str]
Corpus = Sequence[Sentence]


# Problem 6


def split_corpus(
    sentences: Corpus, dev: float, test: float, rng: np.random.Generator
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
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

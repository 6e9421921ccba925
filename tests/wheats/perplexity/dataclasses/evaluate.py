from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np

Sentence = Sequence[str]
Corpus = Sequence[Sentence]


def split_corpus(
    sentences: Corpus, dev: float, test: float, rng: np.random.Generator
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    n = len(sentences)
    n_test = round(test * n)
    cuts = max(0, n - n_test - round(dev * n)), n - n_test
    parts = np.split(rng.permutation(n), cuts)
    return tuple([sentences[i] for i in part] for part in parts)


def bootstrap_interval(
    nll_a: Sequence[float],
    nll_b: Sequence[float],
    lengths: Sequence[int],
    rng: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    diff, n = np.subtract(nll_a, nll_b), np.asarray(lengths)
    draws = rng.integers(len(n), size=(resamples, len(n)))
    stats = diff[draws].sum(1) / n[draws].sum(1)
    return tuple(np.quantile(stats, [(1 - level) / 2, (1 + level) / 2]).tolist())


def rank_frequencies(sentences: Corpus) -> list[int]:
    return [c for _, c in Counter(chain.from_iterable(sentences)).most_common()]


def zipf_slope(frequencies: Sequence[int]) -> float:
    f = np.asarray(frequencies, float)
    return float(np.polyfit(np.log(np.arange(1, len(f) + 1)), np.log(f), 1)[0])

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ngram import Corpus, Model, corpus_perplexity, replace_unknown, vocabulary


def perplexity_table(
    fits: Mapping[str, Callable[[Corpus, Corpus, set[str]], Model]],
    train: Corpus,
    dev: Corpus,
    test: Corpus,
    cutoff: int = 2,
) -> dict[str, float]:
    vocab = vocabulary(train, cutoff)
    train, dev, test = (replace_unknown(part, vocab) for part in (train, dev, test))
    return {name: corpus_perplexity(fit(train, dev, vocab), test) for name, fit in fits.items()}


def learning_curve(
    train: Corpus, test: Corpus, fractions: Sequence[float], fit: Callable[[Corpus], Model]
) -> list[float]:
    return [corpus_perplexity(fit(train[: round(f * len(train))]), test) for f in fractions]

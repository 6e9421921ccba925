"""The experiment: a table of perplexities on text that no model has seen, and a learning curve.

Sentences, corpora and models are those of `ngram.py`.
"""

from collections.abc import Callable, Mapping, Sequence

from ngram import Corpus, Model, corpus_perplexity, replace_unknown, vocabulary

# Problem 6


def perplexity_table(
    fits: Mapping[str, Callable[[Corpus, Corpus, set[str]], Model]],
    train: Corpus,
    dev: Corpus,
    test: Corpus,
    cutoff: int = 2,
) -> dict[str, float]:
    """The perplexity of several models on the test text, by name.

    `fits[name](train, dev, vocab)` builds a model; it may count on train and tune on dev. The vocabulary comes
    from the training text alone (`vocabulary` with this cutoff); all three texts have
    their unknown words replaced before anything else sees them; the test text is for the perplexity only.
    """
    raise NotImplementedError("perplexity_table")


def learning_curve(
    train: Corpus, test: Corpus, fractions: Sequence[float], fit: Callable[[Corpus], Model]
) -> list[float]:
    """The perplexity on `test` of `fit(part)` for the first round(fraction * N) training sentences, for each
    fraction.

    Both texts have had their unknown words replaced already, so that all the perplexities share one vocabulary.

    >>> learning_curve([["a"]] * 4, [["a"]], [0.5, 1.0], fit=lambda part: lambda word, history: 1 / len(part))
    [2.0, 4.0]
    """
    raise NotImplementedError("learning_curve")

"""Perplexity per sentence, then the mean over the sentences.

chaff: mean-of-sentence-perplexities
"""
from functools import reduce


def _product(xs):
    return reduce(lambda a, b: a * b, xs, 1.0)


def token_log_probabilities(model, sentence):
    import math

    ps = [model(w, list(sentence)[:i]) for i, w in enumerate([*sentence, "</s>"])]
    return [math.log(p) if p else -math.inf for p in ps]


def corpus_perplexity(model, sentences):
    if not sentences:
        raise ValueError
    each = []
    for s in sentences:
        words = [*s, "</s>"]
        p = _product(model(w, words[:i]) for i, w in enumerate(words))
        each.append((1 / p) ** (1 / len(words)) if p else float("inf"))
    return sum(each) / len(each)

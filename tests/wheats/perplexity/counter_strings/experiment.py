from ngram import *
from ngram import corpus_perplexity as ppl


def perplexity_table(fits, train, dev, test, cutoff=2):
    V = vocabulary(train, cutoff)
    train, dev, test = [replace_unknown(x, V) for x in (train, dev, test)]
    return dict(zip(fits, [ppl(f(train, dev, V), test) for f in fits.values()]))


def learning_curve(train, test, fractions, fit):
    return [ppl(fit(train[: int(round(x * len(train)))]), test) for x in fractions]

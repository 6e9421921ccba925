import numpy as np

import ngram as ng


def perplexity_table(fits, train, dev, test, cutoff=2):
    v = ng.vocabulary(train, cutoff)
    tr, de, te = (ng.replace_unknown(part, v) for part in (train, dev, test))
    return {k: float(ng.corpus_perplexity(fits[k](tr, de, v), te)) for k in sorted(fits)}


def learning_curve(train, test, fractions, fit):
    out = np.zeros(len(fractions))
    for i, x in enumerate(fractions):
        out[i] = ng.corpus_perplexity(fit(train[: round(x * len(train))]), test)
    return out

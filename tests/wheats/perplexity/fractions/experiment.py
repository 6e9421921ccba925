from ngram import corpus_perplexity, replace_unknown, vocabulary


def perplexity_table(fits, train, dev, test, cutoff=2):
    known = vocabulary(train, cutoff)
    a, b = replace_unknown(train, known), replace_unknown(dev, known)
    models = {name: fit(a, b, known) for name, fit in fits.items()}
    unseen = replace_unknown(test, known)
    return {name: corpus_perplexity(model, unseen) for name, model in models.items()}


def learning_curve(train, test, fractions, fit):
    sizes = [round(f * len(train)) for f in fractions]
    return tuple(corpus_perplexity(fit(train[:k]), test) for k in sizes)

import ngram


def perplexity_table(fits, train, dev, test, cutoff=2):
    vocab = ngram.vocabulary(train, cutoff)
    train = ngram.replace_unknown(train, vocab)
    dev = ngram.replace_unknown(dev, vocab)
    test = ngram.replace_unknown(test, vocab)
    table = {}
    for name in fits:
        model = fits[name](train, dev, vocab)
        table[name] = ngram.corpus_perplexity(model, test)
    return table


def learning_curve(train, test, fractions, fit):
    curve = []
    for fraction in fractions:
        part = []
        for i in range(round(fraction * len(train))):
            part.append(train[i])
        curve.append(ngram.corpus_perplexity(fit(part), test))
    return curve

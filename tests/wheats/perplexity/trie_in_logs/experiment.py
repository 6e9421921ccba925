from ngram import Model, replace_unknown, token_log_probabilities, vocabulary
import math


def _ppl(model, sentences):
    # not corpus_perplexity: its own few lines
    logs = [x for s in sentences for x in token_log_probabilities(model, s)]
    return math.exp(-sum(logs) / len(logs)) if -math.inf not in logs else math.inf


def perplexity_table(fits, train, dev, test, cutoff=2):
    vocab = vocabulary(train, cutoff)
    clean = lambda part: replace_unknown(part, vocab)
    return {name: _ppl(fits[name](clean(train), clean(dev), vocab), clean(test)) for name in fits}


def learning_curve(train, test, fractions, fit):
    return [_ppl(fit(train[0 : round(f * len(train))]), test) for f in fractions]

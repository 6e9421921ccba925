"""The mean NLL is a mean over names: a name's total, averaged over the names.

chaff: nll-per-word
"""
import numpy as np


def word_log_prob(word, P, stoi):
    total = 0.0
    for a, b in zip("." + word, word + "."):
        p = P[stoi[a], stoi[b]]
        total += np.log(p) if p > 0 else -np.inf
    return total


def mean_nll(words, P, stoi):
    if len(words) == 0:
        raise ValueError("no words")
    return -np.mean([word_log_prob(word, P, stoi) for word in words])


def perplexity(words, P, stoi):
    return float(np.exp(mean_nll(words, P, stoi)))

"""The boundary of one word is also that of the next: N['.', '.'] is counted between words, in a flat text.

chaff: pairs-across
"""
import numpy as np


def bigram_pairs(words, stoi):
    if not words:
        raise ValueError("no words")
    text = "".join("." + word + "." for word in words)
    ids = np.array([stoi[c] for c in text])
    return ids[:-1], ids[1:]


def count_bigrams(words, stoi):
    N = np.zeros((len(stoi), len(stoi)), dtype=int)
    for x, y in zip(*bigram_pairs(words, stoi)):
        N[x, y] += 1
    return N

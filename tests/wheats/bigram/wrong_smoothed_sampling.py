"""A little is added to every probability before drawing, so that impossible steps are taken now and then.

chaff: none
"""
import numpy as np


def sample_word(P, itos, rng):
    rows = np.asarray(P) + 0.01
    rows = rows / rows.sum(axis=1, keepdims=True)
    word, i = "", 0
    while True:
        i = int(rng.multinomial(1, rows[i]).argmax())
        if i == 0:
            return word
        word += itos[i]

"""The unigram model counts letters only.

chaff: unigram-letters
"""
import numpy as np


def unigram_rows(N):
    letters = N.sum(axis=0).astype(float)
    letters[0] = 0
    return np.tile(letters / letters.sum(), (len(N), 1))

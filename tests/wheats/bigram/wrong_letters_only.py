"""The unigram model counts letters only; add-k divides by the number of letters, without the boundary.

chaff: none
"""
import numpy as np


def unigram_rows(N):
    letters = N.sum(axis=0).astype(float)
    letters[0] = 0
    return np.tile(letters / letters.sum(), (len(N), 1))


def add_k_rows(N, k):
    totals = N.sum(axis=1, keepdims=True) + k * (len(N) - 1)
    return np.where(totals > 0, (N + k) / np.where(totals > 0, totals, 1), 1 / len(N))


def mle_rows(N):
    return add_k_rows(N, 0)

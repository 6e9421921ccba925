"""The denominator adds k for every letter, and none for the boundary.

chaff: none
"""
import numpy as np


def add_k_rows(N, k):
    totals = N.sum(axis=1, keepdims=True) + k * (len(N) - 1)
    return np.where(totals > 0, (N + k) / np.where(totals > 0, totals, 1), 1 / len(N))


def mle_rows(N):
    return add_k_rows(N, 0)

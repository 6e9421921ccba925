"""train returns the rows of probabilities, where logits belong: softmax of them is nearly uniform.

chaff: none
"""
import numpy as np


def train(W, xs, ys, steps=500, lr=50.0):
    N = np.zeros(np.shape(W))
    for x, y in zip(xs, ys):
        N[x, y] += 1
    return N / np.maximum(N.sum(axis=1, keepdims=True), 1)

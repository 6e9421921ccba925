"""The optimum is known: train writes it down."""
import numpy as np


def one_hot(ids, size):
    return (np.asarray(ids)[:, None] == np.arange(size)).astype(np.int8)


def softmax(logits):
    z = logits - np.max(logits, axis=-1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


def network_loss(W, xs, ys):
    P = softmax(one_hot(xs, len(W)) @ W)
    return np.mean(-np.log(np.take_along_axis(P, ys[:, None], axis=1)))


def network_gradient(W, xs, ys):
    V = len(W)
    N = np.bincount(xs * V + ys, minlength=V * V).reshape(V, V)
    return (N.sum(axis=1, keepdims=True) * softmax(W) - N) / len(xs)


def train(W, xs, ys, steps=500, lr=50.0):
    V = len(W)
    N = np.bincount(xs * V + ys, minlength=V * V).reshape(V, V)
    with np.errstate(divide="ignore"):
        logs = np.log(N)
    return np.where(N.sum(axis=1, keepdims=True) > 0, logs, W)

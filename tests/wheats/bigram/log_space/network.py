import numpy as np


def one_hot(ids, size):
    return np.equal.outer(ids, np.arange(size)) * 1


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def softmax(logits):
    return np.exp(log_softmax(logits))


def network_loss(W, xs, ys):
    return -np.sum(one_hot(ys, W.shape[1]) * log_softmax(np.einsum("nv,vw->nw", one_hot(xs, W.shape[0]), W))) / len(xs)


def network_gradient(W, xs, ys):
    delta = (softmax(W[xs]) - one_hot(ys, W.shape[1])) / len(xs)
    dW = np.zeros_like(W)
    np.add.at(dW, xs, delta)
    return dW


def train(W, xs, ys, steps=500, lr=50.0):
    """Adam with a rate of its own."""
    m, v = np.zeros_like(W), np.zeros_like(W)
    for t in range(1, steps + 1):
        g = network_gradient(W, xs, ys)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        W = W - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return W

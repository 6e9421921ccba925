"""makemore's regulariser is left in, in the loss, the gradient and so in training.

chaff: loss-regularised
"""
import numpy as np


def one_hot(ids, size):
    out = np.zeros((len(ids), size))
    out[range(len(ids)), ids] = 1
    return out


def softmax(logits):
    e = np.exp(logits - logits.max(1)[:, None])
    return e / e.sum(1)[:, None]


def network_loss(W, xs, ys):
    p = softmax(one_hot(xs, len(W)) @ W)
    return -np.log(p[range(len(ys)), ys]).mean() + 0.01 * (W**2).mean()


def network_gradient(W, xs, ys):
    x = one_hot(xs, len(W))
    return x.T @ (softmax(x @ W) - one_hot(ys, len(W))) / len(xs) + 0.02 * W / W.size


def train(W, xs, ys, steps=500, lr=50.0):
    for _ in range(steps):
        W = W - lr * network_gradient(W, xs, ys)
    return W

import numpy as np


class OneLayer:
    def __init__(self, W):
        self.W = np.array(W, dtype=np.float64)

    def forward(self, xs, ys):
        self.xs, self.ys = xs, ys
        self.P = softmax(one_hot(xs, len(self.W)) @ self.W)
        return -np.log(self.P[range(len(ys)), ys]).mean()

    def backward(self):
        d = self.P.copy()
        d[range(len(self.ys)), self.ys] -= 1.0
        return np.matmul(one_hot(self.xs, len(self.W)).T, d / len(self.xs))


def one_hot(ids, size):
    return np.identity(size)[np.asarray(ids, dtype=int)]


def softmax(logits):
    e = np.exp(logits - np.amax(logits))  # the largest of all entries
    if (e.sum(axis=1) == 0).any():
        e = np.exp(logits - np.amax(logits, axis=1)[:, None])
    return e / np.sum(e, axis=1)[:, None]


def network_loss(W, xs, ys):
    return OneLayer(W).forward(xs, ys)


def network_gradient(W, xs, ys):
    layer = OneLayer(W)
    layer.forward(xs, ys)
    return layer.backward()


def train(W, xs, ys, steps=500, lr=50.0):
    layer = OneLayer(W)
    best, kept = np.inf, layer.W.copy()
    for _ in range(steps):
        loss = layer.forward(xs, ys)
        if loss < best:
            best, kept = loss, layer.W.copy()
        layer.W -= lr * layer.backward()
    if layer.forward(xs, ys) < best:
        kept = layer.W
    return kept

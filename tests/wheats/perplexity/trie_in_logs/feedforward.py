"""A network as an object; the public functions are thin."""
from dataclasses import dataclass

import numpy as np


def init_feedforward(vocabulary_size, n, m, h, rng, direct=True):
    def small(*shape):
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {"C": small(v, m), "H": small(h, x), "d": np.zeros(h), "U": small(v, h), "b": np.zeros(v),
            "W": small(v, x) if direct else None}


def feedforward_parameter_count(vocabulary_size, n, m, h, direct=True):
    words, width = vocabulary_size, (n - 1) * m
    return words * (m + h + 1) + h * (width + 1) + (words * width if direct else 0)


def context_windows(sentences, n, boundary):
    rows = [
        ([*reversed([*[boundary] * (n - 1), *s[:t]])][: n - 1], s[t] if t < len(s) else boundary)
        for s in map(list, sentences)
        for t in range(len(s) + 1)
    ]
    X, y = zip(*rows)
    return np.array(X), np.array(y)


@dataclass
class Net:
    C: np.ndarray
    H: np.ndarray
    d: np.ndarray
    U: np.ndarray
    b: np.ndarray
    W: object = None

    @property
    def direct(self):
        return np.zeros((len(self.C), self.H.shape[1])) if self.W is None else self.W

    def forward(self, contexts):
        self.contexts = np.asarray(contexts)
        self.x = np.hstack([self.C[column] for column in self.contexts.T])
        self.a = np.tanh(self.x @ self.H.T + self.d)
        y = self.x @ self.direct.T + self.a @ self.U.T + self.b
        self.log_p = y - np.logaddexp.reduce(y, axis=1, keepdims=True)
        return self

    def loss(self, targets):
        return -np.take_along_axis(self.log_p, np.asarray(targets)[:, None], 1).mean()

    def backward(self, targets):
        dy = np.exp(self.log_p)
        dy[np.arange(len(dy)), targets] -= 1
        dy /= len(dy)
        da = (dy @ self.U) / np.cosh(np.arctanh(np.clip(self.a, -1 + 1e-15, 1 - 1e-15))) ** 2
        dx = da @ self.H + dy @ self.direct
        dC = np.zeros_like(self.C)
        m = self.C.shape[1]
        for j, column in enumerate(self.contexts.T):
            for row, word in enumerate(column):
                dC[word] += dx[row, j * m : (j + 1) * m]
        g = dict(C=dC, H=da.T @ self.x, d=da.sum(0), U=dy.T @ self.a, b=dy.sum(0), W=None)
        if self.W is not None:
            g["W"] = dy.T @ self.x
        return g


def feedforward_probabilities(parameters, contexts):
    return np.exp(Net(**parameters).forward(contexts).log_p)


def feedforward_loss(parameters, contexts, targets):
    return Net(**parameters).forward(contexts).loss(targets)


def feedforward_gradients(parameters, contexts, targets):
    return Net(**parameters).forward(contexts).backward(targets)


def train_feedforward(parameters, contexts, targets, epochs, learning_rate, batch_size, rng):
    net = Net(**parameters)
    for _ in range(epochs):
        order = rng.permutation(len(targets))
        for i in range(0, len(order), batch_size):
            rows = order[i : i + batch_size]
            for k, g in net.forward(contexts[rows]).backward(targets[rows]).items():
                if g is not None:
                    setattr(net, k, getattr(net, k) - learning_rate * g)
    return {k: getattr(net, k) for k in ("C", "H", "d", "U", "b", "W")}

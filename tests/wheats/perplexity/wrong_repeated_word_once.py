"""Gradients of the word vectors are written with fancy indexing: a word that stands in two places keeps only one.

chaff: embedding-assigned
"""
import numpy as np


class Layer:
    def __init__(self, p, contexts):
        self.p, self.c = p, np.asarray(contexts)
        self.x = p["C"][self.c].reshape(len(self.c), -1)
        self.h = np.tanh(self.x @ p["H"].T + p["d"])
        y = self.h @ p["U"].T + p["b"]
        if p["W"] is not None:
            y = y + self.x @ p["W"].T
        e = np.exp(y - y.max(1, keepdims=True))
        self.y = e / e.sum(1, keepdims=True)


def feedforward_probabilities(parameters, contexts):
    return Layer(parameters, contexts).y


def feedforward_loss(parameters, contexts, targets):
    y = Layer(parameters, contexts).y
    return float(np.mean([-np.log(row[t]) for row, t in zip(y, targets)]))


def feedforward_gradients(parameters, contexts, targets):
    f, p = Layer(parameters, contexts), parameters
    e = (f.y - np.eye(f.y.shape[1])[targets]) / len(targets)
    z = e @ p["U"] * (1 - f.h**2)
    dx = z @ p["H"] + (0 if p["W"] is None else e @ p["W"])
    C = np.zeros_like(p["C"])
    m = C.shape[1]
    for j in range(f.c.shape[1]):
        C[f.c[:, j]] += dx[:, j * m : (j + 1) * m]
    return {"C": C, "H": z.T @ f.x, "d": z.sum(0), "U": e.T @ f.h, "b": e.sum(0),
            "W": None if p["W"] is None else e.T @ f.x}

import numpy as np
from utils.utils import normalizeRows


def cross_entropy(y, y_hat):
    H = 0
    for p, q in zip(y, y_hat):
        if p > 0:
            H += p * np.log(1 / q)
    return H


def center_gradient(y, y_hat, U):
    expected = (y_hat[:, None] * U).sum(0)
    observed = (y[:, None] * U).sum(0)
    return (expected - observed).reshape(1, -1)


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return np.linalg.norm(center_gradient(y, y_hat, U), np.inf) <= tolerance


def outside_gradient(y, y_hat, v_c):
    G = np.zeros((len(y), len(v_c)))
    for w in range(len(y)):
        G[w] = (y_hat[w] - y[w]) * v_c
    return G


def sigmoid_derivative(s):
    x = np.log(s / (1 - s))
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def s(x):
    return 1 / (1 + np.exp(-x))


def negative_sampling_gradients(v_c, u_o, negatives):
    signs = -np.ones(len(negatives) + 1)
    signs[0] = 1
    M = np.vstack((u_o, negatives)) * signs[:, None]
    e = s(M.dot(v_c)) - 1
    full = (e * signs)[:, None] * v_c
    return e.dot(M), full[0], full[1:]


def repeated_negative_gradient(v_c, u_s, m):
    return negative_sampling_gradients(v_c, 0 * v_c, np.tile(u_s, (m, 1)))[2].sum(axis=0)


def score_multiplications(d, V, K):
    naive = V * d
    negative = (1 + K) * d
    return (naive, negative)


def center_gradients(c, pair_gradients, V):
    d = len(pair_gradients[0])
    return np.vstack([np.zeros((c, d)), pair_gradients.sum(0), np.zeros((V - c - 1, d))])


def lost_by_normalising(x, y, tolerance=1e-9):
    n = normalizeRows(np.array([x, y]))
    if np.all(abs(n[0] - n[1]) <= tolerance):
        i = abs(y).argmax()
        return x[i] / y[i]
    return None

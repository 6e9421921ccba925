# -*- coding: utf-8 -*-
import numpy as np
from warmup import one_hot


def cross_entropy(y, y_hat):
    # one-hot 时只剩一项；一般情形逐项相加
    和 = 0.0
    for i in range(len(y)):
        和 += 0.0 if y[i] == 0 else -float(y[i]) * float(np.log(y_hat[i]))
    return 和


def center_gradient(y, y_hat, U):
    return np.matmul(np.transpose(U), np.subtract(y_hat, y))


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    差 = np.matmul(np.transpose(U), y_hat) - np.matmul(np.transpose(U), y)
    return bool(np.all(差 < tolerance) and np.all(差 > -tolerance))


def outside_gradient(y, y_hat, v_c):
    return np.kron((y_hat - y)[:, None], v_c[None, :])


def sigmoid_derivative(s):
    return s * (1.0 - s)


def negative_sampling_gradients(v_c, u_o, negatives):
    f = lambda z: np.exp(z) / (np.exp(z) + 1)
    a = f(u_o.dot(v_c)) - 1
    b = f(negatives.dot(v_c)).reshape(-1, 1)
    return a * u_o + np.sum(b * negatives, axis=0), a * v_c, b * v_c.reshape(1, -1)


def repeated_negative_gradient(v_c, u_s, m):
    单次 = negative_sampling_gradients(v_c, u_s, u_s.reshape(1, -1))[2]
    return m * 单次


def score_multiplications(d, V, K):
    return int(d * V), int(d * (1 + K))


def center_gradients(c, pair_gradients, V):
    结果 = np.zeros((V, len(pair_gradients[0])))
    for g in pair_gradients:
        结果 += one_hot(c, list(range(V)))[:, None] * g[None, :]
    return 结果


def lost_by_normalising(x, y, tolerance=1e-9):
    if np.abs(x / np.linalg.norm(x) - y / np.linalg.norm(y)).max() <= tolerance:
        return np.linalg.norm(x) / np.linalg.norm(y)
    return None

import numpy as np


def cross_entropy(y, y_hat):
    return -np.log(np.prod(np.power(np.asarray(y_hat, float), y)))


def center_gradient(y, y_hat, U):
    return np.einsum("w,wd->d", y_hat - y, U)


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return not np.any(np.abs(np.einsum("w,wd->d", y_hat - y, U)) > tolerance)


def outside_gradient(y, y_hat, v_c):
    return np.einsum("w,d->wd", y_hat - y, v_c)


def sigmoid_derivative(s):
    return 0.25 - (s - 0.5) ** 2


def _sigma(x):
    return 0.5 + 0.5 * np.tanh(x / 2)


def negative_sampling_gradients(v_c, u_o, negatives):
    away = _sigma(np.einsum("kd,d->k", negatives, v_c))
    towards = _sigma(-np.einsum("d,d->", u_o, v_c))
    return np.einsum("k,kd->d", away, negatives) - towards * u_o, -towards * v_c, np.einsum("k,d->kd", away, v_c)


def repeated_negative_gradient(v_c, u_s, m):
    return sum(_sigma(np.einsum("d,d->", u_s, v_c)) * v_c for _ in range(m))


def score_multiplications(d, V, K):
    return {"naive": d * V, "negative": d * (K + 1)}["naive"], d * (K + 1)


def center_gradients(c, pair_gradients, V):
    return np.einsum("w,nd->wd", np.eye(V)[c], pair_gradients)


def lost_by_normalising(x, y, tolerance=1e-9):
    units = [z / np.linalg.norm(z) for z in (x, y)]
    if np.abs(units[0] - units[1]).max() > tolerance:
        return None
    return np.linalg.norm(x) / np.linalg.norm(y)

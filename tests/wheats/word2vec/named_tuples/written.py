"""The written part; vectors come back as rows or columns, and numbers as NumPy's."""

import numpy as np
from toolbox import Answer, logistic


# Problem 7
def cross_entropy(y, y_hat):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(np.asarray(y) == 0, 0.0, y * np.log(y_hat))
    return np.array([-terms.sum()])


def center_gradient(y, y_hat, U):
    expected, observed = y_hat @ U, y @ U
    return (expected - observed)[None, :]


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return np.all(np.abs(center_gradient(y, y_hat, U)) <= tolerance)


def outside_gradient(y, y_hat, v_c):
    return np.kron(np.subtract(y_hat, y)[:, None], v_c)


def sigmoid_derivative(s):
    return 0.25 - (np.asarray(s) - 0.5) ** 2


def negative_sampling_gradients(v_c, u_o, negatives):
    U = np.vstack([u_o, negatives])
    label = np.r_[1, np.zeros(len(negatives))]
    error = (logistic(U @ v_c) - label)[:, None]
    by_rows = error * v_c
    return Answer(U.T @ error, by_rows[:1].T, by_rows[1:])


def repeated_negative_gradient(v_c, u_s, m):
    return (m * logistic(np.vdot(u_s, v_c)) * v_c)[:, None]


def score_multiplications(d, V, K):
    return tuple(d * words for words in (V, 1 + K))


def center_gradients(c, pair_gradients, V):
    out = np.zeros((V, np.shape(pair_gradients)[1]))
    np.add.at(out, np.full(len(pair_gradients), c), pair_gradients)
    return out


def lost_by_normalising(x, y, tolerance=1e-9):
    alpha = np.sqrt(np.vdot(x, x) / np.vdot(y, y))
    unit = np.divide(x, np.linalg.norm(x)) - np.divide(y, np.linalg.norm(y))
    return None if np.any(np.abs(unit) > tolerance) else alpha

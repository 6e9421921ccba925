import numpy as np

F = np.float32


def cross_entropy(y, y_hat):
    y, y_hat = np.asarray(y, F), np.asarray(y_hat, F)
    return -np.where(y == 0, 0, y * np.log(np.where(y == 0, 1, y_hat))).sum(dtype=F)


def center_gradient(y, y_hat, U):
    return (np.asarray(y_hat, F) - np.asarray(y, F)) @ U.astype(F)


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return bool((np.abs(y_hat @ U - y @ U) <= tolerance).all())  # single precision is too coarse here


def outside_gradient(y, y_hat, v_c):
    return np.multiply.outer((y_hat - y).astype(F), v_c.astype(F))


def sigmoid_derivative(s):
    return np.asarray(s, F) * (1 - np.asarray(s, F))


def negative_sampling_gradients(v_c, u_o, negatives):
    rows = np.vstack([u_o, negatives]).astype(F)
    labels = np.zeros(len(rows), F)
    labels[0] = 1
    delta = 1 / (1 + np.exp(-rows @ v_c.astype(F))) - labels
    outer = delta[:, None] * v_c.astype(F)
    return delta @ rows, outer[0], outer[1:]


def repeated_negative_gradient(v_c, u_s, m):
    return np.repeat((v_c / (1 + np.exp(-u_s @ v_c)))[None, :], m, axis=0).sum(axis=0).astype(F)


def score_multiplications(d, V, K):
    return np.array([d * V, d * (1 + K)])


def center_gradients(c, pair_gradients, V):
    out = np.zeros((V, pair_gradients.shape[1]), F)
    np.add.at(out, np.full(len(pair_gradients), c), pair_gradients.astype(F))
    return out


def lost_by_normalising(x, y, tolerance=1e-9):
    alpha = np.sqrt((x @ x) / (y @ y))
    return alpha if np.abs(x - alpha * y).max() <= tolerance * np.sqrt(x @ x) else None

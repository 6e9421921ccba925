import numpy as np

from word2vec import sigmoid


def cross_entropy(y, y_hat):
    o = np.nonzero(y)[0]
    return -np.sum(y[o] * np.log(y_hat[o]))


def center_gradient(y, y_hat, U):
    return U.T @ (y_hat - y)[:, np.newaxis]             # (d, 1)


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return np.all(np.abs(center_gradient(y, y_hat, U)) <= tolerance)


def outside_gradient(y, y_hat, v_c):
    return (y_hat - y)[:, np.newaxis] @ v_c[np.newaxis, :]


def sigmoid_derivative(s):
    return np.multiply(s, 1 - s)


def negative_sampling_gradients(v_c, u_o, negatives):
    v = v_c[:, np.newaxis]
    so = sigmoid(-(u_o @ v))
    sk = sigmoid(negatives @ v)                         # (K, 1)
    return -so * u_o + (sk.T @ negatives)[0], (-so * v).T, sk @ v.T


def repeated_negative_gradient(v_c, u_s, m):
    return m * sigmoid(u_s @ v_c) * v_c[:, np.newaxis]


def score_multiplications(d, V, K):
    return [V * d, (1 + K) * d]


def center_gradients(c, pair_gradients, V):
    one_hot = np.eye(V)[[c]]                            # (1, V)
    return one_hot.T @ pair_gradients.sum(axis=0, keepdims=True)


def lost_by_normalising(x, y, tolerance=1e-9):
    nx, ny = np.sqrt(np.sum(x ** 2)), np.sqrt(np.sum(y ** 2))
    if np.max(np.abs(x / nx - y / ny)) < tolerance:
        return nx / ny

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def cross_entropy(y, y_hat):
    total = 0.0
    for w in range(len(y)):
        if y[w] != 0:
            total -= y[w] * np.log(y_hat[w])
    return total


def center_gradient(y, y_hat, U):
    return U.T.dot(y_hat - y)


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return np.allclose(U.T.dot(y_hat), U.T.dot(y), rtol=0, atol=tolerance)


def outside_gradient(y, y_hat, v_c):
    return (y_hat - y).reshape(-1, 1).dot(v_c.reshape(1, -1))


def sigmoid_derivative(s):
    return s - s ** 2


def negative_sampling_gradients(v_c, u_o, negatives):
    dv = -(1 - sigmoid(u_o.dot(v_c))) * u_o
    du_o = -(1 - sigmoid(u_o.dot(v_c))) * v_c
    dn = np.zeros(negatives.shape)
    for k, u_k in enumerate(negatives):
        dv += (1 - sigmoid(-u_k.dot(v_c))) * u_k
        dn[k] = (1 - sigmoid(-u_k.dot(v_c))) * v_c
    return dv, du_o, dn


def repeated_negative_gradient(v_c, u_s, m):
    g = np.zeros_like(v_c)
    for _ in range(m):
        g += (1 - sigmoid(-u_s.dot(v_c))) * v_c
    return g


def score_multiplications(d, V, K):
    return V * d, d + K * d


def center_gradients(c, pair_gradients, V):
    G = np.zeros((V, pair_gradients.shape[1]))
    for g in pair_gradients:
        G[c] += g
    return G


def lost_by_normalising(x, y, tolerance=1e-9):
    alpha = np.linalg.norm(x) / np.linalg.norm(y)
    if np.allclose(x, alpha * y, rtol=0, atol=tolerance):
        return alpha
    return None

from math import exp, hypot, log


def sigma(x):
    return 1 / (1 + exp(-x))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def cross_entropy(y, y_hat):
    return sum(-p * log(q) for p, q in zip(y, y_hat) if p)


def center_gradient(y, y_hat, U):
    return [sum((y_hat[w] - y[w]) * U[w][i] for w in range(len(y))) for i in range(len(U[0]))]


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return all(-tolerance <= g <= tolerance for g in center_gradient(y, y_hat, U))


def outside_gradient(y, y_hat, v_c):
    return [[(q - p) * v for v in v_c] for p, q in zip(y, y_hat)]


def sigmoid_derivative(s):
    if hasattr(s, "__len__"):
        return [sigmoid_derivative(part) for part in s]
    return s * (1 - s)


def negative_sampling_gradients(v_c, u_o, negatives):
    e = sigma(dot(u_o, v_c)) - 1
    center = [e * u for u in u_o]
    for u_k in negatives:
        center = [c + sigma(dot(u_k, v_c)) * u for c, u in zip(center, u_k)]
    return center, [e * v for v in v_c], [[sigma(dot(u_k, v_c)) * v for v in v_c] for u_k in negatives]


def repeated_negative_gradient(v_c, u_s, m):
    return [m * sigma(dot(u_s, v_c)) * v for v in v_c]


def score_multiplications(d, V, K):
    return d * V, d * K + d


def center_gradients(c, pair_gradients, V):
    zero = [0] * len(pair_gradients[0])
    return [[sum(column) for column in zip(*pair_gradients)] if w == c else zero for w in range(V)]


def lost_by_normalising(x, y, tolerance=1e-9):
    nx, ny = hypot(*x), hypot(*y)
    return nx / ny if all(abs(a / nx - b / ny) <= tolerance for a, b in zip(x, y)) else None

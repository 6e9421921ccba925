import numpy as np


def layernorm_backward(x, weight, grad, eps=1e-5):
    n = x.shape[-1]
    mu = x.mean(-1, keepdims=True)
    var = x.var(-1, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    dxhat = grad * weight
    dvar = np.sum(dxhat * (x - mu) * -0.5 * (var + eps) ** -1.5, -1, keepdims=True)
    dmu = np.sum(-dxhat / std, -1, keepdims=True)
    dx = dxhat / std + dvar * 2 * (x - mu) / n + dmu / n
    return dx, (grad * xhat).reshape(-1, n).sum(0), grad.reshape(-1, n).sum(0)


def gelu_backward(x, grad):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3))
    du = np.sqrt(2 / np.pi) * (1 + 0.134145 * np.square(x))
    sech2 = 1 / np.cosh(u) ** 2
    return (0.5 * (1 + np.tanh(u)) + 0.5 * x * sech2 * du) * grad

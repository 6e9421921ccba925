"""The softmax is differentiated as if each weight depended on its own score alone.

chaff: backward-diagonal
"""
import numpy as np


def attention_backward(q, k, v, grad, mask=None):
    kT, vT = np.moveaxis(k, -1, -2), np.moveaxis(v, -1, -2)
    root = q.shape[-1] ** 0.5
    s = q @ kT / root
    if mask is not None:
        s = np.where(mask, s, -1e300)
    p = np.exp(s - s.max(-1, keepdims=True))
    if mask is not None:
        p = p * mask
    z = p.sum(-1, keepdims=True)
    p = p / np.where(z > 0, z, 1)
    ds = p * (1 - p) * (grad @ vT) / root
    return ds @ k, np.moveaxis(ds, -1, -2) @ q, np.moveaxis(p, -1, -2) @ grad

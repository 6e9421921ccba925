import math
import numpy as np
import torch
import torch.nn.functional as F


def softmax(x, dim):
    x = x - torch.max(x, dim=dim, keepdim=True)[0]
    return torch.exp(x) / torch.sum(torch.exp(x), dim=dim, keepdim=True)


def scaled_dot_product_attention(Q, K, V, mask=None):
    att = (Q @ K.transpose(-2, -1)) * (1.0 / math.sqrt(K.size(-1)))
    if mask is not None:
        att = att.masked_fill(mask == 0, float('-inf'))
        dead = ~mask.any(dim=-1, keepdim=True)
        att = torch.where(dead, torch.zeros_like(att), att)
        att = F.softmax(att, dim=-1)
        att = torch.where(dead, torch.zeros_like(att), att)
    else:
        att = F.softmax(att, dim=-1)
    return att @ V


def attention_backward(q, k, v, grad, mask=None):
    d = q.shape[-1]
    s = np.matmul(q, np.swapaxes(k, -1, -2)) / np.sqrt(d)
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    m = s.max(-1, keepdims=True)
    m[~np.isfinite(m)] = 0
    e = np.exp(s - m)
    z = e.sum(-1, keepdims=True)
    P = np.divide(e, z, out=np.zeros_like(e), where=z > 0)
    dV = np.matmul(np.swapaxes(P, -1, -2), grad)
    dP = np.matmul(grad, np.swapaxes(v, -1, -2))
    D = np.sum(dP * P, axis=-1, keepdims=True)
    dS = P * (dP - D)
    dQ = np.matmul(dS, k) / np.sqrt(d)
    dK = np.matmul(np.swapaxes(dS, -1, -2), q) / np.sqrt(d)
    return dQ, dK, dV

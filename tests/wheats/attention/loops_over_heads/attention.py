# 用最朴素的循环实现，一次处理一个查询
import math
import numpy as np
import torch


def softmax(x, dim=-1):
    largest = x.max(dim=dim, keepdim=True).values
    e = (x - largest).exp()
    return e / e.sum(dim=dim, keepdim=True)


def scaled_dot_product_attention(q, k, v, mask=None):
    Tq, Tk = q.shape[-2], k.shape[-2]
    if mask is None:
        mask = torch.ones(Tq, Tk, dtype=torch.bool)
    lead = q.shape[:-2]
    mask = mask.expand(*lead, Tq, Tk)
    rows = []
    for t in range(Tq):
        s = (k * q[..., t:t + 1, :]).sum(-1) / math.sqrt(q.shape[-1])   # (..., Tk)
        ok = mask[..., t, :]
        s = torch.where(ok, s, torch.full_like(s, -1e9))
        w = softmax(s, -1) * ok.any(-1, keepdim=True)
        rows.append((w.unsqueeze(-1) * v).sum(-2))
    return torch.stack(rows, dim=-2)


def attention_backward(q, k, v, grad, mask=None):
    lead = q.shape[:-2]
    Tq, d = q.shape[-2:]
    Tk = k.shape[-2]
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    mask = np.broadcast_to(np.ones((Tq, Tk), bool) if mask is None else mask, lead + (Tq, Tk))
    for index in np.ndindex(*lead):
        for t in range(Tq):
            keys = [j for j in range(Tk) if mask[index][t, j]]
            if not keys:
                continue
            scores = [float(q[index][t] @ k[index][j]) / math.sqrt(d) for j in keys]
            top = max(scores)
            e = [math.exp(s - top) for s in scores]
            p = [x / sum(e) for x in e]
            dp = [float(grad[index][t] @ v[index][j]) for j in keys]
            mean = sum(a * b for a, b in zip(p, dp))
            for a, b, j in zip(p, dp, keys):
                ds = a * (b - mean) / math.sqrt(d)
                dq[index][t] += ds * k[index][j]
                dk[index][j] += ds * q[index][t]
                dv[index][j] += a * grad[index][t]
    return dq, dk, dv

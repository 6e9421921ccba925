import numpy as np
import torch
from torch import Tensor, einsum


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    return (x - torch.logsumexp(x, dim=dim, keepdim=True)).exp()


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = einsum("...qd,...kd->...qk", q / q.shape[-1] ** 0.5, k)
    if mask is None:
        return einsum("...qk,...kv->...qv", softmax(scores), v)
    mask = mask.expand(scores.shape)
    # additive mask
    bias = torch.zeros_like(scores).masked_fill(mask.logical_not(), torch.finfo(scores.dtype).min / 2)
    weights = softmax(scores + bias) * mask
    return einsum("...qk,...kv->...qv", weights, v)


def attention_backward(q, k, v, grad, mask=None):
    n = q.shape[-1] ** -0.5
    w = np.exp(np.einsum("...qd,...kd->...qk", q, k) * n)
    if mask is not None:
        w = w * mask
    total = w.sum(-1, keepdims=True)
    w = w / np.where(total == 0, 1, total)
    gw = np.einsum("...qv,...kv->...qk", grad, v)
    jac = np.einsum("...qk,kl->...qkl", w, np.eye(w.shape[-1])) - np.einsum("...qk,...ql->...qkl", w, w)
    gs = np.einsum("...qkl,...ql->...qk", jac, gw) * n
    return (
        np.einsum("...qk,...kd->...qd", gs, k),
        np.einsum("...qk,...qd->...kd", gs, q),
        np.einsum("...qk,...qv->...kv", w, grad),
    )

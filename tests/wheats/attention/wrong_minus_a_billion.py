"""Hidden scores become −10⁹: who may attend to nothing gets the mean of the values.

chaff: nothing-to-attend-nan
"""
import torch


def softmax(x, dim=-1):
    x = torch.exp(x - torch.max(x, dim, keepdim=True)[0])
    return x / torch.sum(x, dim, keepdim=True)


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-1e9, dtype=scores.dtype))
    return softmax(scores, -1) @ v

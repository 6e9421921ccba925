"""The mask is read as nn.MultiheadAttention reads it: True hides.

chaff: mask-polarity
"""
import math
import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.matmul(q, k.mT) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask, -1e38)
    e = torch.exp(scores - scores.max(-1, keepdim=True)[0])
    w = e / e.sum(-1, keepdim=True)
    if mask is not None:
        w = w * (1 - mask.to(w.dtype))
    return torch.matmul(w, v)

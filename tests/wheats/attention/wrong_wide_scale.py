"""The scores are divided by the root of the keys' number in place of their size.

chaff: none
"""
import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = torch.einsum("...id,...jd->...ij", q, k) * k.shape[-2] ** -0.5
    if mask is not None:
        s = s + torch.zeros_like(s).masked_fill(~mask, -1e30)
    p = torch.softmax(s, dim=-1)
    if mask is not None:
        p = p * mask
    return torch.einsum("...ij,...jd->...id", p, v)

"""The numbers of a token are dealt out to the heads in turn, and not cut into blocks.

chaff: none
"""
import torch
from torch import nn


class GPTConfig:
    def __init__(self, **sizes):
        self.__dict__.update(sizes)


class CausalSelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.n_head = config.n_head
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (p.view(B, T, C // self.n_head, self.n_head).permute(0, 3, 1, 2) for p in self.c_attn(x).chunk(3, -1))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.permute(0, 2, 3, 1).reshape(B, T, C))

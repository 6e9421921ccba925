"""Each position may also attend to the one after it, by a loop over positions.

chaff: mask-leaks-one
"""
import torch
import torch.nn as nn
from dataclasses import dataclass


@dataclass
class GPTConfig:
    block_size: int = 8
    n_head: int = 2
    n_embd: int = 8
    dropout: float = 0.0
    bias: bool = True


class CausalSelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x):
        H, (B, T, C) = self.config.n_head, x.shape
        q, k, v = self.c_attn(x).view(B, T, 3, H, C // H).permute(2, 0, 3, 1, 4)
        outs = []
        for t in range(T):
            end = t + 2
            w = (q[:, :, t:t + 1] @ k[:, :, :end].transpose(2, 3) / (C // H) ** 0.5).softmax(-1)
            outs.append((w @ v[:, :, :end]).reshape(B, 1, C))
        return self.c_proj(torch.cat(outs, 1))

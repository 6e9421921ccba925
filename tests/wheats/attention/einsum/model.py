from typing import NamedTuple
import math

import torch
from torch import nn, einsum


class GPTConfig(NamedTuple):
    block_size: int = 1024
    vocab_size: int = 50257
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    dropout: float = 0.0
    bias: bool = True


class CausalSelfAttention(nn.Module):
    """Fused weights as bare einsum operands; additive mask; torch.finfo min."""

    def __init__(self, config):
        super().__init__()
        self.H = config.n_head
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.attn_dropout = nn.Dropout(config.dropout)
        self.resid_dropout = nn.Dropout(config.dropout)
        mask = torch.full((config.block_size, config.block_size), torch.finfo(torch.float32).min).triu(1)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x):
        B, T, C = x.shape
        W = self.c_attn.weight.view(3, self.H, C // self.H, C)
        qkv = einsum("btc,nhdc->nbhtd", x, W)
        if self.c_attn.bias is not None:
            qkv = qkv + self.c_attn.bias.view(3, 1, self.H, 1, C // self.H)
        att = einsum("bhtd,bhsd->bhts", qkv[0], qkv[1]).div(math.sqrt(C // self.H)).add(self.mask[:T, :T])
        att = self.attn_dropout(att.softmax(dim=-1))
        y = einsum("bhts,bhsd->bthd", att, qkv[2]).flatten(2)
        return self.resid_dropout(self.c_proj(y))


class LayerNorm(nn.LayerNorm):
    def __init__(self, ndim, bias):
        super().__init__(ndim, eps=1e-5, bias=bias)


class NewGELU(nn.Module):
    def forward(self, x):
        return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))


class MLP(nn.Sequential):
    def __init__(self, config):
        C = config.n_embd
        super().__init__()
        self.c_fc = nn.Linear(C, 4 * C, bias=config.bias)
        self.act = NewGELU()
        self.c_proj = nn.Linear(4 * C, C, bias=config.bias)
        self.drop = nn.Dropout(config.dropout)


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ln_1 = LayerNorm(config.n_embd, config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.n_embd, config.bias)
        self.mlp = MLP(config)

    def forward(self, x):
        x = self.attn(self.ln_1(x)) + x
        return self.mlp(self.ln_2(x)) + x


class GPT1Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        for name, part in Block(config).named_children():
            setattr(self, name, part)

    def forward(self, x):
        x = self.ln_1(self.attn(x) + x)
        return self.ln_2(self.mlp(x) + x)


class Output(NamedTuple):
    logits: torch.Tensor
    loss: torch.Tensor | None


class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        C = config.n_embd
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(config.vocab_size, C), "wpe": nn.Embedding(config.block_size, C),
            "h": nn.ModuleList([Block(config) for _ in range(config.n_layer)]), "ln_f": LayerNorm(C, config.bias)})
        self.lm_head = nn.Linear(C, config.vocab_size, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

        def init(module):
            if hasattr(module, "weight") and module.weight.dim() == 2:
                nn.init.normal_(module.weight, 0.0, 0.02)
                if getattr(module, "bias", None) is not None:
                    nn.init.zeros_(module.bias)

        self.apply(init)
        for block in self.transformer.h:
            for w in (block.attn.c_proj.weight, block.mlp.c_proj.weight):
                nn.init.normal_(w, 0.0, 0.02 / (2 * config.n_layer) ** 0.5)

    def forward(self, idx, targets=None):
        assert idx.size(1) <= self.config.block_size, "too long"
        x = self.transformer["wte"](idx) + self.transformer["wpe"].weight[: idx.size(1)]
        for block in self.transformer["h"]:
            x = block(x)
        x = self.transformer["ln_f"](x)
        logits = einsum("btc,vc->btv", x, self.lm_head.weight)
        if targets is None:
            return Output(logits[:, -1:], None)
        return Output(logits, nn.CrossEntropyLoss()(logits.transpose(1, 2), targets))

    @torch.inference_mode()
    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        for _ in range(max_new_tokens):
            logits = self(idx[:, max(0, idx.size(1) - self.config.block_size):]).logits[:, -1] / temperature
            ranked, where = logits.sort(dim=-1, descending=True)
            if top_k is not None:
                ranked[:, top_k:] = float("-inf")
            probs = ranked.softmax(-1)
            if top_p is not None:
                over = probs.cumsum(-1) - probs >= top_p
                probs = probs.masked_fill(over, 0)
            draw = torch.distributions.Categorical(probs=probs).sample()[:, None]
            idx = torch.cat([idx, where.gather(1, draw)], dim=1)
        return idx


def load_hf_state_dict(model, state):
    params = dict(model.named_parameters())
    for name in params:
        source = state[name].mT if name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight")) else state[name]
        params[name].data.copy_(source)

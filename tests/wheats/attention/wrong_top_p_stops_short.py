"""Generation whose top-p leaves out the token with which the sum is reached, in plain loops.

chaff: none
"""
import torch
from torch import nn


class GPTConfig:
    block_size = vocab_size = n_embd = n_head = n_layer = 1


class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(config.vocab_size, config.n_embd),
            "wpe": nn.Embedding(config.block_size, config.n_embd),
            "h": nn.ModuleList(),
            "ln_f": nn.LayerNorm(config.n_embd),
        })
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, idx, targets=None):
        x = self.transformer.wte(idx) + self.transformer.wpe(torch.arange(idx.shape[1]))
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x)), None

    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        for _ in range(max_new_tokens):
            logits = self(idx[:, -self.config.block_size:])[0][:, -1] / temperature
            if top_k:
                least = logits.sort(-1, descending=True)[0][:, :top_k][:, -1:]
                logits[logits < least] = -torch.inf
            p = logits.softmax(-1)
            if top_p is not None:
                order = p.argsort(-1, descending=True)
                total = p.gather(1, order).cumsum(1)
                drop = total > top_p
                drop[:, 0] = False
                p = p.masked_fill(torch.zeros_like(drop).scatter(1, order, drop), 0)
            idx = torch.cat([idx, torch.multinomial(p, 1)], 1)
        return idx

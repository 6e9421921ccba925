"""The library's own multi-head attention, which Problem 2 allows; no dropout modules; a plain class as configuration."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class GPTConfig:
    block_size = 1024
    vocab_size = 50257
    n_layer = 12
    n_head = 12
    n_embd = 768
    dropout = 0.1
    bias = True


class CausalSelfAttention(nn.Module):
    def __init__(self, config: GPTConfig):
        super().__init__()
        self.config = config
        self.c_attn = nn.Linear(config.n_embd, config.n_embd * 3, config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, config.bias)

    def forward(self, x, is_causal=True):
        T, C = x.shape[-2:]
        x = x.transpose(0, 1)
        hidden = torch.triu(torch.ones(T, T), 1).bool()
        y, _ = F.multi_head_attention_forward(
            x, x, x, C, self.config.n_head, self.c_attn.weight, self.c_attn.bias, None, None, False,
            self.config.dropout, self.c_proj.weight, self.c_proj.bias, training=self.training,
            need_weights=False, attn_mask=hidden)
        return F.dropout(y.transpose(0, 1), self.config.dropout, self.training)


class LayerNorm(nn.Module):
    def __init__(self, ndim, bias=True):
        nn.Module.__init__(self)
        self.weight = nn.Parameter(torch.full((ndim,), 1.0))
        self.bias = nn.Parameter(torch.zeros_like(self.weight)) if bias else None

    def forward(self, x):
        var, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
        y = torch.addcmul(0 if self.bias is None else self.bias, (x - mean) / (var + 1e-5).sqrt(), self.weight) \
            if self.bias is not None else (x - mean) / (var + 1e-5).sqrt() * self.weight
        return y


class GELU(nn.GELU):
    def __init__(self):
        super().__init__("tanh")


def MLP(config):
    from collections import OrderedDict
    return nn.Sequential(OrderedDict([
        ("c_fc", nn.Linear(config.n_embd, 4 * config.n_embd, config.bias)), ("gelu", GELU()),
        ("c_proj", nn.Linear(4 * config.n_embd, config.n_embd, config.bias)), ("dropout", nn.Dropout(config.dropout))]))


class Block(nn.Module):
    def __init__(self, config, post_norm=False):
        super().__init__()
        self.post_norm = post_norm
        self.ln_1 = LayerNorm(config.n_embd, config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.n_embd, config.bias)
        self.mlp = MLP(config)

    def forward(self, x):
        if self.post_norm:
            x = self.ln_1(x + self.attn(x))
            return self.ln_2(x + self.mlp(x))
        y = self.attn(self.ln_1(x))
        y += x
        return y + self.mlp(self.ln_2(y))


def GPT1Block(config):
    return Block(config, post_norm=True)


class Transformer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.wte = nn.Embedding(c.vocab_size, c.n_embd)
        self.wpe = nn.Embedding(c.block_size, c.n_embd)
        self.h = nn.ModuleList(Block(c) for _ in range(c.n_layer))
        self.ln_f = LayerNorm(c.n_embd, c.bias)


class GPT(nn.Module):
    def __init__(self, config: GPTConfig):
        super().__init__()
        self.block_size = config.block_size
        self.p = config.dropout
        self.config = config
        self.transformer = Transformer(config)
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.lm_head.weight = self.transformer.wte.weight
        for name, p in self.named_parameters():
            std = 0.02 / math.sqrt(2.0 * config.n_layer) if "c_proj" in name else 0.02
            if p.ndim == 2:
                p.data = torch.randn(p.shape) * std
            elif "bias" in name:
                p.data.zero_()

    def hidden(self, idx):
        if idx.shape[1] > self.block_size:
            raise AssertionError("context exceeded")
        x = self.transformer.wte(idx)
        x = x + self.transformer.wpe(torch.arange(idx.shape[1]).view(1, -1))
        x = F.dropout(x, self.p, self.training)
        for block in self.transformer.h:
            x = block(x)
        return self.transformer.ln_f(x)

    def forward(self, idx, targets=None):
        logits = self.lm_head(self.hidden(idx))
        loss = None
        if targets is not None:
            loss = F.nll_loss(F.log_softmax(logits, 2).reshape(-1, logits.shape[2]), targets.reshape(-1))
        return logits, loss

    @torch.no_grad()
    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        if max_new_tokens == 0:
            return idx
        context = idx[:, -self.block_size:] if idx.shape[1] > self.block_size else idx
        logits = self.lm_head(self.hidden(context))
        logits = (logits[:, -1, :] / temperature).double()
        V = logits.shape[1]
        if top_k is not None and top_k < V:
            floor = torch.kthvalue(logits, V - top_k + 1, dim=1, keepdim=True)[0]
            logits = torch.where(logits >= floor, logits, float("-inf"))
        if top_p is not None:
            probs = logits.softmax(1)
            # 比自己大的概率之和已经达到 p 的，去掉
            bigger = (probs[:, None, :] > probs[:, :, None])
            mass = (bigger * probs[:, None, :]).sum(2)
            logits = logits.masked_fill(mass >= top_p, float("-inf"))
        # Gumbel 技巧
        noise = -torch.log(-torch.log(torch.rand_like(logits)))
        new = (logits + noise).argmax(1)
        return self.generate(torch.cat([idx, new[:, None]], 1), max_new_tokens - 1, temperature, top_k, top_p)


def load_hf_state_dict(model, state):
    names = set(model.state_dict())
    linear = [n + ".weight" for n, m in model.named_modules() if isinstance(m, nn.Linear) and n != "lm_head"]
    model.load_state_dict({n: (v.T if n in linear else v) for n, v in state.items() if n in names})

"""Everything in one file, whose name is none of the modules."""
import math
import numpy as np
import torch
import torch.nn.functional as F


def softmax(x, dim):
    x = x - torch.max(x, dim=dim, keepdim=True)[0]
    return torch.exp(x) / torch.sum(torch.exp(x), dim=dim, keepdim=True)


def scaled_dot_product_attention(Q, K, V, mask=None):
    att = (Q @ K.transpose(-2, -1)) * (1.0 / math.sqrt(K.size(-1)))
    if mask is not None:
        att = att.masked_fill(mask == 0, float('-inf'))
        dead = ~mask.any(dim=-1, keepdim=True)
        att = torch.where(dead, torch.zeros_like(att), att)
        att = F.softmax(att, dim=-1)
        att = torch.where(dead, torch.zeros_like(att), att)
    else:
        att = F.softmax(att, dim=-1)
    return att @ V


def attention_backward(q, k, v, grad, mask=None):
    d = q.shape[-1]
    s = np.matmul(q, np.swapaxes(k, -1, -2)) / np.sqrt(d)
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    m = s.max(-1, keepdims=True)
    m[~np.isfinite(m)] = 0
    e = np.exp(s - m)
    z = e.sum(-1, keepdims=True)
    P = np.divide(e, z, out=np.zeros_like(e), where=z > 0)
    dV = np.matmul(np.swapaxes(P, -1, -2), grad)
    dP = np.matmul(grad, np.swapaxes(v, -1, -2))
    D = np.sum(dP * P, axis=-1, keepdims=True)
    dS = P * (dP - D)
    dQ = np.matmul(dS, k) / np.sqrt(d)
    dK = np.matmul(np.swapaxes(dS, -1, -2), q) / np.sqrt(d)
    return dQ, dK, dV


"""A GPT in one file, in the manner of nanoGPT."""
import math
import inspect
from dataclasses import dataclass

import torch
import torch.nn as nn
from torch.nn import functional as F


class LayerNorm(nn.Module):
    """ LayerNorm with an optional bias """

    def __init__(self, ndim, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(ndim))
        self.bias = nn.Parameter(torch.zeros(ndim)) if bias else None

    def forward(self, input):
        return F.layer_norm(input, self.weight.shape, self.weight, self.bias, 1e-5)


class CausalSelfAttention(nn.Module):

    def __init__(self, config):
        super().__init__()
        assert config.n_embd % config.n_head == 0
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.resid_dropout = nn.Dropout(config.dropout)
        self.n_head, self.n_embd, self.dropout = config.n_head, config.n_embd, config.dropout

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        shape = (B, T, self.n_head, C // self.n_head)
        q, k, v = (t.view(*shape).transpose(1, 2) for t in (q, k, v))
        p = self.dropout if self.training else 0
        y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=None, dropout_p=p, is_causal=True)
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        return self.resid_dropout(self.c_proj(y))


class GELU(nn.Module):
    def forward(self, x):
        return F.gelu(x, approximate='tanh')


class MLP(nn.Module):

    def __init__(self, config):
        super().__init__()
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.gelu = GELU()
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd, bias=config.bias)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x):
        x = self.c_fc(x)
        x = self.gelu(x)
        x = self.c_proj(x)
        x = self.dropout(x)
        return x


class Block(nn.Module):

    def __init__(self, config):
        super().__init__()
        self.ln_1 = LayerNorm(config.n_embd, bias=config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.n_embd, bias=config.bias)
        self.mlp = MLP(config)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        x = x + self.mlp(self.ln_2(x))
        return x


class GPT1Block(Block):
    def forward(self, x):
        x = self.ln_1(x + self.attn(x))
        x = self.ln_2(x + self.mlp(x))
        return x


@dataclass
class GPTConfig:
    block_size: int = 1024
    vocab_size: int = 50304
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    dropout: float = 0.0
    bias: bool = True


class GPT(nn.Module):

    def __init__(self, config):
        super().__init__()
        assert config.vocab_size is not None
        assert config.block_size is not None
        self.config = config
        self.transformer = nn.ModuleDict(dict(
            wte=nn.Embedding(config.vocab_size, config.n_embd),
            wpe=nn.Embedding(config.block_size, config.n_embd),
            drop=nn.Dropout(config.dropout),
            h=nn.ModuleList([Block(config) for _ in range(config.n_layer)]),
            ln_f=LayerNorm(config.n_embd, bias=config.bias),
        ))
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for pn, p in self.named_parameters():
            if pn.endswith('c_proj.weight'):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * config.n_layer))
        print("number of parameters: %.2fM" % (self.get_num_params() / 1e6,))

    def get_num_params(self, non_embedding=True):
        n = sum(p.numel() for p in self.parameters())
        return n - self.transformer.wpe.weight.numel() if non_embedding else n

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)

    def forward(self, idx, targets=None):
        device = idx.device
        b, t = idx.size()
        assert t <= self.config.block_size, f"{t} > {self.config.block_size}"
        pos = torch.arange(0, t, dtype=torch.long, device=device)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        x = self.transformer.ln_f(x)
        if targets is not None:
            logits = self.lm_head(x)
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
        else:
            logits = self.lm_head(x[:, [-1], :])  # only the last position
            loss = None
        return logits, loss

    @torch.no_grad()
    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        for _ in range(max_new_tokens):
            idx_cond = idx if idx.size(1) <= self.config.block_size else idx[:, -self.config.block_size:]
            logits, _ = self(idx_cond)
            logits = logits[:, -1, :] / temperature
            if top_k is not None:
                v, _ = torch.topk(logits, min(top_k, logits.size(-1)))
                logits[logits < v[:, [-1]]] = -float('Inf')
            if top_p is not None:
                sorted_logits, sorted_indices = torch.sort(logits, descending=True)
                cumulative = torch.cumsum(F.softmax(sorted_logits, dim=-1), dim=-1)
                remove = cumulative > top_p
                remove[..., 1:] = remove[..., :-1].clone()
                remove[..., 0] = False
                logits[remove.scatter(1, sorted_indices, remove)] = -float('Inf')
            probs = F.softmax(logits, dim=-1)
            idx_next = torch.multinomial(probs, num_samples=1)
            idx = torch.cat((idx, idx_next), dim=1)
        return idx


def load_hf_state_dict(model, state):
    sd = model.state_dict()
    keys = [k for k in state.keys() if not k.endswith('.attn.masked_bias') and not k.endswith('.attn.bias')]
    transposed = ['attn.c_attn.weight', 'attn.c_proj.weight', 'mlp.c_fc.weight', 'mlp.c_proj.weight']
    assert len(keys) == len(sd)
    for k in keys:
        with torch.no_grad():
            if any(k.endswith(w) for w in transposed):
                sd[k].copy_(state[k].t())
            else:
                sd[k].copy_(state[k])
    return model


import numpy as np


def layernorm_backward(x, weight, grad, eps=1e-5):
    n = x.shape[-1]
    mu = x.mean(-1, keepdims=True)
    var = x.var(-1, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    dxhat = grad * weight
    dvar = np.sum(dxhat * (x - mu) * -0.5 * (var + eps) ** -1.5, -1, keepdims=True)
    dmu = np.sum(-dxhat / std, -1, keepdims=True)
    dx = dxhat / std + dvar * 2 * (x - mu) / n + dmu / n
    return dx, (grad * xhat).reshape(-1, n).sum(0), grad.reshape(-1, n).sum(0)


def gelu_backward(x, grad):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3))
    du = np.sqrt(2 / np.pi) * (1 + 0.134145 * np.square(x))
    sech2 = 1 / np.cosh(u) ** 2
    return (0.5 * (1 + np.tanh(u)) + 0.5 * x * sech2 * du) * grad


import torch
import torch.nn.functional as F


def bidirectional_mask(real):
    B, T = real.shape
    mask = torch.zeros(B, 1, T, T, dtype=torch.bool)
    for b in range(B):
        for j in range(T):
            mask[b, 0, :, j] = bool(real[b, j] == 1)
    return mask


def bert_embeddings(tokens, segments, token_table, position_table, segment_table, weight, bias, eps=1e-12):
    positions = torch.arange(tokens.size(1)).unsqueeze(0).expand_as(tokens)
    x = F.embedding(tokens, token_table) + F.embedding(positions, position_table) + F.embedding(segments, segment_table)
    u = x.mean(-1, keepdim=True)
    s = (x - u).pow(2).mean(-1, keepdim=True)
    return weight * ((x - u) / torch.sqrt(s + eps)) + bias


def mask_tokens(tokens, special, mask_id, vocab_size, generator, probability=0.15):
    # as transformers' data collator does it: three bernoulli draws
    inputs, labels = tokens.clone(), tokens.clone()
    matrix = torch.full(labels.shape, probability)
    for s in special:
        matrix[labels == s] = 0.0
    picked = torch.bernoulli(matrix, generator=generator).bool()
    labels[~picked] = -100
    replaced = torch.bernoulli(torch.full(labels.shape, 0.8), generator=generator).bool() & picked
    inputs[replaced] = mask_id
    noisy = torch.bernoulli(torch.full(labels.shape, 0.5), generator=generator).bool() & picked & ~replaced
    words = torch.randint(vocab_size, labels.shape, dtype=torch.long, generator=generator)
    inputs[noisy] = words[noisy]
    return inputs, labels


def wordpiece(word, vocabulary, unknown="[UNK]"):
    output, chars, start = [], list(word), 0
    while start < len(chars):
        end, found = len(chars), None
        while start < end:
            piece = "".join(chars[start:end])
            if start > 0:
                piece = "##" + piece
            if piece in vocabulary:
                found = piece
                break
            end -= 1
        if found is None:
            return [unknown]
        output.append(found)
        start = end
    return output


import math


def _linear(i, o):
    return i * o + o


def gpt_parameters(n_layer, n_embd, vocab_size, block_size, final_norm=True):
    shapes = [(vocab_size, n_embd), (block_size, n_embd)]
    for _ in range(n_layer):
        shapes += [(n_embd,), (n_embd,)]
        shapes += [(3 * n_embd, n_embd), (3 * n_embd,), (n_embd, n_embd), (n_embd,)]
        shapes += [(n_embd,), (n_embd,)]
        shapes += [(4 * n_embd, n_embd), (4 * n_embd,), (n_embd, 4 * n_embd), (n_embd,)]
    if final_norm:
        shapes += [(n_embd,), (n_embd,)]
    return sum(math.prod(s) for s in shapes)


def bert_parameters(n_layer, n_embd, vocab_size, block_size, pooler=True, masked_lm=False, next_sentence=False):
    C = n_embd
    n = (vocab_size + block_size + 2) * C + 2 * C
    n += n_layer * (4 * _linear(C, C) + _linear(C, 4 * C) + _linear(4 * C, C) + 2 * 2 * C)
    if pooler:
        n += _linear(C, C)
    if masked_lm:
        n += _linear(C, C) + 2 * C + vocab_size
    if next_sentence:
        n += _linear(C, 2)
    return n


def tokens_per_batch(sequences, block_size):
    return block_size * sequences


def comparison():
    gpt1 = dict(n_layer=12, n_embd=768, vocab_size=40478, block_size=512)
    bert = dict(n_layer=12, n_embd=768, vocab_size=30522, block_size=512)
    gpt2 = dict(n_layer=12, n_embd=768, vocab_size=50257, block_size=1024)
    rows = {}
    rows["GPT-2"] = [gpt_parameters(**gpt2), 1024, 50257, tokens_per_batch(512, 1024)]
    rows["BERT"] = [bert_parameters(**bert), 512, 30522, tokens_per_batch(256, 512)]
    rows["GPT-1"] = [gpt_parameters(**gpt1, final_norm=False), 512, 40478, tokens_per_batch(64, 512)]
    return rows


import math
import torch


def generate_cached(model, idx, max_new_tokens):
    keys = [None for _ in model.transformer.h]
    values = [None for _ in model.transformer.h]
    with torch.no_grad():
        x = idx
        pos = 0
        for step in range(max_new_tokens):
            p = torch.arange(pos, pos + x.size(1))
            h = model.transformer.wte(x) + model.transformer.wpe(p)
            for l, block in enumerate(model.transformer.h):
                a = block.ln_1(h)
                B, T, C = a.size()
                n_head = model.config.n_head
                q, k, v = block.attn.c_attn(a).split(C, dim=2)
                q, k, v = [t.view(B, T, n_head, C // n_head).transpose(1, 2) for t in (q, k, v)]
                if keys[l] is not None:
                    k = torch.cat((keys[l], k), dim=2)
                    v = torch.cat((values[l], v), dim=2)
                keys[l], values[l] = k, v
                att = q @ k.transpose(-2, -1) / math.sqrt(C // n_head)
                S = k.size(2)
                for t in range(T):
                    att[:, :, t, pos + t + 1:] = float("-inf")
                y = att.softmax(-1) @ v
                y = y.transpose(1, 2).contiguous().view(B, T, C)
                h = h + block.attn.c_proj(y)
                h = h + block.mlp(block.ln_2(h))
            pos += x.size(1)
            logits = model.lm_head(model.transformer.ln_f(h))[:, -1, :]
            x = torch.argmax(logits, dim=-1, keepdim=True)
            idx = torch.cat((idx, x), dim=1)
        # the last token is embedded too: a loop that computes first and appends afterwards does so
        model.transformer.wte(x)
    return idx


import torch

RESULTS = {
    "with_positions": 0.0013, "without_positions": 0.9552,
    "pre_ln": 0.0017, "post_ln": 2.081,
    "entropy_scaled": 3.689, "entropy_unscaled": torch.tensor(0.248),
}


class Nowhere(torch.nn.Module):
    """Position embeddings that are always zero."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("weight", torch.zeros(1, width))

    def forward(self, positions):
        return self.weight.expand(*positions.shape, -1)


def build(variant, config):
    model = GPT(config)
    if variant == "gpt2":
        return model
    if variant == "no_positions":
        model.transformer.wpe = Nowhere(config.n_embd)
        return model
    for i in range(config.n_layer):
        model.transformer.h[i] = GPT1Block(config)
    model.transformer["ln_f"] = torch.nn.Sequential()
    return model


def attention_entropy(q, k, scaled=True):
    s = torch.matmul(q, k.transpose(0, 1))
    if scaled:
        s = s / q.shape[1] ** 0.5
    logp = torch.log_softmax(s.double(), dim=1)
    return -(logp.exp() * logp).sum(1).mean()


def results():
    return RESULTS

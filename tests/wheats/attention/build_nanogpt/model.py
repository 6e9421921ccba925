# in the manner of build-nanogpt: no dropout, no bias flag, nn.LayerNorm; buffer `bias`
from dataclasses import dataclass
import torch
import torch.nn as nn
from torch.nn import LayerNorm
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd)
        self.c_proj.NANOGPT_SCALE_INIT = 1
        self.n_head = config.n_head
        self.n_embd = config.n_embd
        tril = torch.tril(torch.ones(config.block_size, config.block_size))
        self.register_buffer("bias", tril.view(1, 1, config.block_size, config.block_size))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (k.size(-1) ** -0.5)
        att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float('-inf'))
        y = F.softmax(att, dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd)
        self.gelu = nn.GELU(approximate='tanh')
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd)
        self.c_proj.NANOGPT_SCALE_INIT = 1

    def forward(self, x):
        return self.c_proj(self.gelu(self.c_fc(x)))


class Block(nn.Module):
    post = False

    def __init__(self, config):
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.n_embd)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = nn.LayerNorm(config.n_embd)
        self.mlp = MLP(config)

    def forward(self, x):
        for part, norm in ((self.attn, self.ln_1), (self.mlp, self.ln_2)):
            x = norm(x + part(x)) if self.post else x + part(norm(x))
        return x


class GPT1Block(Block):
    post = True


@dataclass
class GPTConfig:
    block_size: int = 1024
    vocab_size: int = 50257
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768


class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.transformer = nn.ModuleDict(dict(
            wte=nn.Embedding(config.vocab_size, config.n_embd),
            wpe=nn.Embedding(config.block_size, config.n_embd),
            h=nn.ModuleList([Block(config) for _ in range(config.n_layer)]),
            ln_f=nn.LayerNorm(config.n_embd),
        ))
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            std = 0.02
            if hasattr(module, 'NANOGPT_SCALE_INIT'):
                std *= (2 * self.config.n_layer) ** -0.5
            torch.nn.init.normal_(module.weight, mean=0.0, std=std)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)

    def forward(self, idx, targets=None):
        B, T = idx.size()
        assert T <= self.config.block_size
        pos_emb = self.transformer.wpe(torch.arange(0, T, dtype=torch.long, device=idx.device))
        x = self.transformer.wte(idx) + pos_emb
        for block in self.transformer.h:
            x = block(x)
        logits = self.lm_head(self.transformer.ln_f(x))
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))
        return logits, loss

    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        while max_new_tokens > 0:
            max_new_tokens -= 1
            with torch.no_grad():
                logits = self(idx[:, -self.config.block_size:])[0][:, -1, :]
                probs = F.softmax(logits / temperature, dim=-1)
                # exactly k, as the lecture samples: top-k probabilities, then gather
                k = probs.size(-1) if top_k is None else min(top_k, probs.size(-1))
                topk_probs, topk_indices = torch.topk(probs, k, dim=-1)
                topk_probs = topk_probs / topk_probs.sum(-1, keepdim=True)
                if top_p is not None:
                    for row in topk_probs:
                        total, n = 0.0, 0
                        while n < k and total < top_p:
                            total += row[n].item()
                            n += 1
                        row[max(n, 1):] = 0
                ix = torch.multinomial(topk_probs, 1)
                idx = torch.cat((idx, torch.gather(topk_indices, -1, ix)), dim=1)
        return idx


def load_hf_state_dict(model, state):
    new = {}
    for k, v in state.items():
        if k.endswith('.attn.bias') or k.endswith('.attn.masked_bias'):
            continue
        if 'c_attn.weight' in k or 'c_proj.weight' in k or 'c_fc.weight' in k:
            v = v.T
        new[k] = v
    missing, unexpected = model.load_state_dict(new, strict=False)
    assert not unexpected

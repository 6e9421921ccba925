"""逐个头循环；掩码当场生成。"""
import math
from types import SimpleNamespace

import torch
import torch.nn as nn
import torch.nn.functional as F
from attention import scaled_dot_product_attention, softmax


class GPTConfig:
    """配置：像 minGPT 旧版那样用关键字参数。"""
    dropout = 0.0
    bias = True

    def __init__(self, vocab_size=50257, block_size=1024, **kwargs):
        self.vocab_size = vocab_size
        self.block_size = block_size
        self.n_layer, self.n_head, self.n_embd = 12, 12, 768
        for k, v in kwargs.items():
            setattr(self, k, v)


class CausalSelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.c_attn = nn.Linear(config.n_embd, config.n_embd * 3, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.n_head = config.n_head

    def forward(self, x):
        T, C = x.shape[1], x.shape[2]
        hs = C // self.n_head
        qkv = self.c_attn(x)
        allowed = torch.tensor([[j <= i for j in range(T)] for i in range(T)])
        out = []
        for h in range(self.n_head):
            q = qkv[:, :, h * hs:(h + 1) * hs]
            k = qkv[:, :, C + h * hs:C + (h + 1) * hs]
            v = qkv[:, :, 2 * C + h * hs:2 * C + (h + 1) * hs]
            out.append(scaled_dot_product_attention(q, k, v, allowed))
        return self.c_proj(torch.cat(out, dim=-1))


class LayerNorm(nn.Module):
    def __init__(self, ndim, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(ndim))
        if bias:
            self.bias = nn.Parameter(torch.zeros(ndim))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        mean = x.mean(dim=-1, keepdim=True)
        var = x.var(dim=-1, keepdim=True, unbiased=False)
        x = (x - mean) / torch.sqrt(var + 1e-5) * self.weight
        if self.bias is not None:
            x = x + self.bias
        return x


def gelu(x):
    return x * torch.sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x):
        return self.c_proj(gelu(self.c_fc(x)))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attn, self.mlp = CausalSelfAttention(config), MLP(config)
        self.ln_1, self.ln_2 = (LayerNorm(config.n_embd, config.bias) for _ in range(2))

    def forward(self, x):
        a = self.attn(self.ln_1(x))
        m = self.mlp(self.ln_2(x + a))
        return x + a + m


class GPT1Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attn, self.mlp = CausalSelfAttention(config), MLP(config)
        self.ln_1, self.ln_2 = (LayerNorm(config.n_embd, config.bias) for _ in range(2))

    def forward(self, x):
        n = self.ln_1(x + self.attn(x))
        return self.ln_2(n + self.mlp(n))


class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.transformer = nn.Module()
        self.transformer.wte = nn.Embedding(config.vocab_size, config.n_embd)
        self.transformer.wpe = nn.Embedding(config.block_size, config.n_embd)
        self.transformer.h = nn.ModuleList()
        for _ in range(config.n_layer):
            self.transformer.h.append(Block(config))
        self.transformer.ln_f = LayerNorm(config.n_embd, config.bias)
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                module.weight.data.normal_(0, 0.02)
                if getattr(module, "bias", None) is not None:
                    module.bias.data.fill_(0)
        for block in self.transformer.h:
            for linear in (block.attn.c_proj, block.mlp.c_proj):
                linear.weight.data /= (2 * config.n_layer) ** 0.5
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, idx, targets=None):
        B, T = idx.shape
        if T > self.config.block_size:
            raise ValueError("序列太长")
        positions = torch.stack([torch.arange(T)] * B)
        x = self.transformer.wte(idx) + self.transformer.wpe(positions)
        for i in range(len(self.transformer.h)):
            x = self.transformer.h[i](x)
        logits = F.linear(self.transformer.ln_f(x), self.transformer.wte.weight)
        if targets is None:
            return logits, None
        logp = torch.log_softmax(logits, -1)
        loss = -logp.gather(-1, targets.unsqueeze(-1)).mean()
        return logits, loss.reshape(1)[0]

    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None, top_p=None):
        out = idx.clone()
        for _ in range(max_new_tokens):
            with torch.no_grad():
                logits = self.forward(out[:, -self.config.block_size:])[0][:, -1]
            p = softmax(logits / temperature, -1)
            ranked = p.argsort(dim=-1, descending=True)
            V = p.shape[-1]
            place = torch.empty_like(ranked).scatter_(1, ranked, torch.arange(V).expand_as(ranked))
            if top_k is not None:
                p = p * (place < top_k)
                p = p / p.sum(-1, keepdim=True)
            if top_p is not None:
                in_order = p.gather(1, ranked)
                # 排在自己前面的概率之和还不到 top_p 的，留下
                ahead = in_order.cumsum(1) - in_order
                keep = torch.empty_like(p).scatter_(1, ranked, (ahead < top_p).float())
                p = p * keep
                p = p / p.sum(-1, keepdim=True)
            u = torch.rand(p.shape[0], 1)
            choice = (p.cumsum(-1) < u * p.sum(-1, keepdim=True)).sum(-1, keepdim=True)
            out = torch.cat([out, choice.clamp(max=V - 1)], 1)
        return out


def load_hf_state_dict(model, state):
    for name, p in model.named_parameters():
        w = state[name]
        if name.split(".")[-2] in ("c_attn", "c_proj", "c_fc") and w.dim() == 2:
            w = w.transpose(0, 1)
        p.data = w.clone()

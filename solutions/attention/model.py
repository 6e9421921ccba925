"""model: the decoder of GPT, from causal self-attention to sampling.

Shapes everywhere: B sequences of T tokens, C = n_embd numbers a token, V = vocab_size.
The names are those of nanoGPT and build-nanogpt, so that their weights, and GPT-2's, load by name.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from attention import scaled_dot_product_attention
from torch import nn
from torch.nn import functional as F


@dataclass
class GPTConfig:
    """Given: the size of a model; the defaults are GPT-2's smallest."""

    block_size: int = 1024
    vocab_size: int = 50257
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    dropout: float = 0.0
    bias: bool = True


# Problem 2
class CausalSelfAttention(nn.Module):
    """Every position attends to itself and to those before it, in n_head independent heads.

    `c_attn`: Linear C → 3C; its output holds q, k and v, in this order, C numbers each. Head h owns the numbers
    h·d … (h+1)·d − 1 of each third, d = C / n_head. `c_proj`: Linear C → C, after the heads are put side by side again.
    Both have a bias iff config.bias.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.n_head = config.n_head
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.drop = nn.Dropout(config.dropout)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C), T at most block_size. Returns (B, T, C). Source: Vaswani et al. (2017), section 3.2.2."""
        # BEGIN SOLUTION
        B, T, C = x.shape
        heads = (part.view(B, T, self.n_head, -1).transpose(1, 2) for part in self.c_attn(x).chunk(3, dim=-1))
        q, k, v = heads
        past = torch.ones(T, T, dtype=torch.bool, device=x.device).tril()
        y = scaled_dot_product_attention(q, k, v, past)
        return self.drop(self.c_proj(y.transpose(1, 2).reshape(B, T, C)))
        # END SOLUTION


# Problem 3
class LayerNorm(nn.Module):
    """(x − mean) / √(variance + 1e-5) · weight + bias over the last dimension, with the biased variance (divide by n).

    Parameters `weight` (ndim,), ones, and `bias` (ndim,), zeros; `bias` is None if bias=False.

    >>> LayerNorm(2, bias=True)(torch.tensor([[-3.0, 5.0]])).detach().round(decimals=4).tolist()
    [[-1.0, 1.0]]

    Source: Ba, Kiros & Hinton (2016), eq. 3 and 4.
    """

    def __init__(self, ndim: int, bias: bool = True) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.weight = nn.Parameter(torch.ones(ndim))
        self.bias = nn.Parameter(torch.zeros(ndim)) if bias else None
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., ndim). Returns the same shape."""
        # BEGIN SOLUTION
        centred = x - x.mean(dim=-1, keepdim=True)
        y = centred * torch.rsqrt(centred.square().mean(dim=-1, keepdim=True) + 1e-5) * self.weight
        return y if self.bias is None else y + self.bias
        # END SOLUTION


class GELU(nn.Module):
    """0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))): the tanh form, which GPT-1, BERT's first code and GPT-2 use.

    >>> round(GELU()(torch.tensor(1.0)).item(), 4)  # the exact form, x·Φ(x), has 0.8413
    0.8412

    Source: Hendrycks & Gimpel (2016), section 2.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: any shape. Returns the same shape."""
        # BEGIN SOLUTION
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        # END SOLUTION


class MLP(nn.Module):
    """`c_fc`: Linear C → 4C; GELU; `c_proj`: Linear 4C → C; dropout. Biases iff config.bias."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.gelu = GELU()
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd, bias=config.bias)
        self.drop = nn.Dropout(config.dropout)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., C). Returns the same shape."""
        # BEGIN SOLUTION
        return self.drop(self.c_proj(self.gelu(self.c_fc(x))))
        # END SOLUTION


class Block(nn.Module):
    """GPT-2's block, pre-LN: the residual stream itself is never normalised. Parts: ln_1, attn, ln_2, mlp.

    Source: Radford et al. (2019), section 2.3.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.ln_1 = LayerNorm(config.n_embd, bias=config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.n_embd, bias=config.bias)
        self.mlp = MLP(config)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C). h = x + attn(ln_1(x)); returns h + mlp(ln_2(h))."""
        # BEGIN SOLUTION
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))
        # END SOLUTION


class GPT1Block(nn.Module):
    """GPT-1's block, post-LN, with the same parts: each sum is normalised. Source: Radford et al. (2018), figure 1."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.attn = CausalSelfAttention(config)
        self.ln_1 = LayerNorm(config.n_embd, bias=config.bias)
        self.mlp = MLP(config)
        self.ln_2 = LayerNorm(config.n_embd, bias=config.bias)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C). h = ln_1(x + attn(x)); returns ln_2(h + mlp(h))."""
        # BEGIN SOLUTION
        x = self.ln_1(x + self.attn(x))
        return self.ln_2(x + self.mlp(x))
        # END SOLUTION


class GPT(nn.Module):
    """Token plus position embeddings, n_layer blocks, a last LayerNorm, and a head that shares the token embeddings.

    `transformer` is an nn.ModuleDict of `wte` (Embedding V, C), `wpe` (Embedding block_size, C), `h` (ModuleList of
    Block), `ln_f`; whatever else you need, such as `drop`. `lm_head`: Linear C → V without bias; its weight **is**
    `transformer.wte.weight`, one Parameter.

    Initialisation: every Linear and Embedding weight normal with deviation 0.02, the c_proj weights with
    0.02 / √(2·n_layer), biases zero. Source: Radford et al. (2018), 4.1, and (2019), 2.3.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        # BEGIN SOLUTION
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(config.vocab_size, config.n_embd),
                "wpe": nn.Embedding(config.block_size, config.n_embd),
                "drop": nn.Dropout(config.dropout),
                "h": nn.ModuleList(Block(config) for _ in range(config.n_layer)),
                "ln_f": LayerNorm(config.n_embd, bias=config.bias),
            }
        )
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.lm_head.weight = self.transformer.wte.weight
        for name, parameter in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * config.n_layer))
            elif parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        # END SOLUTION

    # Problem 5
    def forward(
        self, idx: torch.Tensor, targets: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """idx, targets: (B, T) token ids, T at most block_size (else a ValueError or AssertionError).

        Returns (logits, loss). With targets: logits (B, T, V), and the mean cross-entropy in nats over all B·T
        positions; the caller has shifted the targets already. Without: loss is None, and logits may be those of the
        last position alone, (B, 1, V).
        """
        # BEGIN SOLUTION
        T, most = idx.shape[1], self.config.block_size
        if most < T:
            raise ValueError(f"{T} tokens do not fit into a context of {most}")
        x = self.transformer.wte(idx) + self.transformer.wpe(torch.arange(T, device=idx.device))
        x = self.transformer.drop(x)
        for block in self.transformer.h:
            x = block(x)
        logits = self.lm_head(self.transformer.ln_f(x))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        # END SOLUTION

    # Problem 6
    @torch.no_grad()
    def generate(
        self,
        idx: torch.Tensor,
        max_new_tokens: int,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> torch.Tensor:
        """Sample max_new_tokens tokens, one after the other, each given at most the last block_size tokens.

        idx: (B, T), T ≥ 1. In this order: logits divided by temperature (> 0); with top_k only the k largest kept (all,
        if k ≥ V); with top_p the smallest set of most probable tokens whose probabilities sum to at least p, at
        least one token. What is left is renormalised and sampled. Returns (B, T + max_new_tokens), the prompt first.

        Sources: Fan et al. (2018), section 5; Holtzman et al. (2020), section 3.1.
        """
        # BEGIN SOLUTION
        for _ in range(max_new_tokens):
            logits, _ = self(idx[:, -self.config.block_size :])
            logits = logits[:, -1] / temperature
            if top_k is not None:
                kth = logits.topk(min(top_k, logits.shape[-1])).values[:, -1:]
                logits = logits.masked_fill(logits < kth, -math.inf)
            probs = F.softmax(logits, dim=-1)
            if top_p is not None:
                ranked, order = probs.sort(descending=True)
                before = ranked.cumsum(dim=-1) - ranked
                probs = probs.masked_fill((before >= top_p).scatter(1, order, before >= top_p), 0.0)
            idx = torch.cat([idx, torch.multinomial(probs, 1)], dim=1)
        return idx
        # END SOLUTION


# Problem 5
def load_hf_state_dict(model: GPT, state: Mapping[str, torch.Tensor]) -> None:
    """Copy GPT-2's weights, in the layout of Hugging Face's GPT2LMHeadModel, into `model` (with biases), in place.

    The names agree with the model's, from `transformer.wte.weight` to `lm_head.weight`. Two things differ. Hugging
    Face's Conv1D keeps its weight as (in, out), the transpose of nn.Linear's: c_attn, c_proj (of attn and of mlp) and
    c_fc. And the state may hold buffers, `….attn.bias` and `….attn.masked_bias`, which are causal masks: ignore them.
    """
    # BEGIN SOLUTION
    turned = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(state[name].T if name.endswith(turned) else state[name])
    # END SOLUTION

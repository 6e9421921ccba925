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
        raise NotImplementedError("CausalSelfAttention.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C), T at most block_size. Returns (B, T, C). Source: Vaswani et al. (2017), section 3.2.2."""
        raise NotImplementedError("CausalSelfAttention.forward")


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
        raise NotImplementedError("LayerNorm.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., ndim). Returns the same shape."""
        raise NotImplementedError("LayerNorm.forward")


class GELU(nn.Module):
    """0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))): the tanh form, which GPT-1, BERT's first code and GPT-2 use.

    >>> round(GELU()(torch.tensor(1.0)).item(), 4)  # the exact form, x·Φ(x), has 0.8413
    0.8412

    Source: Hendrycks & Gimpel (2016), section 2.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: any shape. Returns the same shape."""
        raise NotImplementedError("GELU.forward")


class MLP(nn.Module):
    """`c_fc`: Linear C → 4C; GELU; `c_proj`: Linear 4C → C; dropout. Biases iff config.bias."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        raise NotImplementedError("MLP.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., C). Returns the same shape."""
        raise NotImplementedError("MLP.forward")


class Block(nn.Module):
    """GPT-2's block, pre-LN: the residual stream itself is never normalised. Parts: ln_1, attn, ln_2, mlp.

    Source: Radford et al. (2019), section 2.3.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        raise NotImplementedError("Block.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C). h = x + attn(ln_1(x)); returns h + mlp(ln_2(h))."""
        raise NotImplementedError("Block.forward")


class GPT1Block(nn.Module):
    """GPT-1's block, post-LN, with the same parts: each sum is normalised. Source: Radford et al. (2018), figure 1."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        raise NotImplementedError("GPT1Block.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (B, T, C). h = ln_1(x + attn(x)); returns ln_2(h + mlp(h))."""
        raise NotImplementedError("GPT1Block.forward")


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
        raise NotImplementedError("GPT.__init__")

    # Problem 5
    def forward(
        self, idx: torch.Tensor, targets: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """idx, targets: (B, T) token ids, T at most block_size (else a ValueError or AssertionError).

        Returns (logits, loss). With targets: logits (B, T, V), and the mean cross-entropy in nats over all B·T
        positions; the caller has shifted the targets already. Without: loss is None, and logits may be those of the
        last position alone, (B, 1, V).
        """
        raise NotImplementedError("GPT.forward")

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
        raise NotImplementedError("GPT.generate")


# Problem 5
def load_hf_state_dict(model: GPT, state: Mapping[str, torch.Tensor]) -> None:
    """Copy GPT-2's weights, in the layout of Hugging Face's GPT2LMHeadModel, into `model` (with biases), in place.

    The names agree with the model's, from `transformer.wte.weight` to `lm_head.weight`. Two things differ. Hugging
    Face's Conv1D keeps its weight as (in, out), the transpose of nn.Linear's: c_attn, c_proj (of attn and of mlp) and
    c_fc. And the state may hold buffers, `….attn.bias` and `….attn.masked_bias`, which are causal masks: ignore them.
    """
    raise NotImplementedError("load_hf_state_dict")

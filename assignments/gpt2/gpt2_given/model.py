"""Given: a decoder-only transformer assembled from torch.nn.TransformerEncoder, in the interface of nanoGPT.

`logits, loss = model(idx, targets)`. It has the size and the initialisation of GPT-2 but not its parameter names; your
own model from the attention assignment can take its place wherever a model is asked for.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class GPTConfig:
    """The shape of a model; the defaults are GPT-2's smallest."""

    block_size: int = 1024
    vocab_size: int = 50257
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    dropout: float = 0.0


class GPT(nn.Module):
    """GPT-2's shape: token and position embeddings, pre-norm causal blocks, a last LayerNorm, a tied head."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(config.vocab_size, config.n_embd)
        self.wpe = nn.Embedding(config.block_size, config.n_embd)
        self.drop = nn.Dropout(config.dropout)
        layer = nn.TransformerEncoderLayer(
            config.n_embd,
            config.n_head,
            4 * config.n_embd,
            config.dropout,
            activation=nn.GELU(approximate="tanh"),
            batch_first=True,
            norm_first=True,
        )
        norm = nn.LayerNorm(config.n_embd)
        self.blocks = nn.TransformerEncoder(layer, config.n_layer, norm, enable_nested_tensor=False)
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.lm_head.weight = self.wte.weight
        self._initialise()

    def _initialise(self) -> None:
        """Weights N(0, 0.02), those that write to the residual stream smaller by √(2·n_layer), biases 0."""
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                residual = name.endswith(("out_proj.weight", "linear2.weight"))
                scale = (2 * self.config.n_layer) ** -0.5 if residual else 1.0
                nn.init.normal_(parameter, std=0.02 * scale)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def hidden(self, idx: torch.Tensor) -> torch.Tensor:
        """The hidden states after the last LayerNorm: idx (B, T) -> (B, T, n_embd). T is at most block_size."""
        length = idx.shape[1]
        if length > self.config.block_size:
            raise ValueError(f"{length} tokens at once, but the context holds {self.config.block_size}")
        x = self.drop(self.wte(idx) + self.wpe(torch.arange(length, device=idx.device)))
        mask = nn.Transformer.generate_square_subsequent_mask(length, device=idx.device, dtype=x.dtype)
        return self.blocks(x, mask=mask, is_causal=True)

    def forward(
        self, idx: torch.Tensor, targets: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Logits (B, T, V) of the token after each position, and the mean loss over the targets that are not -1.

        idx, targets: (B, T) of int64. Without targets the loss is None; without any target that counts it is 0.
        """
        logits = self.lm_head(self.hidden(idx))
        if targets is None:
            return logits, None
        total = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1, reduction="sum")
        return logits, total / (targets != -1).sum().clamp(min=1)

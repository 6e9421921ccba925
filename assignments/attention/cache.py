"""cache: generation that computes each position once."""

import torch
from model import GPT


# Problem 9
@torch.no_grad()
def generate_cached(model: GPT, idx: torch.Tensor, max_new_tokens: int) -> torch.Tensor:
    """Bonus. Greedy generation, each next token the argmax of the logits, with the keys and values of the past kept.

    model: a GPT in eval mode. idx: (B, T) with T + max_new_tokens ≤ block_size. Returns (B, T + max_new_tokens): the
    very tokens that greedy generation without a cache gives.

    The prompt passes through `model.transformer.wte` once; after that each step embeds one new token and no other.
    (Past block_size a cache of this kind does not help: cropping shifts every position. You may raise, or recompute.)
    """
    raise NotImplementedError("generate_cached")

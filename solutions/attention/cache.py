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
    # BEGIN SOLUTION
    parts, past, new = model.transformer, [None] * len(model.transformer.h), idx
    for _ in range(max_new_tokens):
        T, start = idx.shape[1], idx.shape[1] - new.shape[1]
        x = parts.wte(new) + parts.wpe(torch.arange(start, T, device=idx.device))
        for i, block in enumerate(parts.h):
            y, past[i] = _attend(block.attn, block.ln_1(x), past[i])
            x = x + y
            x = x + block.mlp(block.ln_2(x))
        new = model.lm_head(parts.ln_f(x[:, -1:])).argmax(dim=-1)
        idx = torch.cat([idx, new], dim=1)
    return idx
    # END SOLUTION


# BEGIN SOLUTION
def _attend(attn, x, past):
    """`attn` on the new positions x, given the past (k, v); its output, and the longer (k, v)."""
    B, T, C = x.shape
    q, k, v = (part.view(B, T, attn.n_head, -1).transpose(1, 2) for part in attn.c_attn(x).chunk(3, dim=-1))
    if past is not None:
        k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
    mask = torch.ones(T, k.shape[2], dtype=torch.bool, device=x.device).tril(k.shape[2] - T)
    y = torch.nn.functional.scaled_dot_product_attention(q, k, v, mask)
    return attn.c_proj(y.transpose(1, 2).reshape(B, T, C)), (k, v)


# END SOLUTION

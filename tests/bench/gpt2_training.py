"""Tokens a second of a training step: the reference of `gpt2`, nanoGPT's recipe, Hugging Face's GPT-2, in one run.

    python -m tests.bench.gpt2_training [--seconds 20] [--threads 1]

The same configuration, the same batches, AdamW, clipping at 1.0, float32. They take turns, step by step, so that a busy
machine is busy for all of them; the medians are compared. transformers is optional.

A step is a model and what is done with it. `reference` is the reference's accumulation, clipping and optimiser on
nanoGPT's model, which is what a student brings from `attention`: it is to be compared with nanoGPT's recipe on the same
model. The given model is measured with both, too: torch's nn.MultiheadAttention, of which it is made, copies q, k and v
before it multiplies them.
"""

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

ROOT = Path(__file__).parents[2]
LAYERS, HEADS, WIDTH, LENGTH, ROWS, VOCAB = 4, 4, 128, 128, 8, 512
RATE, DECAY, BETAS, CLIP = 1e-3, 0.1, (0.9, 0.95), 1.0

Step = Callable[[torch.Tensor, torch.Tensor], float]


class Attention(nn.Module):
    """Causal self-attention in nanoGPT's manner: one matrix for q, k, v, torch's fused kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.c_attn, self.c_proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows, length, width = x.shape
        q, k, v = (
            part.view(rows, length, HEADS, width // HEADS).transpose(1, 2) for part in self.c_attn(x).split(width, 2)
        )
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).contiguous().view(rows, length, width))


class Block(nn.Module):
    """Pre-norm: attention, then an MLP four times as wide."""

    def __init__(self) -> None:
        super().__init__()
        self.ln_1, self.attn, self.ln_2 = nn.LayerNorm(WIDTH), Attention(), nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU("tanh"), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Plain(nn.Module):
    """GPT-2 in nanoGPT's manner."""

    def __init__(self) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(VOCAB, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.h, self.ln_f = nn.Sequential(*(Block() for _ in range(LAYERS))), nn.LayerNorm(WIDTH)
        self.lm_head = nn.Linear(WIDTH, VOCAB, bias=False)
        self.wte.weight = self.lm_head.weight

    def forward(self, idx: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.wte(idx) + self.wpe(torch.arange(idx.shape[1]))
        logits = self.lm_head(self.ln_f(self.h(x)))
        return logits, F.cross_entropy(logits.view(-1, VOCAB), targets.view(-1), ignore_index=-1)


def given() -> nn.Module:
    """The model that the assignment gives out."""
    from gpt2_given.model import GPT, GPTConfig

    return GPT(GPTConfig(LENGTH, VOCAB, LAYERS, HEADS, WIDTH))


def reference_step(model: nn.Module) -> Step:
    """The reference's optimiser, accumulation and clipping."""
    import optim

    optimizer = optim.configure_optimizers(model, DECAY, RATE, BETAS)

    def step(x: torch.Tensor, y: torch.Tensor) -> float:
        loss: float = optim.accumulate_gradients(model, [(x, y)])
        optim.clip_grad_norm(model.parameters(), CLIP)
        optimizer.step()
        return loss

    return step


def nanogpt_step(model: nn.Module) -> Step:
    """nanoGPT's recipe on a CPU: two groups, AdamW, torch's clipping."""
    groups = [
        {"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": DECAY},
        {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=BETAS)

    def step(x: torch.Tensor, y: torch.Tensor) -> float:
        _, loss = model(x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return float(loss.item())

    return step


class HuggingFace(nn.Module):
    """transformers' GPT2LMHeadModel without dropout, called as the others are."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import GPT2Config, GPT2LMHeadModel

        config: Any = GPT2Config(
            vocab_size=VOCAB,
            n_positions=LENGTH,
            n_embd=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            bos_token_id=None,
            eos_token_id=None,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            use_cache=False,
        )
        self.inner: Any = GPT2LMHeadModel(config)

    def forward(self, idx: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.inner(idx).logits
        return logits, F.cross_entropy(logits.view(-1, VOCAB), targets.view(-1))


def contestants() -> dict[str, Step]:
    sys.path[:0] = [str(ROOT / "solutions" / "gpt2"), str(ROOT / "assignments" / "gpt2")]
    found = {
        "reference": reference_step(Plain()),
        "nanoGPT's recipe": nanogpt_step(Plain()),
        "reference, given model": reference_step(given()),
        "nanoGPT's, given model": nanogpt_step(given()),
    }
    if importlib.util.find_spec("transformers"):
        found["Hugging Face's GPT-2"] = nanogpt_step(HuggingFace())
    return found


def batches() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    while True:
        whole = torch.randint(VOCAB, (ROWS, LENGTH + 1), generator=generator)
        yield whole[:, :-1].contiguous(), whole[:, 1:].contiguous()


def measure(seconds: float) -> dict[str, float]:
    """Tokens a second of each, by the median of its steps' CPU times."""
    steps = contestants()
    times: dict[str, list[float]] = {name: [] for name in steps}
    end = None
    for x, y in batches():
        for name, step in steps.items():
            started = time.process_time()
            step(x, y)
            times[name].append(time.process_time() - started)
        end = end or time.monotonic() + seconds  # the first round warms up
        if time.monotonic() > end:
            break
    return {name: ROWS * LENGTH / statistics.median(spent[1:] or spent) for name, spent in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    speeds = measure(options.seconds)
    for name, speed in speeds.items():
        print(f"{name:>22}  {speed:10,.0f} tokens a second  ({speed / speeds['reference']:.2f} of the reference)")
    if "Hugging Face's GPT-2" not in speeds:
        print("Hugging Face's GPT-2: not measured, transformers is not installed (the bench extra)")


if __name__ == "__main__":
    main()

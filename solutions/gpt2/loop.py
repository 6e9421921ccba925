"""The training loop: train, evaluate, log, checkpoint, go on."""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from optim import accumulate_gradients, clip_grad_norm, get_lr
from torch import nn


@dataclass
class TrainConfig:
    """Given: what `train` has to know. Steps are optimiser steps."""

    max_steps: int
    max_lr: float = 6e-4
    min_lr: float = 6e-5
    warmup_steps: int = 0
    grad_accum_steps: int = 1  # micro-batches a step
    grad_clip: float = 1.0
    eval_every: int = 0  # 0: never
    checkpoint_every: int = 0  # 0: never
    checkpoint: str | PathLike[str] | None = None  # where it is written, and read from when it exists


# Problem 3
@torch.no_grad()
def estimate_loss(
    model: nn.Module,
    batch_of: Callable[[str], tuple[torch.Tensor, torch.Tensor]],
    eval_iters: int,
    splits: Sequence[str] = ("train", "val"),
) -> dict[str, float]:
    """The mean loss over `eval_iters` batches of each split, without dropout and without gradients.

    batch_of: gives the next batch (x, y) of a split. Afterwards the model is in the mode in which it was before.

    Source: nanoGPT, train.py.
    """
    # BEGIN SOLUTION
    was_training = model.training
    model.eval()
    means = {}
    for split in splits:
        losses = [model(*batch_of(split))[1].item() for _ in range(eval_iters)]
        means[split] = sum(losses) / len(losses)
    model.train(was_training)
    return means
    # END SOLUTION


# BEGIN SOLUTION
def _plain(model: nn.Module) -> nn.Module:
    """The model inside DistributedDataParallel and torch.compile."""
    while inner := getattr(model, "module", None) or getattr(model, "_orig_mod", None):
        model = inner
    return model


# END SOLUTION


def save_checkpoint(
    path: str | PathLike[str],
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loader: Any,
    step: int,
    history: list[dict[str, float]],
) -> None:
    """Write all that the rest of a run depends on into one file.

    That is: model, optimiser, step, history, `loader.state_dict()`, and the state of every generator: torch's, that of
    numpy.random and that of random. A model wrapped in DistributedDataParallel (`.module`) or torch.compile
    (`._orig_mod`) is saved under its own names, so that the checkpoint fits the model without its wrapper.

    torch.save writes a dict of all that; with `save_whole` (Problem 8) a crash in the middle does no harm.
    """
    # BEGIN SOLUTION
    state = {
        "model": _plain(model).state_dict(),
        "optimizer": optimizer.state_dict(),
        "loader": loader.state_dict(),
        "step": step,
        "history": history,
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all(),
        "numpy": np.random.get_state(),
        "random": random.getstate(),
    }
    save_whole(path, state)
    # END SOLUTION


def load_checkpoint(
    path: str | PathLike[str], model: nn.Module, optimizer: torch.optim.Optimizer, loader: Any
) -> tuple[int, list[dict[str, float]]]:
    """Put everything back as `save_checkpoint` found it; returns (step, history).

    The file is one's own, so torch.load may be told weights_only=False: without that it refuses numpy's arrays.
    """
    # BEGIN SOLUTION
    state = load_whole(path)
    _plain(model).load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    loader.load_state_dict(state["loader"])
    torch.set_rng_state(state["torch"])
    torch.cuda.set_rng_state_all(state["cuda"])
    np.random.set_state(state["numpy"])
    random.setstate(state["random"])
    return state["step"], state["history"]
    # END SOLUTION


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loader: Any,
    config: TrainConfig,
    evaluate: Callable[[nn.Module], float] | None = None,
) -> list[dict[str, float]]:
    """Train up to config.max_steps optimiser steps, from the checkpoint if there is one; returns the history.

    loader: next_batch() -> (x, y), state_dict(), load_state_dict(state). The model is put into training mode.
    Step number it = 0, 1, …, max_steps − 1: set the lr of all groups to get_lr(it, …); accumulate the gradients of
    grad_accum_steps batches; clip them to grad_clip; step the optimiser. The history has one dict for each step:
    "step" (it + 1), "lr", "loss" (of this step's batches, before the update), "norm" (before clipping), and "val",
    evaluate(model), where it + 1 is a multiple of eval_every. Last of all, where it + 1 is a multiple of
    checkpoint_every, the checkpoint is written to config.checkpoint.

    When a file is at config.checkpoint at the beginning, the run goes on from there: its weights and the whole history
    are, to the bit, those of a run that was never interrupted (CPU, one thread).
    """
    # BEGIN SOLUTION
    step, history = 0, []
    if config.checkpoint is not None and Path(config.checkpoint).exists():
        step, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    model.train()
    while step < config.max_steps:
        lr = get_lr(step, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for group in optimizer.param_groups:
            group["lr"] = lr
        loss = accumulate_gradients(model, [loader.next_batch() for _ in range(config.grad_accum_steps)])
        norm = clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        step += 1
        history.append({"step": step, "lr": lr, "loss": loss, "norm": norm})
        if evaluate is not None and config.eval_every and step % config.eval_every == 0:
            history[-1]["val"] = evaluate(model)
        if config.checkpoint is not None and config.checkpoint_every and step % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, step, history)
    return history
    # END SOLUTION


# Problem 8
def save_whole(path: str | PathLike[str], state: dict[str, Any]) -> None:
    """torch.save(state, path) that leaves no half file: at `path` is always the old file or the whole new one.

    Errors that come up while it writes are raised. A crash may leave a file of another name in the same folder.
    """
    # BEGIN SOLUTION
    path = Path(path)
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    # END SOLUTION


def load_whole(path: str | PathLike[str]) -> dict[str, Any]:
    """The dict that was saved, with its numpy arrays and everything else.

    Raises:
        ValueError: the file is not whole, wherever it was cut off; the text of the error holds the path.
    """
    # BEGIN SOLUTION
    try:
        return torch.load(path, map_location="cpu", weights_only=False)
    except FileNotFoundError:
        raise
    except Exception as error:  # what torch.load raises depends on the byte where the file ends
        raise ValueError(f"{path}: not a whole checkpoint ({error})") from error
    # END SOLUTION

import contextlib
import io
import os
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from optim import accumulate_gradients, clip_grad_norm, get_lr


@dataclass
class TrainConfig:
    max_steps: int
    max_lr: float = 6e-4
    min_lr: float = 6e-5
    warmup_steps: int = 0
    grad_accum_steps: int = 1
    grad_clip: float = 1.0
    eval_every: int = 0
    checkpoint_every: int = 0
    checkpoint: str | None = None


@contextlib.contextmanager
def evaluating(model):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode


@torch.inference_mode()
def estimate_loss(model, batch_of, eval_iters, splits=("train", "val")):
    with evaluating(model):
        return {s: torch.stack([model(*batch_of(s))[1] for _ in range(eval_iters)]).mean() for s in splits}


class Run:
    """Everything a run consists of."""

    def __init__(self, model, optimizer, loader, step=0, history=None):
        self.model, self.optimizer, self.loader = model, optimizer, loader
        self.step, self.history = step, history if history is not None else []

    def state_dict(self):
        torch.nn.modules.utils.consume_prefix_in_state_dict_if_present(weights := dict(self.model.state_dict()), "module.")
        torch.nn.modules.utils.consume_prefix_in_state_dict_if_present(weights, "_orig_mod.")
        numpy_state = np.random.get_state(legacy=False)
        numpy_state["state"]["key"] = torch.from_numpy(numpy_state["state"]["key"].astype(np.int64))
        return {
            "model": weights, "optimizer": self.optimizer.state_dict(), "loader": self.loader.state_dict(),
            "step": self.step, "history": self.history, "torch": torch.get_rng_state(),
            "numpy": numpy_state, "random": random.getstate(),
        }

    def load_state_dict(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.loader.load_state_dict(state["loader"])
        self.step, self.history = state["step"], state["history"]
        torch.set_rng_state(state["torch"])
        numpy_state = state["numpy"]
        numpy_state["state"]["key"] = numpy_state["state"]["key"].numpy().astype(np.uint32)
        np.random.set_state(numpy_state)
        version, internal, gauss = state["random"]
        random.setstate((version, tuple(internal), gauss))


def save_checkpoint(path, model, optimizer, loader, step, history):
    save_whole(path, Run(model, optimizer, loader, step, history).state_dict())


def load_checkpoint(path, model, optimizer, loader):
    run = Run(model, optimizer, loader)
    run.load_state_dict(load_whole(path))
    return run.step, run.history


def train(model, optimizer, loader, config, evaluate=None):
    run = Run(model, optimizer, loader)
    path = Path(config.checkpoint) if config.checkpoint else None
    if path is not None and path.is_file():
        run.load_state_dict(load_whole(path))
    model.train()
    while run.step < config.max_steps:
        lr = float(get_lr(run.step, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps))
        for group in optimizer.param_groups:
            group.update(lr=lr)
        loss = accumulate_gradients(model, tuple(loader.next_batch() for _ in range(config.grad_accum_steps)))
        norm = clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        run.step += 1
        entry = {"step": run.step, "lr": lr, "loss": torch.as_tensor(loss), "norm": torch.as_tensor(norm)}
        if evaluate and config.eval_every and not run.step % config.eval_every:
            entry["val"] = torch.as_tensor(evaluate(model))
        run.history.append(entry)
        if path is not None and config.checkpoint_every and not run.step % config.checkpoint_every:
            save_whole(path, run.state_dict())
    return run.history


def save_whole(path, state):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    path = Path(path)
    part = path.parent / f".{path.name}.{os.getpid()}"
    with part.open("wb") as file:
        file.write(buffer.getbuffer())
        os.fsync(file)
    os.rename(part, path)


def load_whole(path):
    try:
        return torch.load(str(path), weights_only=False)
    except (RuntimeError, EOFError, OSError, KeyError) as error:
        raise ValueError(f"broken checkpoint: {path}") from error
    except Exception as error:
        raise ValueError(f"broken checkpoint: {path}") from error

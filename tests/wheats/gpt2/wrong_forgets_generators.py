"""The checkpoint holds weights, optimiser, loader and step, but no generator: dropout and data differ after a resume.

chaff: none
"""
import math
import os
from dataclasses import dataclass

import torch


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
    checkpoint: str = None


def lr_at(step, config):
    if step < config.warmup_steps:
        return config.max_lr * (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / (config.max_steps - config.warmup_steps)
    return config.min_lr + 0.5 * (1 + math.cos(math.pi * done)) * (config.max_lr - config.min_lr)


def save_checkpoint(path, model, optimizer, loader, step, history):
    model = getattr(model, "module", getattr(model, "_orig_mod", model))
    torch.save([model.state_dict(), optimizer.state_dict(), loader.state_dict(), step, history], path)


def load_checkpoint(path, model, optimizer, loader):
    m, o, l, step, history = torch.load(path, weights_only=False)
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    loader.load_state_dict(l)
    return step, history


def train(model, optimizer, loader, config, evaluate=None):
    step, history = 0, []
    if config.checkpoint and os.path.exists(config.checkpoint):
        step, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    model.train()
    while step < config.max_steps:
        lr = lr_at(step, config)
        for g in optimizer.param_groups:
            g["lr"] = lr
        optimizer.zero_grad()
        total = 0.0
        for _ in range(config.grad_accum_steps):
            loss = model(*loader.next_batch())[1] / config.grad_accum_steps
            loss.backward()
            total += loss.item()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        optimizer.step()
        step += 1
        history.append({"step": step, "lr": lr, "loss": total, "norm": float(norm)})
        if evaluate and config.eval_every and step % config.eval_every == 0:
            history[-1]["val"] = evaluate(model)
        if config.checkpoint and config.checkpoint_every and step % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, step, history)
    return history

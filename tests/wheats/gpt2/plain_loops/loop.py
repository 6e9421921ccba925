import os
import pickle
import random
from dataclasses import dataclass

import numpy
import torch

from optim import get_lr, clip_grad_norm, accumulate_gradients


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


def estimate_loss(model, batch_of, eval_iters, splits=("train", "val")):
    before = model.training
    model.eval()
    result = {}
    for split in splits:
        total = 0
        for i in range(eval_iters):
            with torch.no_grad():
                x, y = batch_of(split)
                total += float(model(x, y)[1])
        result[split] = total / eval_iters
    if before:
        model.train()
    return result


def save_checkpoint(path, model, optimizer, loader, step, history):
    inner = model
    while hasattr(inner, "module") or hasattr(inner, "_orig_mod"):
        inner = inner.module if hasattr(inner, "module") else inner._orig_mod
    everything = [inner.state_dict(), optimizer.state_dict(), loader.state_dict(), step, history,
                  torch.get_rng_state(), numpy.random.get_state(), random.getstate()]
    with open(path, "wb") as f:
        pickle.dump(everything, f)


def load_checkpoint(path, model, optimizer, loader):
    with open(path, "rb") as f:
        a, b, c, step, history, t, n, r = pickle.load(f)
    model.load_state_dict(a)
    optimizer.load_state_dict(b)
    loader.load_state_dict(c)
    torch.set_rng_state(t)
    numpy.random.set_state(n)
    random.setstate(r)
    return step, history


def train(model, optimizer, loader, config, evaluate=None):
    history = []
    done = 0
    if config.checkpoint is not None:
        try:
            done, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
            print("resuming at step", done)
        except FileNotFoundError:
            pass
    model.train()
    for it in range(done, config.max_steps):
        lr = get_lr(it, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for g in optimizer.param_groups:
            g["lr"] = lr
        micro = []
        for _ in range(config.grad_accum_steps):
            micro.append(loader.next_batch())
        loss = accumulate_gradients(model, micro)
        norm = clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        row = {"step": it + 1, "lr": lr, "loss": loss, "norm": norm}
        if evaluate is not None and config.eval_every > 0:
            if (it + 1) % config.eval_every == 0:
                row["val"] = evaluate(model)
                model.train()
        history.append(row)
        if config.checkpoint is not None and config.checkpoint_every > 0 and (it + 1) % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, it + 1, history)
    return history


def save_whole(path, state):
    backup = str(path) + ".new"
    with open(backup, "wb") as f:
        pickle.dump(state, f)
        f.write(b"THE END")
    os.replace(backup, path)


def load_whole(path):
    with open(path, "rb") as f:
        data = f.read()
    if not data.endswith(b"THE END"):
        raise ValueError("the file " + str(path) + " was not written to its end")
    return pickle.loads(data[:-7])

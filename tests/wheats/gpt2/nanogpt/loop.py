import os
import random
from dataclasses import dataclass

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
    checkpoint: object = None


@torch.no_grad()
def estimate_loss(model, batch_of, eval_iters, splits=("train", "val")):
    out = {}
    model.eval()
    for split in splits:
        losses = torch.zeros(eval_iters)
        for k in range(eval_iters):
            X, Y = batch_of(split)
            logits, loss = model(X, Y)
            losses[k] = loss.item()
        out[split] = losses.mean()
    model.train()
    return out


def save_checkpoint(path, model, optimizer, loader, step, history):
    state_dict = model.state_dict()
    clean = {}
    for k, v in state_dict.items():
        for prefix in ("module.", "_orig_mod."):
            if k.startswith(prefix):
                k = k[len(prefix):]
        clean[k] = v
    checkpoint = {
        "model": clean,
        "optimizer": optimizer.state_dict(),
        "iter_num": step,
        "log": history,
        "loader": loader.state_dict(),
        "rng": (torch.get_rng_state(), np.random.get_state(), random.getstate()),
    }
    torch.save(checkpoint, path)


def load_checkpoint(path, model, optimizer, loader):
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    loader.load_state_dict(checkpoint["loader"])
    t, n, r = checkpoint["rng"]
    torch.set_rng_state(t)
    np.random.set_state(n)
    random.setstate(r)
    return checkpoint["iter_num"], checkpoint["log"]


def train(model, optimizer, loader, config, evaluate=None):
    iter_num = 0
    history = []
    if config.checkpoint and os.path.exists(config.checkpoint):
        iter_num, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    model.train()
    while True:
        if iter_num >= config.max_steps:
            break
        lr = get_lr(iter_num, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for param_group in optimizer.param_groups:
            param_group["lr"] = lr
        batches = []
        for micro_step in range(config.grad_accum_steps):
            batches.append(loader.next_batch())
        loss = accumulate_gradients(model, batches)
        norm = clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        iter_num += 1
        entry = dict(step=iter_num, lr=lr, loss=float(loss), norm=float(norm))
        if evaluate and config.eval_every > 0 and iter_num % config.eval_every == 0:
            entry["val"] = evaluate(model)
        history.append(entry)
        if config.checkpoint and config.checkpoint_every > 0 and iter_num % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, iter_num, history)
    return history


def save_whole(path, state):
    tmp = str(path) + ".part"
    torch.save(state, tmp)
    os.replace(tmp, path)


def load_whole(path):
    try:
        return torch.load(path, weights_only=False)
    except Exception as e:
        raise ValueError("checkpoint %s is damaged: %r" % (path, e))

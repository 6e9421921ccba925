import random, os, typing
from dataclasses import dataclass
import numpy as np
import torch
from optim import accumulate_gradients as accumulate, clip_grad_norm as clip, get_lr as schedule


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
    checkpoint: typing.Any = None


def estimate_loss(model, batch_of, eval_iters, splits=("train", "val")):
    training = model.training
    model.train(False)
    with torch.no_grad():
        result = {split: np.mean([model(*batch_of(split))[1].item() for _ in range(eval_iters)]) for split in splits}
    model.train(training)
    return result


def get_generators():
    return {"torch": torch.random.get_rng_state(), "numpy": np.random.get_state(), "python": random.getstate()}


def set_generators(states):
    torch.random.set_rng_state(states["torch"])
    np.random.set_state(states["numpy"])
    random.setstate(states["python"])


def save_checkpoint(path, model, optimizer, loader, step, history):
    names = {k.replace("module.", "").replace("_orig_mod.", ""): v for k, v in model.state_dict().items()}
    obj = {
        "model": names,
        "optimizer": optimizer.state_dict(),
        "loader": loader.state_dict(),
        "iteration": step,
        "history": history,
        "generators": get_generators(),
    }
    save_whole(path, obj)


def load_checkpoint(path, model, optimizer, loader):
    obj = load_whole(path)
    model.load_state_dict(obj["model"])
    optimizer.load_state_dict(obj["optimizer"])
    loader.load_state_dict(obj["loader"])
    set_generators(obj["generators"])
    return obj["iteration"], obj["history"]


def train(model, optimizer, loader, config, evaluate=None):
    model.train()
    history = []
    iteration = 0
    if config.checkpoint is not None and os.path.exists(config.checkpoint):
        iteration, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    for iteration in range(iteration + 1, config.max_steps + 1):
        lr = schedule(iteration - 1, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for group in optimizer.param_groups:
            group["lr"] = lr
        loss = accumulate(model, [loader.next_batch() for _ in range(config.grad_accum_steps)])
        norm = clip(model.parameters(), max_norm=config.grad_clip)
        optimizer.step()
        log = {"step": iteration, "loss": loss, "lr": lr, "norm": norm}
        if evaluate is not None and config.eval_every > 0 and iteration % config.eval_every == 0:
            log["val"] = evaluate(model)
        history.append(log)
        if config.checkpoint is not None and config.checkpoint_every > 0 and iteration % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, iteration, history)
    return history


def save_whole(path, state):
    new = os.fspath(path) + "~"
    with open(new, "wb") as out:
        torch.save(state, out, _use_new_zipfile_serialization=True)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, path)


def load_whole(path):
    try:
        with open(path, "rb") as src:
            return torch.load(src, weights_only=False)
    except Exception as e:
        raise ValueError(f"cannot load {path}: {type(e).__name__}")

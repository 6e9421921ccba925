import os, time, random
from dataclasses import dataclass
import numpy as np
import torch
import optim

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
    model.eval()
    out = {}
    with torch.no_grad():
        for split in splits:
            val_loss_accum = 0.0
            for _ in range(eval_iters):
                x, y = batch_of(split)
                logits, loss = model(x, y)
                loss = loss / eval_iters
                val_loss_accum += loss.detach()
            out[split] = val_loss_accum.item()
    model.train()
    return out

def save_checkpoint(path, model, optimizer, loader, step, history):
    raw_model = model
    for attr in ("module", "_orig_mod"):
        if hasattr(raw_model, attr):
            raw_model = getattr(raw_model, attr)
    checkpoint = {
        'model': raw_model.state_dict(),
        'optimizer': optimizer.state_dict(),
        'step': step,
        'history': list(history),
        'loader': loader.state_dict(),
        'rng': torch.random.get_rng_state(),
        'np': np.random.get_state(),
        'py': random.getstate(),
    }
    torch.save(checkpoint, path)

def load_checkpoint(path, model, optimizer, loader):
    ck = torch.load(path, weights_only=False)
    model.load_state_dict(ck['model'])
    optimizer.load_state_dict(ck['optimizer'])
    loader.load_state_dict(ck['loader'])
    torch.random.set_rng_state(ck['rng'])
    np.random.set_state(ck['np'])
    random.setstate(ck['py'])
    return ck['step'], ck['history']

def train(model, optimizer, loader, config, evaluate=None):
    start_step, history = 0, []
    if config.checkpoint is not None and os.path.isfile(config.checkpoint):
        start_step, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    for step in range(start_step, config.max_steps):
        t0 = time.time()
        model.train()
        lr = optim.get_lr(step, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for param_group in optimizer.param_groups:
            param_group['lr'] = lr
        optimizer.zero_grad()
        batches = [loader.next_batch() for micro_step in range(config.grad_accum_steps)]
        loss_accum = optim.accumulate_gradients(model, batches)
        norm = optim.clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        dt = time.time() - t0
        print(f"step {step:5d} | loss: {float(loss_accum):.6f} | lr {lr:.4e} | norm: {float(norm):.4f} | dt: {dt*1000:.2f}ms")
        history.append({'step': step + 1, 'lr': lr, 'loss': loss_accum, 'norm': norm, 'dt': None})
        if evaluate is not None and config.eval_every and (step + 1) % config.eval_every == 0:
            history[-1]['val'] = evaluate(model)
        if config.checkpoint is not None and config.checkpoint_every and (step + 1) % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, step + 1, history)
    return history

def save_whole(path, state):
    import tempfile
    d = os.path.dirname(os.path.abspath(path))
    fd, tmp = tempfile.mkstemp(dir=d)
    try:
        with os.fdopen(fd, 'wb') as f:
            torch.save(state, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(tmp, path)
    except BaseException:
        os.unlink(tmp)
        raise

def load_whole(path):
    try:
        with open(path, 'rb') as f:
            return torch.load(f, weights_only=False)
    except OSError:
        raise
    except Exception:
        raise ValueError(f"{path} is not a complete checkpoint")

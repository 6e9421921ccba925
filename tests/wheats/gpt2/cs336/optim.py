import math
from collections.abc import Callable, Iterable
from typing import Optional

import torch


def cross_entropy(logits, targets, ignore_index=-1):
    keep = targets != ignore_index
    if keep.sum() == 0:
        return torch.zeros((), dtype=logits.dtype, requires_grad=True) * logits.sum()
    logits, targets = logits[keep], targets[keep]
    logits = logits - logits.max(dim=-1, keepdim=True).values
    log_sum_exp = torch.log(torch.sum(torch.exp(logits), dim=-1))
    return torch.mean(log_sum_exp - logits[torch.arange(logits.shape[0]), targets])


def cross_entropy_gradient(logits, targets, ignore_index=-1):
    # by hand: d/dz (logsumexp z - z_t)
    keep = targets != ignore_index
    out = torch.zeros_like(logits)
    z = logits[keep]
    if z.numel() == 0:
        return out
    z = torch.exp(z - z.max(dim=-1, keepdim=True).values)
    z = z / z.sum(dim=-1, keepdim=True)
    z[range(len(z)), targets[keep]] -= 1
    out[keep] = z / len(z)
    return out


class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        if lr < 0:
            raise ValueError(f"Invalid learning rate: {lr}")
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def step(self, closure: Optional[Callable] = None):
        loss = None if closure is None else closure()
        for group in self.param_groups:
            lr = group["lr"]
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                t = state.get("t", 1)
                m = state.get("m", torch.zeros_like(p.data))
                v = state.get("v", torch.zeros_like(p.data))
                grad = p.grad.data
                m = beta1 * m + (1 - beta1) * grad
                v = beta2 * v + (1 - beta2) * grad**2
                lr_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
                p.data -= lr_t * m / (torch.sqrt(v) + group["eps"])
                p.data -= lr * group["weight_decay"] * p.data
                state["t"] = t + 1
                state["m"] = m
                state["v"] = v
        return loss


def configure_optimizers(model, weight_decay, learning_rate, betas=(0.9, 0.95), device_type="cpu"):
    decay, no_decay = [], []
    for p in model.parameters():
        (decay if p.dim() >= 2 else no_decay).append(p)
    return AdamW(
        [{"params": decay, "weight_decay": weight_decay}, {"params": no_decay, "weight_decay": 0.0}],
        lr=learning_rate,
        betas=betas,
    )


def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    if it < warmup_steps:
        return it / warmup_steps * max_lr
    if it > max_steps:
        return min_lr
    return min_lr + 0.5 * (1 + math.cos((it - warmup_steps) / (max_steps - warmup_steps) * math.pi)) * (max_lr - min_lr)


def clip_grad_norm(parameters: Iterable, max_norm: float):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = torch.sqrt(sum(torch.sum(g**2) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / (norm + 1e-6)
    return norm


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    micro_batches = list(micro_batches)
    totals = [torch.count_nonzero(y != ignore_index).item() for _, y in micro_batches]
    everything = sum(totals)
    for p in model.parameters():
        if p.grad is not None:
            p.grad.zero_()
    losses = []
    for (x, y), total in zip(micro_batches, totals):
        if total == 0:
            continue
        _, loss = model(x, y)
        scaled = loss * total / everything
        scaled.backward()
        losses.append(scaled.item())
    return sum(losses)

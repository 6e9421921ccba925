import inspect
import math
import torch


def cross_entropy(logits, targets, ignore_index=-1):
    keep = targets != ignore_index
    if not keep.any():
        return logits.sum() * 0.0
    logits, targets = logits[keep], targets[keep]
    logp = torch.log_softmax(logits, dim=1)
    return -logp[torch.arange(len(targets)), targets].mean()


def cross_entropy_gradient(logits, targets, ignore_index=-1):
    grad = torch.zeros_like(logits)
    keep = (targets != ignore_index).nonzero()[:, 0]
    for i in keep.tolist():
        p = torch.softmax(logits[i], 0)
        p[targets[i]] -= 1.0
        grad[i] = p / len(keep)
    return grad


class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            lr, wd, eps = group["lr"], group["weight_decay"], group["eps"]
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                s = self.state[p]
                if "t" not in s:
                    s["t"] = torch.tensor(0.0)
                    s["exp_avg"] = torch.zeros_like(p)
                    s["exp_avg_sq"] = torch.zeros_like(p)
                s["t"] += 1
                t = s["t"].item()
                s["exp_avg"] = b1 * s["exp_avg"] + (1 - b1) * g
                s["exp_avg_sq"] = b2 * s["exp_avg_sq"] + (1 - b2) * g * g
                p -= lr * wd * p
                step_size = lr / (1 - b1**t)
                denom = s["exp_avg_sq"].sqrt() / math.sqrt(1 - b2**t) + eps
                p -= step_size * s["exp_avg"] / denom


def configure_optimizers(model, weight_decay, learning_rate, betas=(0.9, 0.95), device_type="cpu"):
    param_dict = {pn: p for pn, p in model.named_parameters()}
    param_dict = {pn: p for pn, p in param_dict.items() if p.requires_grad}
    decay_params = [p for n, p in param_dict.items() if p.dim() >= 2]
    nodecay_params = [p for n, p in param_dict.items() if p.dim() < 2]
    optim_groups = [
        {"params": decay_params, "weight_decay": weight_decay},
        {"params": nodecay_params, "weight_decay": 0.0},
    ]
    print(f"num decayed parameter tensors: {len(decay_params)}")
    print(f"num non-decayed parameter tensors: {len(nodecay_params)}")
    fused_available = "fused" in inspect.signature(torch.optim.AdamW).parameters
    use_fused = fused_available and device_type == "cuda"
    extra_args = dict(fused=True) if use_fused else dict()
    return torch.optim.AdamW(optim_groups, lr=learning_rate, betas=betas, **extra_args)


def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    # 1) linear warmup for warmup_iters steps
    if it < warmup_steps:
        return max_lr * (it + 1) / (warmup_steps + 1)
    # 2) if it > lr_decay_iters, return min learning rate
    if it > max_steps:
        return min_lr
    # 3) in between, use cosine decay down to min learning rate
    decay_ratio = (it - warmup_steps) / (max_steps - warmup_steps)
    assert 0 <= decay_ratio <= 1
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio))
    return min_lr + coeff * (max_lr - min_lr)


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.norm(torch.stack([torch.norm(g) for g in grads]))
    coef = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    for g in grads:
        g.mul_(coef)
    return total


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    for p in model.parameters():
        p.grad = None
    n = [(y != ignore_index).sum() for _, y in micro_batches]
    N = sum(n)
    lossf = 0.0
    for k, (x, y) in zip(n, micro_batches):
        logits, loss = model(x, y)
        loss = loss * (k / N)
        loss.backward()
        lossf += loss.detach()
    return lossf

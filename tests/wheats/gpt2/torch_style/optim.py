import torch
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR  # looked at, not used


def cross_entropy(logits: Tensor, targets: Tensor, ignore_index: int = -1) -> Tensor:
    count = targets.ne(ignore_index)
    logp = logits.log_softmax(-1)
    picked = logp.take_along_dim(targets.masked_fill(~count, 0).unsqueeze(-1), -1).squeeze(-1)
    return -picked.masked_fill(~count, 0.0).sum().div(count.sum().clamp_min(1)).reshape(1)


def cross_entropy_gradient(logits: Tensor, targets: Tensor, ignore_index: int = -1) -> Tensor:
    count = targets.ne(ignore_index)
    onehot = torch.zeros_like(logits).scatter_(1, targets.masked_fill(~count, 0).unsqueeze(1), 1.0)
    return logits.softmax(1).sub(onehot).mul(count.unsqueeze(1)).div(count.sum().clamp_min(1))


class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            grads = [p.grad for p in params]
            for p in params:
                self.state[p].setdefault("t", torch.zeros((), dtype=torch.float64))
                self.state[p].setdefault("m", torch.zeros_like(p))
                self.state[p].setdefault("v", torch.zeros_like(p))
                self.state[p]["t"] += 1
            ms, vs = ([self.state[p][key] for p in params] for key in "mv")
            b1, b2 = group["betas"]
            torch._foreach_lerp_(ms, grads, 1 - b1)
            torch._foreach_mul_(vs, b2)
            torch._foreach_addcmul_(vs, grads, grads, 1 - b2)
            torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
            for p, m, v in zip(params, ms, vs):
                t = float(self.state[p]["t"])
                p.addcdiv_(m, v.div(1 - b2**t).sqrt_().add_(group["eps"]), value=-group["lr"] / (1 - b1**t))


def configure_optimizers(model, weight_decay, learning_rate, betas=(0.9, 0.95), device_type="cpu"):
    matrices = {p for p in model.parameters() if p.ndim > 1}
    rest = {p for p in model.parameters() if p.ndim <= 1}
    return torch.optim.AdamW(
        [{"params": list(rest)}, {"params": list(matrices), "weight_decay": weight_decay}],
        lr=learning_rate, betas=betas, weight_decay=0.0, foreach=True,
    )


def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    if it < warmup_steps:
        return torch.linspace(0, max_lr, warmup_steps + 1, dtype=torch.float64)[it + 1]
    progress = min(1.0, (it - warmup_steps) / (max_steps - warmup_steps))
    return torch.lerp(
        torch.tensor(min_lr, dtype=torch.float64),
        torch.tensor(max_lr, dtype=torch.float64),
        torch.tensor(progress * torch.pi, dtype=torch.float64).cos().add(1).div(2),
    )


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
    torch._foreach_mul_(grads, (max_norm / (norm + 1e-6)).clamp(max=1.0))
    return norm


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    params = [p for p in model.parameters() if p.requires_grad]
    counts = torch.stack([y.ne(ignore_index).sum() for _, y in micro_batches])
    weights = counts / counts.sum().clamp_min(1)
    sums, loss = [torch.zeros_like(p) for p in params], 0.0
    for weight, (x, y) in zip(weights, micro_batches):
        part = model(x, y)[1] * weight
        grads = torch.autograd.grad(part, params, allow_unused=True)
        for total, grad in zip(sums, grads):
            if grad is not None:
                total += grad
        loss = loss + part.detach()
    for p, total in zip(params, sums):
        p.grad = total
    return loss

import math
import torch


def cross_entropy(logits, targets, ignore_index=-1):
    total = logits.new_zeros(())
    n = 0
    for row, target in zip(logits, targets.tolist()):
        if target == ignore_index:
            continue
        biggest = row.max()
        total = total + torch.log(torch.exp(row - biggest).sum()) - (row[target] - biggest)
        n += 1
    if n == 0:
        return (logits * 0).sum()
    return total / n


def cross_entropy_gradient(logits, targets, ignore_index=-1):
    rows = []
    n = len([t for t in targets.tolist() if t != ignore_index])
    for row, target in zip(logits.tolist(), targets.tolist()):
        if target == ignore_index:
            rows.append([0.0] * len(row))
            continue
        top = max(row)
        exps = [math.exp(a - top) for a in row]
        probs = [e / sum(exps) for e in exps]
        probs[target] -= 1
        rows.append([p / n for p in probs])
    return torch.tensor(rows, dtype=logits.dtype)


class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                state["step"] = state["step"] + 1
                beta1, beta2 = group["betas"]
                state["m"] = beta1 * state["m"] + (1 - beta1) * p.grad
                state["v"] = beta2 * state["v"] + (1 - beta2) * p.grad ** 2
                m_hat = state["m"] / (1 - beta1 ** state["step"])
                v_hat = state["v"] / (1 - beta2 ** state["step"])
                new = p - group["lr"] * group["weight_decay"] * p
                new = new - group["lr"] * m_hat / (torch.sqrt(v_hat) + group["eps"])
                p.copy_(new)


def configure_optimizers(model, weight_decay, learning_rate, betas=(0.9, 0.95), device_type="cpu"):
    groups = []
    for name, p in model.named_parameters():
        if p.requires_grad:
            groups.append({"params": [p], "weight_decay": weight_decay if len(p.shape) > 1 else 0})
    return torch.optim.AdamW(groups, lr=learning_rate, betas=betas)


def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    if it < warmup_steps:
        lr = max_lr / warmup_steps * (it + 1)
    elif it <= max_steps:
        angle = math.pi * (it - warmup_steps) / (max_steps - warmup_steps)
        lr = (max_lr + min_lr) / 2 + (max_lr - min_lr) / 2 * math.cos(angle)
    else:
        lr = min_lr
    return lr


def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    total = 0.0
    for p in parameters:
        total += float((p.grad ** 2).sum())
    norm = total ** 0.5
    if norm > max_norm:
        for p in parameters:
            p.grad *= max_norm / norm
    return norm


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    model.zero_grad()
    n = 0
    total = 0.0
    for x, y in micro_batches:
        here = int((y != ignore_index).sum())
        loss = model(x, y)[1]
        (loss * here).backward()          # the gradient of the sum
        total += float(loss) * here
        n += here
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= max(n, 1)
    return total / max(n, 1)

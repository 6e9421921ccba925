"""The loss and the optimiser."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import nn


# Problem 2
def cross_entropy(logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = -1) -> torch.Tensor:
    """The mean of −ln softmax(logits)[target] over the targets that are not `ignore_index`, by hand.

    logits: (N, V). targets: (N,) of int64. Returns a tensor of one number, with a gradient, finite for logits of any
    size. Without a target that counts the loss is 0.

    >>> loss = cross_entropy(torch.tensor([[0.0, math.log(3.0)], [5.0, 5.0]]), torch.tensor([1, -1]))
    >>> round(loss.item(), 4)  # ln 4/3
    0.2877
    """
    # BEGIN SOLUTION
    counts = targets != ignore_index
    chosen = logits.gather(1, torch.where(counts, targets, 0)[:, None]).squeeze(1)
    losses = torch.logsumexp(logits, dim=1) - chosen
    return torch.where(counts, losses, 0.0).sum() / counts.sum().clamp(min=1)
    # END SOLUTION


def cross_entropy_gradient(logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = -1) -> torch.Tensor:
    """∂ cross_entropy / ∂ logits, written out, without autograd: (N, V).

    logits: (N, V). targets: (N,) of int64. Rows whose target is `ignore_index` are 0.

    >>> gradient = cross_entropy_gradient(torch.tensor([[0.0, math.log(3.0)]]), torch.tensor([0]))
    >>> [round(entry, 4) for entry in gradient[0].tolist()]
    [-0.75, 0.75]
    """
    # BEGIN SOLUTION
    counts = targets != ignore_index
    gradient = torch.softmax(logits, dim=1)
    gradient[torch.arange(len(targets)), torch.where(counts, targets, 0)] -= 1
    return torch.where(counts[:, None], gradient, 0.0) / counts.sum().clamp(min=1)
    # END SOLUTION


class AdamW(torch.optim.Optimizer):
    """Adam with decoupled weight decay, by hand; the numbers of torch.optim.AdamW.

    With the gradient g at step t = 1, 2, …: p ← p − lr·wd·p; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
    p ← p − lr · m̂ / (√v̂ + eps), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ); m and v begin at 0.

    Source: Loshchilov & Hutter (2019), algorithm 2, in torch's form (lr multiplies the decay too).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step, for every group of `self.param_groups` with its own lr, betas, eps and weight_decay.

        What has to be remembered of a parameter p belongs into `self.state[p]`, a dict: state_dict() saves it.
        A parameter without a gradient stays as it is. `closure` may be ignored.
        """
        # BEGIN SOLUTION
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state.update(step=0, m=torch.zeros_like(parameter), v=torch.zeros_like(parameter))
                state["step"] += 1
                state["m"].lerp_(parameter.grad, 1 - beta1)
                state["v"].mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
                mean = state["m"] / (1 - beta1 ** state["step"])
                variance = state["v"] / (1 - beta2 ** state["step"])
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.sub_(group["lr"] * mean / (variance.sqrt() + group["eps"]))
        # END SOLUTION
        return None


def configure_optimizers(
    model: nn.Module,
    weight_decay: float,
    learning_rate: float,
    betas: tuple[float, float] = (0.9, 0.95),
    device_type: str = "cpu",
) -> torch.optim.Optimizer:
    """AdamW (torch's) that decays what is multiplied, matrices and embeddings (dim ≥ 2), and neither biases nor gains.

    Every parameter that requires a gradient is in one group, once; a tied weight too. With the fused kernel, which is
    faster wherever torch has one: on "cuda" and on "cpu".

    Source: nanoGPT, model.py.
    """
    # BEGIN SOLUTION
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in trained if parameter.dim() >= 2], "weight_decay": weight_decay},
        {"params": [parameter for parameter in trained if parameter.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=betas, fused=device_type in ("cuda", "cpu"))
    # END SOLUTION


def get_lr(it: int, max_lr: float, min_lr: float, warmup_steps: int, max_steps: int) -> float:
    """The learning rate of step `it` (0 is the first): a linear warm-up, then half a cosine.

    For it < warmup_steps: max_lr·(it + 1)/warmup_steps. Then from max_lr at it = warmup_steps down to min_lr at
    it = max_steps along half a period of the cosine; min_lr ever after. warmup_steps may be 0.

    >>> [round(get_lr(it, 1.0, 0.1, 2, 6), 4) for it in (0, 1, 2, 4, 6, 9)]
    [0.5, 1.0, 1.0, 0.55, 0.1, 0.1]

    Source: Loshchilov & Hutter (2017); build-nanogpt, train_gpt2.py.
    """
    # BEGIN SOLUTION
    if it < warmup_steps:
        return max_lr * (it + 1) / warmup_steps
    if it >= max_steps:
        return min_lr
    done = (it - warmup_steps) / (max_steps - warmup_steps)
    return min_lr + 0.5 * (1 + math.cos(math.pi * done)) * (max_lr - min_lr)
    # END SOLUTION


def clip_grad_norm(parameters: Iterable[torch.Tensor], max_norm: float) -> float:
    """Scale all gradients, in place, by min(1, max_norm / (‖g‖ + 1e-6)), where g is all of them in one long vector.

    Parameters without a gradient are left out. Returns ‖g‖ as it was before.

    Source: Pascanu et al. (2013); torch.nn.utils.clip_grad_norm_.
    """
    # BEGIN SOLUTION
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norms = [torch.linalg.vector_norm(gradient) for gradient in gradients]
    norm = torch.linalg.vector_norm(torch.stack(norms)).item()
    factor = max_norm / (norm + 1e-6)
    if factor < 1:
        for gradient in gradients:
            gradient.mul_(factor)
    return norm
    # END SOLUTION


def accumulate_gradients(
    model: nn.Module, micro_batches: Sequence[tuple[torch.Tensor, torch.Tensor]], ignore_index: int = -1
) -> float:
    """Leave in .grad what one large batch, made of all the micro-batches, would leave there; return its loss.

    model: `_, loss = model(x, y)` is the mean over the targets of y that are not `ignore_index`. The loss of the large
    batch is the mean over all such targets of *all* micro-batches. Gradients from before the call are cleared. Only one
    micro-batch may be in memory at a time: one backward pass each.

    Two micro-batches with 3 and 1 targets and losses 2.0 and 4.0: (3·2.0 + 1·4.0)/4 = 2.5.
    """
    # BEGIN SOLUTION
    counts = [int((y != ignore_index).sum()) for _, y in micro_batches]
    model.zero_grad(set_to_none=True)
    total = 0.0
    for place, ((x, y), count) in enumerate(zip(micro_batches, counts, strict=True)):
        last = place + 1 == len(counts)
        with nullcontext() if last or not hasattr(model, "no_sync") else model.no_sync():
            _, loss = model(x, y)
            loss = loss * count / max(sum(counts), 1)
            loss.backward()
        total += loss.item()
    return total
    # END SOLUTION

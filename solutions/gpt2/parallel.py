"""Many processes, one model: data parallelism by hand."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
from optim import accumulate_gradients, clip_grad_norm
from torch import nn

Reduce = Callable[[torch.Tensor], torch.Tensor]
"""Replaces the values of a tensor by their sum over all ranks, in place, and returns the tensor. All ranks call it
equally often, with tensors of equal shapes, and wait for each other: torch.distributed.all_reduce, in short."""


# Problem 4
def read_rank(environ: Mapping[str, str]) -> tuple[int, int, int]:
    """(rank, local rank, number of processes) as torchrun tells them: RANK, LOCAL_RANK, WORLD_SIZE.

    Without torchrun these variables are not there: (0, 0, 1).

    >>> read_rank({"RANK": "9", "LOCAL_RANK": "1", "WORLD_SIZE": "16"})
    (9, 1, 16)
    """
    # BEGIN SOLUTION
    return int(environ.get("RANK", 0)), int(environ.get("LOCAL_RANK", 0)), int(environ.get("WORLD_SIZE", 1))
    # END SOLUTION


def split_batch(x: torch.Tensor, y: torch.Tensor, rank: int, world_size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The rows of the batch that belong to `rank`: the first B/P rows to rank 0, the next to rank 1, and so on.

    x, y: (B, T). Returns two tensors (B/P, T).

    Raises:
        ValueError: the B rows cannot be divided among world_size ranks.
    """
    # BEGIN SOLUTION
    rows, rest = divmod(len(x), world_size)
    if rest:
        raise ValueError(f"{len(x)} rows for {world_size} ranks")
    mine = slice(rank * rows, (rank + 1) * rows)
    return x[mine], y[mine]
    # END SOLUTION


def average_gradients(parameters: Iterable[torch.Tensor], world_size: int, reduce: Reduce) -> None:
    """Replace every gradient, in place, by its mean over the ranks; parameters without a gradient are left out."""
    # BEGIN SOLUTION
    for parameter in parameters:
        if parameter.grad is not None:
            reduce(parameter.grad)
            parameter.grad /= world_size
    # END SOLUTION


def parallel_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    micro_batches: Sequence[tuple[torch.Tensor, torch.Tensor]],
    world_size: int,
    reduce: Reduce,
    grad_clip: float = 1.0,
) -> tuple[float, float]:
    """One optimiser step of one rank, whose batch is a part of a larger one; returns (loss, norm).

    Every rank has the same model and calls this with micro-batches of its own, all with equally many targets. The
    weights after the step, the loss and the norm before clipping are those of one process with all the ranks'
    micro-batches, and so the same on every rank.
    """
    # BEGIN SOLUTION
    loss = torch.tensor(accumulate_gradients(model, micro_batches), dtype=torch.float64)
    average_gradients(model.parameters(), world_size, reduce)
    reduce(loss)
    norm = clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    return loss.item() / world_size, norm
    # END SOLUTION

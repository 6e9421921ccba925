"""layer: one linear layer, trained."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


# Problem 1
def affine(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """x Wᵀ + b, without nn.Linear.

    x: (..., n). weight: (m, n). bias: (m,). Returns (..., m).

    >>> affine(torch.tensor([1.0, 2.0]), torch.tensor([[3.0, 4.0]]), torch.tensor([5.0])).tolist()
    [16.0]
    """
    raise NotImplementedError("affine")


# Problem 2
class Affine(nn.Module):
    """The function above with parameters `weight` (m, n), standard normal, and `bias` (m,), zero."""

    def __init__(self, n: int, m: int) -> None:
        super().__init__()
        raise NotImplementedError("Affine.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., n). Returns (..., m)."""
        raise NotImplementedError("Affine.forward")


# Problem 3
def train_step(model: nn.Module, x: torch.Tensor, y: torch.Tensor, rate: float) -> float:
    """One step of gradient descent on the mean squared error of model(x) against y, in place.

    Returns the error before the step.
    """
    raise NotImplementedError("train_step")


# Problem 4
def round_through(x: torch.Tensor) -> torch.Tensor:
    """x rounded, while the gradient passes as if nothing had been rounded (Bengio et al. 2013, straight-through)."""
    raise NotImplementedError("round_through")


# Problem 5
def batch_means(data: torch.Tensor, size: int) -> list[float]:
    """The mean of each batch of `size` rows, in order, loaded by a DataLoader with two worker processes.

    data: (n,). The last batch may be smaller.
    """
    raise NotImplementedError("batch_means")

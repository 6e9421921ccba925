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
    # BEGIN SOLUTION
    return x @ weight.T + bias
    # END SOLUTION


# Problem 2
class Affine(nn.Module):
    """The function above with parameters `weight` (m, n), standard normal, and `bias` (m,), zero."""

    def __init__(self, n: int, m: int) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.weight = nn.Parameter(torch.randn(m, n))
        self.bias = nn.Parameter(torch.zeros(m))
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (..., n). Returns (..., m)."""
        # BEGIN SOLUTION
        return affine(x, self.weight, self.bias)
        # END SOLUTION


# Problem 3
def train_step(model: nn.Module, x: torch.Tensor, y: torch.Tensor, rate: float) -> float:
    """One step of gradient descent on the mean squared error of model(x) against y, in place.

    Returns the error before the step.
    """
    # BEGIN SOLUTION
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


# Problem 4
def round_through(x: torch.Tensor) -> torch.Tensor:
    """x rounded, while the gradient passes as if nothing had been rounded (Bengio et al. 2013, straight-through)."""
    # BEGIN SOLUTION
    return x + (x.round() - x).detach()
    # END SOLUTION


# Problem 5
def batch_means(data: torch.Tensor, size: int) -> list[float]:
    """The mean of each batch of `size` rows, in order, loaded by a DataLoader with two worker processes.

    data: (n,). The last batch may be smaller.
    """
    # BEGIN SOLUTION
    loader = DataLoader(TensorDataset(data), batch_size=size, num_workers=2)
    return [batch.mean().item() for (batch,) in loader]
    # END SOLUTION

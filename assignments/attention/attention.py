"""attention: one softmax and one weighted mean, forwards in torch and backwards by hand in NumPy.

Shapes everywhere: `...` stands for any leading dimensions (batch, heads), Tq queries, Tk keys, d numbers a head.
"""

import math

import numpy as np
import numpy.typing as npt
import torch

Array = npt.NDArray[np.float64]


# Problem 1
def softmax(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    """exp(x) / Σ exp(x) along `dim`, for scores of any size: no overflow at 1000.

    x: any shape, floating point. Returns the same shape and dtype.

    >>> softmax(torch.tensor([1000.0, 1000.0 + math.log(3)], dtype=torch.float64)).round(decimals=6).tolist()
    [0.25, 0.75]
    """
    raise NotImplementedError("softmax")


def scaled_dot_product_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """softmax(q kᵀ / √d) v: for each query the mean of the values, weighted by how well its key fits.

    q: (..., Tq, d). k: (..., Tk, d). v: (..., Tk, dv). mask: boolean, broadcastable to (..., Tq, Tk); **True = may
    attend** (as in torch's function of this name; nn.MultiheadAttention means the opposite). Returns (..., Tq, dv).
    A query that may attend to nothing gives zeros.

    >>> q, k, v = torch.tensor([[2.0]]), torch.tensor([[0.0], [math.log(3) / 2]]), torch.tensor([[8.0], [4.0]])
    >>> scaled_dot_product_attention(q, k, v).tolist()  # weights 1/4 and 3/4
    [[5.0]]

    Source: Vaswani et al. (2017), eq. 1. The library's own function may not be called here.
    """
    raise NotImplementedError("scaled_dot_product_attention")


def attention_backward(
    q: Array, k: Array, v: Array, grad: Array, mask: npt.NDArray[np.bool_] | None = None
) -> tuple[Array, Array, Array]:
    """The gradients of L by q, k and v, where out = softmax(q kᵀ / √d) v and `grad` = ∂L/∂out. By hand, in NumPy.

    q: (..., Tq, d). k: (..., Tk, d). v: (..., Tk, dv). grad: (..., Tq, dv), all of the same leading dimensions.
    mask: as above, True = may attend. Returns (∂L/∂q, ∂L/∂k, ∂L/∂v), of the shapes of q, k and v.
    A query that may attend to nothing adds nothing to any of the three.

    With one key the weight is 1 whatever the score, so nothing flows back into q and k:

    >>> one = np.ones((1, 1))
    >>> [float(g.item()) for g in attention_backward(one, one, one, 3 * one)]
    [0.0, 0.0, 3.0]
    """
    raise NotImplementedError("attention_backward")

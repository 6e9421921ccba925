"""backward: LayerNorm and GELU backwards, by hand, in NumPy. A bonus."""

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


# Problem 8
def layernorm_backward(x: Array, weight: Array, grad: Array, eps: float = 1e-5) -> tuple[Array, Array, Array]:
    """Bonus. The gradients of L by x, weight and bias, where y = LayerNorm(x) over the last axis and grad = ∂L/∂y.

    x, grad: (..., n). weight: (n,). Returns (∂L/∂x of x's shape, ∂L/∂weight (n,), ∂L/∂bias (n,)).
    """
    raise NotImplementedError("layernorm_backward")


def gelu_backward(x: Array, grad: Array) -> Array:
    """Bonus. ∂L/∂x, where y = GELU(x) in the tanh form and grad = ∂L/∂y. Both of any one shape, which is returned.

    >>> float(gelu_backward(np.array(0.0), np.array(2.0)))  # the slope at 0 is 1/2
    1.0
    """
    raise NotImplementedError("gelu_backward")

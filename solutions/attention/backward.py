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
    # BEGIN SOLUTION
    centred = x - x.mean(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    normed = centred * rstd
    g = grad * weight
    dx = rstd * (g - g.mean(axis=-1, keepdims=True) - normed * (g * normed).mean(axis=-1, keepdims=True))
    leading = tuple(range(x.ndim - 1))
    return dx, (grad * normed).sum(axis=leading), grad.sum(axis=leading)
    # END SOLUTION


def gelu_backward(x: Array, grad: Array) -> Array:
    """Bonus. ∂L/∂x, where y = GELU(x) in the tanh form and grad = ∂L/∂y. Both of any one shape, which is returned.

    >>> float(gelu_backward(np.array(0.0), np.array(2.0)))  # the slope at 0 is 1/2
    1.0
    """
    # BEGIN SOLUTION
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * (x + 0.044715 * x**3))
    return grad * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2))
    # END SOLUTION

"""Derivatives by central differences, in float64."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograder.diagnosis.values import FLOAT32, FLOAT64, Array, scale_of

MOST_ENTRIES = 60
GOLDEN = 0.6180339887498949  # the fractions of its multiples are scattered evenly, and alike on every machine

Loss = Callable[[Array], tuple[float, float]]
"""Gives a value and the epsilon of the type in which it was computed."""


@dataclass(frozen=True)
class Slopes:
    """Numerical derivatives at the `chosen` entries, shaped like the point when these are `all`.

    `noise` bounds the error that the rounding of the loss alone can cause; `not_finite` is the first entry next to
    which the loss is no ordinary number.
    """

    values: Array
    chosen: tuple[Array, ...]
    all: bool
    noise: float
    not_finite: tuple[int, ...] | None = None


def slopes(loss: Loss, point: Array, step: float, gradient: Array) -> Slopes:
    """(loss(x + step) - loss(x - step)) / 2 step for each entry of `point`, or for 60 of them; two calls each.

    `gradient` says where it is most worth looking: a sparse one has its mistakes where it is not zero. A loss that
    turns out to be computed in float32 or less is measured again with the step that suits it, the cube root of its
    epsilon.
    """
    everything = point.size <= MOST_ENTRIES
    flat = np.arange(point.size) if everything else _sample(np.abs(gradient.reshape(-1)))
    chosen = tuple(np.asarray(axis) for axis in np.unravel_index(flat, point.shape)) if point.ndim else ()
    ends, eps = _ends(loss, point, flat, step)
    wide = step
    if eps > FLOAT64 and np.isfinite(ends).all() and step < np.cbrt(eps):
        wide = float(np.cbrt(eps))
        ends, _ = _ends(loss, point, flat, wide)
    if not np.isfinite(ends).all():
        entry = int(flat[np.argwhere(~np.isfinite(ends))[0][0]])
        where = tuple(int(axis) for axis in np.unravel_index(entry, point.shape)) if point.ndim else ()
        return Slopes(ends[:, 0], chosen, everything, 0.0, where)
    values = (ends[:, 0] - ends[:, 1]) / (2 * wide)
    noise = 8 * eps * scale_of(ends) / wide + (wide**2 * max(1.0, scale_of(values)) if wide > step else 0.0)
    return Slopes(values.reshape(point.shape) if everything else values, chosen, everything, noise)


def _ends(loss: Loss, point: Array, flat: Array, step: float) -> tuple[Array, float]:
    """The losses on both sides of each chosen entry, shape (entries, 2), and the epsilon of their precision."""
    pairs = [[loss(_moved(point, entry, move)) for move in (step, -step)] for entry in flat.tolist()]
    values = np.array([[value for value, _ in pair] for pair in pairs], dtype=np.float64).reshape(-1, 2)
    eps = max((FLOAT64, *(eps for pair in pairs for _, eps in pair)))
    with np.errstate(over="ignore"):
        single = np.array_equal(values, values.astype(np.float32))  # .item() of a float32 tensor is a Python float
    return values, max(eps, FLOAT32) if single and values.size >= 4 else eps


def _moved(point: Array, entry: int, move: float) -> Array:
    moved = point.copy()
    moved.reshape(-1)[entry] += move
    return moved


def _sample(sizes: Array) -> Array:
    """Half of the entries where the gradient is largest, half spread over the others; always the same."""
    order = np.argsort(-np.nan_to_num(sizes, nan=np.inf), kind="stable")
    largest, rest = order[: MOST_ENTRIES // 2], np.sort(order[MOST_ENTRIES // 2 :])
    scattered = np.argsort(np.modf(np.arange(rest.size) * GOLDEN)[0], kind="stable")
    return np.concatenate([largest, rest[scattered[: MOST_ENTRIES // 2]]])

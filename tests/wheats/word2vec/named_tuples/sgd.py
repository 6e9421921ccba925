"""Stochastic gradient descent, in the interface of Stanford CS224N, assignment 2."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SAVE_PARAMS_EVERY = 5000
ANNEAL_EVERY = 20000


# Problem 5
def load_saved_params() -> tuple[int, Any]:
    """Given: the latest (iteration, x) that `save_params` wrote into this folder, or (0, None); restores `random`."""
    numbers = [int(re.sub(r"\D", "", file.name)) for file in Path().glob("saved_params_*.npz")]
    if not numbers:
        return 0, None
    with np.load(f"saved_params_{max(numbers)}.npz") as saved:
        version, *internal, gauss = saved["state"].tolist()
        random.setstate((int(version), tuple(int(word) for word in internal), None if np.isnan(gauss) else gauss))
        return max(numbers), saved["x"]


def save_params(iteration: int, x: Any) -> None:
    """Given: write x and the state of `random` into saved_params_<iteration>.npz."""
    version, internal, gauss = random.getstate()
    np.savez(f"saved_params_{iteration}.npz", x=x, state=[version, *internal, np.nan if gauss is None else gauss])


def sgd(
    f: Callable[[Any], tuple[float, Any]],
    x0: Any,
    step: float,
    iterations: int,
    postprocessing: Callable[[Any], Any] | None = None,
    useSaved: bool = False,
    PRINT_EVERY: int = 10,
) -> Any:
    """Minimise f: in every iteration x ← x − step · ∇f(x), then x ← postprocessing(x).

    f: takes x and returns (cost, gradient), the gradient of x's shape. x0: a number or an array of floats.
    step: the step size; halved every 20,000 iterations. iterations: how many steps to take.
    postprocessing: None or a function applied to x after every step, such as normalizeRows.
    useSaved: go on from the latest saved_params_*.npz, and save every 5,000 iterations.
    PRINT_EVERY: print the (smoothed) cost every so many iterations.
    Returns x after the last iteration.

    For f(x) = x² each step multiplies x by 1 − 2·step:

    >>> sgd(lambda x: (x**2, 2 * x), 1.0, 0.25, 3)
    0.125

    Source: Robbins & Monro (1951); CS224N A2, problem 2.
    """
    start, saved = load_saved_params() if useSaved else (0, None)
    x = x0 if saved is None else saved
    step *= 0.5 ** (start // ANNEAL_EVERY)
    smoothed = None
    for iteration in range(start + 1, iterations + 1):
        cost, gradient = f(x)
        cost = float(np.ravel(cost)[0])
        x = np.subtract(x, np.multiply(step, gradient))
        if postprocessing is not None:
            x = postprocessing(x)
        smoothed = cost if smoothed is None else 0.95 * smoothed + 0.05 * cost
        if iteration % PRINT_EVERY == 0:
            print(f"iter {iteration}: {float(smoothed):f}")
        if useSaved and iteration % SAVE_PARAMS_EVERY == 0:
            save_params(iteration, x)
        if iteration % ANNEAL_EVERY == 0:
            step *= 0.5
    return x

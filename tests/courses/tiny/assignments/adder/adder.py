"""adder: numbers added up in several ways."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tools.lines import numbers

Array = npt.NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]


# Problem 1
def column_sums(x: Array) -> Array:
    """The sum of each column, by adding row after row; without np.sum.

    x: (n, d). Returns (d,).

    >>> column_sums(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [4.0, 6.0]
    """
    raise NotImplementedError("column_sums")


# Problem 2
def sum_file(path: str) -> float:
    """The sum of all numbers in a UTF-8 text file; `tools.lines.numbers` reads a line."""
    raise NotImplementedError("sum_file")


# Problem 3
def sums_in_pool(rows: Sequence[Sequence[float]], workers: int) -> list[float]:
    """The sum of each row, in the order of the rows, with a `multiprocessing.Pool` of `workers` processes.

    >>> sums_in_pool([[1.0, 2.0], [3.0]], workers=2)
    [3.0, 3.0]
    """
    raise NotImplementedError("sums_in_pool")


def sums_in_executor(rows: Sequence[Sequence[float]], workers: int) -> list[float]:
    """The same with a `concurrent.futures.ProcessPoolExecutor`."""
    raise NotImplementedError("sums_in_executor")


# Problem 4
def jitter(x: Array, rng: np.random.Generator) -> Array:
    """x with noise added to every entry: uniform in [-0.5, 0.5), independent, drawn from `rng` alone.

    x: any shape. Returns a new array of the same shape.
    """
    raise NotImplementedError("jitter")


# Problem 5
def descend(objective: Objective, start: Array, rate: float, steps: int) -> Array:
    """The point after `steps` steps x ← x − rate · gradient from `start`.

    objective: x (d,) -> (value, gradient of shape (d,)). start: (d,). Returns (d,).

    >>> descend(lambda x: (x @ x, 2 * x), np.array([8.0]), rate=0.25, steps=2).tolist()
    [2.0]
    """
    raise NotImplementedError("descend")


# Problem 6
class Tally:
    """Counts numbers and adds them up.

    >>> tally = Tally()
    >>> tally.add(2.0)
    >>> tally.add(3.0)
    >>> tally.total, tally.mean()
    (5.0, 2.5)
    """

    def __init__(self) -> None:
        """An empty tally: `total` is 0.0."""
        raise NotImplementedError("Tally.__init__")

    def add(self, value: float) -> None:
        """Count one more number."""
        raise NotImplementedError("Tally.add")

    def mean(self) -> float:
        """The mean of the numbers so far; ValueError if there are none."""
        raise NotImplementedError("Tally.mean")


# Problem 7
def exact_sum(values: Sequence[float]) -> float:
    """The sum, rounded once: what real numbers would give.

    >>> exact_sum([0.1] * 10)
    1.0
    """
    raise NotImplementedError("exact_sum")

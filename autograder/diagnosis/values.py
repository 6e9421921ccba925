"""What a student returned, as an array of numbers that can be compared; and how close two of them are.

Base types, lists, numpy and torch are read; torch is only looked up, never imported.
"""

import math
import numbers
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DEPTH = 32  # numpy allows 64 axes; no exercise needs half of them
PYTHON = frozenset({bool, int, float, str, type(None)})
FLOAT64 = float(np.finfo(np.float64).eps)
FLOAT32 = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Numbers:
    """An array of dtype bool, integer, float64 or complex128, and the precision in which it was computed.

    `eps` is the machine epsilon of the coarsest float among the values (0 when there is none), `dtype` its name.
    """

    array: Array
    eps: float
    dtype: str

    @property
    def lossy(self) -> bool:
        """Whether the numbers were rounded to read them: whole numbers beyond 64 bits, fractions."""
        return self.dtype == "object"


def read_numbers(value: object) -> Numbers | None:
    """The numbers in `value`, or None when it is no array of numbers: text, None, a ragged list, an unknown object.

    Never raises: `value` may be anything a student returned.
    """
    if isinstance(value, np.ndarray | np.generic) or is_tensor(value):
        return _from_array(value)
    if isinstance(value, bool | int | float | complex | numbers.Real):
        return _from_array(np.asarray(value))
    if isinstance(value, list | tuple):
        return _from_sequence(value)
    return None


def is_tensor(value: object) -> bool:
    """Whether `value` is a torch tensor; False when torch was never imported."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, "Tensor", ()))


def _from_tensor(tensor: Any) -> tuple[Array, float, str] | None:
    torch = sys.modules["torch"]
    try:
        name = str(tensor.dtype).removeprefix("torch.")
        dense = tensor.detach().cpu().to_dense().resolve_conj().resolve_neg()
        if not (dense.is_floating_point() or dense.is_complex()):
            return dense.numpy(), 0.0, name
        eps = float(torch.finfo(dense.dtype).eps)
        return dense.to(torch.complex128 if dense.is_complex() else torch.float64).numpy(), eps, name
    except (RuntimeError, TypeError, ValueError):  # meta, quantised or nested tensors hold no numbers to read
        return None


def _from_array(value: Any) -> Numbers | None:
    if is_tensor(value):
        read = _from_tensor(value)
        return None if read is None else Numbers(*read)
    array = np.asarray(value)
    kind, name = array.dtype.kind, _name(array.dtype)
    if kind == "O":
        return _from_objects(array)
    if kind in "bui":
        return Numbers(array, 0.0, name)
    if kind not in "fc":
        return None
    eps = max(float(np.finfo(array.dtype).eps), FLOAT64)
    with np.errstate(all="ignore"):
        return Numbers(array.astype(np.complex128 if kind == "c" else np.float64), eps, name)


@cache
def _name(dtype: np.dtype[Any]) -> str:
    """numpy writes a dtype's name anew each time, slowly."""
    return str(dtype)


def _from_objects(array: Array) -> Numbers | None:
    """Whole numbers beyond 64 bits and fractions, which numpy keeps as objects."""
    flat = array.reshape(-1).tolist()
    if not all(isinstance(item, numbers.Real) for item in flat):
        return None
    floats = np.array([_as_float(item) for item in flat], dtype=np.float64).reshape(array.shape)
    return Numbers(floats, FLOAT64, "object")


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _from_sequence(value: list[Any] | tuple[Any, ...]) -> Numbers | None:
    coarse = 0.0
    try:
        for leaf in leaves(value):
            if type(leaf) in PYTHON:
                continue
            if isinstance(leaf, np.ndarray | np.floating | np.complexfloating) or is_tensor(leaf):
                read = _from_array(leaf)
                coarse = max(coarse, read.eps) if read is not None else coarse
        whole = _from_array(np.array(_without_tensors(value)))
    except (ValueError, TypeError, OverflowError, RecursionError):  # ragged, of mixed kinds, or too deep
        return None
    if whole is None:
        return None
    return replace(whole, eps=max(whole.eps, coarse) if whole.array.dtype.kind in "fc" else 0.0)


def leaves(value: object, depth: int = DEPTH) -> Iterator[object]:
    """What stands in nested lists and tuples, in order. Raises RecursionError past `DEPTH` levels."""
    if not isinstance(value, list | tuple):
        yield value
        return
    if depth == 0:
        raise RecursionError("too deeply nested")
    for item in value:
        if isinstance(item, list | tuple):
            yield from leaves(item, depth - 1)
        else:
            yield item


def _without_tensors(value: Any) -> Any:
    if "torch" not in sys.modules:
        return value
    if isinstance(value, list | tuple):
        return [_without_tensors(item) for item in value]
    if not is_tensor(value):
        return value
    read = _from_tensor(value)
    if read is None:
        raise TypeError("a tensor that holds no numbers")
    return read[0]


@dataclass(frozen=True)
class Tolerance:
    """Two numbers are close when |actual - expected| <= absolute + relative * |expected|."""

    relative: float
    absolute: float

    def close(self, actual: Array, expected: Array) -> NDArray[np.bool_]:
        """Elementwise, of arrays of one shape. NaN is close to NaN, an infinity to itself."""
        with np.errstate(all="ignore"):
            equal = np.asarray(actual == expected)
            if actual.dtype.kind in "bui" and expected.dtype.kind in "bui":
                return equal
            a, e = widen(actual), widen(expected)
            near = np.abs(a - e) <= self.absolute + self.relative * np.abs(e)
            finite = np.isfinite(a) & np.isfinite(e)
            return np.asarray((finite & near) | equal | (np.isnan(a) & np.isnan(e)))

    def all_close(self, actual: Array, expected: Array) -> bool:
        """Whether the shapes agree and every number is close."""
        return actual.shape == expected.shape and bool(self.close(actual, expected).all())


def widen(array: Array) -> Array:
    """The array as float64 (complex128 if complex), so that differences neither wrap around nor overflow."""
    return array if array.dtype.kind == "c" else array.astype(np.float64, copy=False)


def scale_of(array: Array) -> float:
    """The largest finite absolute value, 0 when there is none."""
    sizes = np.abs(widen(array))
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 0.0


def _was_single(array: Array) -> bool:
    """Whether float64 numbers are all float32's, and not only such as every precision holds (0.5, 3.0)."""
    if array.dtype != np.float64 or not array.size:
        return False
    with np.errstate(all="ignore"):
        in_single = np.array_equal(array, array.astype(np.float32), equal_nan=True)
        return in_single and not np.array_equal(array, array.astype(np.float16), equal_nan=True)


def tolerance_for(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> Tolerance:
    """The tolerance asked for, or what the precision of the two can hold, relative to the scale of the array.

    float32 is compared at 1e-5 or looser; float16 and bfloat16 at eight times their epsilon. Sums that cancel lose
    digits relative to the largest value, hence the scale. What was float32 and became Python floats counts as float32.
    """
    eps = max(actual.eps, expected.eps, FLOAT32 if _was_single(actual.array) else 0.0)
    if eps <= FLOAT64:
        return Tolerance(rtol, atol)
    floor = max(1e-5, 8 * eps if eps > FLOAT32 else 0.0)
    return Tolerance(max(rtol, floor), max(atol, floor * scale_of(expected.array)))

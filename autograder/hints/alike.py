"""Whether two answers say the same, up to rounding: for comparing a submission with known mistakes."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from autograder.sandbox.build import Undecodable, build

RELATIVE = 1e-6
"""Two float64 computations of one value in another order agree to this; 1e-4 for anything shorter."""
NOISE = 1e-12
"""What is left where terms of order one cancel."""


def decode(answer: bytes) -> Any:
    """An answer with handles as their type's name; an exception as its class alone, for its words differ."""
    try:
        reply = build(answer, lambda info: ("handle", info.callable))
    except Undecodable:
        return ("undecodable",)
    match reply:
        case (("raised" | "unimportable") as how, tuple(fields)) if fields:
            return (how, fields[0])
        case _:
            return reply


def alike(one: Any, other: Any) -> bool:
    """Equal in value, floats up to rounding, NaN like NaN; how numbers are wrapped and shaped is left to taste.

    >>> alike([1.0, {"a": 2}], (1.0 + 1e-12, {"a": 2.0}))
    True
    >>> alike(np.zeros((1, 3)), [0.0, 0.0, 1.0])
    False
    """
    one, other = _plain(one), _plain(other)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _numbers_alike(one, other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    return type(one) is type(other) and bool(one == other)


def _plain(value: Any) -> Any:
    """Numbers, and lists of numbers, as an array without axes of length one; anything else as it is.

    A student's vector may be (d,), (1, d) or a list, a loss a float or an array of one.
    """
    if hasattr(value, "detach"):
        value = _numpy(value)
    elif isinstance(value, list | tuple) and _begins_with_number(value):
        with suppress(ValueError, OverflowError):  # ragged, or integers without bounds: compared one by one
            array = np.asarray(value)
            value = array if array.dtype.kind in "biufc" else value
    elif isinstance(value, bool | int | float | complex) and not _is_huge(value):
        value = np.asarray(value)
    return np.squeeze(np.asarray(value)) if isinstance(value, np.ndarray | np.generic) else value


def _begins_with_number(value: Any) -> bool:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def _is_huge(value: Any) -> bool:
    return isinstance(value, int) and abs(value) >= 2**63


def _numbers_alike(one: Any, other: Any) -> bool:
    if one.shape != other.shape:
        return False
    if one.dtype.kind not in "fc" and other.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    short = any(array.dtype.kind in "fc" and array.dtype.itemsize < 8 for array in (one, other))
    relative = 1e-4 if short else RELATIVE
    scale = float(np.max(np.abs(other), initial=0.0, where=np.isfinite(other)))
    return bool(np.allclose(one, other, rtol=relative, atol=NOISE + relative * scale * 1e-3, equal_nan=True))


def _numpy(tensor: Any) -> Any:
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


def telling(answer: Any) -> bool:
    """Whether an answer says something about the mistake behind it.

    Zeros, nothing at all, a yes or no, or an exception that any slip raises, come from too many mistakes to point to
    one.
    """
    match answer:
        case ("value", value):
            return not _is_trivial(value)
        case ("raised", str(kind)):
            return kind not in _SLIPS
        case _:
            return False


_SLIPS = {"AttributeError", "NameError", "NotImplementedError", "RuntimeError", "SyntaxError", "TypeError"}


def _is_trivial(value: Any) -> bool:
    value = _plain(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        one_bit = value.dtype.kind == "b" and value.ndim == 0
        return one_bit or not np.any(np.nan_to_num(value))
    if isinstance(value, list | tuple):
        return all(map(_is_trivial, value))
    return not isinstance(value, np.ndarray) and not value


def fingerprint(answers: list[Any]) -> str:
    """A hash under which answers that differ by rounding alone nearly always agree: floats count to five digits."""
    digest = hashlib.blake2b(digest_size=12)
    for answer in answers:
        for piece in _pieces(answer):
            digest.update(piece.encode() + b"\0")
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[str]:
    value = _plain(value)
    if isinstance(value, np.ndarray):
        yield f"array {value.shape}"
        yield from map(_number, value.ravel().tolist())
    elif isinstance(value, dict):
        yield "{"
        for key in sorted(value, key=repr):
            yield from _pieces(key)
            yield from _pieces(value[key])
    elif isinstance(value, list | tuple):
        yield "["
        for item in value:
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, set | frozenset):
        yield from _pieces(sorted(value, key=repr))
    else:
        yield repr(value)


def _number(value: Any) -> str:
    """To five digits, noise as zero."""
    if not isinstance(value, bool | int | float):
        return repr(value)
    return f"{value + 0.0:.4e}" if NOISE < abs(value) < 1e300 else repr(value) if abs(value) >= 1e300 else "0"

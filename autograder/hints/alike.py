"""Whether two answers say the same, up to rounding: for comparing a submission with known mistakes."""

import hashlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.sandbox.build import Undecodable, build

RELATIVE = 1e-6
"""Two float64 computations of one value in another order agree to this; 1e-4 for anything shorter."""


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
    """Equal in type, shape and value, floats up to rounding; NaN like NaN.

    >>> alike([1.0, {"a": 2}], [1.0 + 1e-12, {"a": 2}])
    True
    """
    if hasattr(one, "detach") and hasattr(other, "detach"):
        return alike(_numpy(one), _numpy(other))
    if isinstance(one, np.ndarray | np.generic) or isinstance(other, np.ndarray | np.generic):
        return _arrays_alike(one, other)
    if isinstance(one, float) and isinstance(other, float):
        return _floats_alike(one, other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _floats_alike(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=RELATIVE)


def _arrays_alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    relative = RELATIVE if one.dtype.itemsize >= 8 else 1e-4
    scale = float(np.max(np.abs(other), initial=0.0, where=np.isfinite(other)))
    return bool(np.allclose(one, other, rtol=relative, atol=relative * scale * 1e-3, equal_nan=True))


def _numpy(tensor: Any) -> Any:
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


def telling(answer: Any) -> bool:
    """Whether an answer says something about the mistake behind it.

    Zeros, nothing at all, or an exception that any slip raises, come from too many mistakes to point to one.
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
    if hasattr(value, "detach"):
        value = _numpy(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufc":
        return not np.any(np.nan_to_num(value))
    if isinstance(value, list | tuple):
        return all(map(_is_trivial, value))
    return not value or value != value


def fingerprint(answers: list[Any]) -> str:
    """A hash under which answers that differ by rounding alone nearly always agree: floats count to five digits."""
    digest = hashlib.blake2b(digest_size=12)
    for answer in answers:
        for piece in _pieces(answer):
            digest.update(piece.encode() + b"\0")
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[str]:
    if hasattr(value, "detach"):
        value = _numpy(value)
    if isinstance(value, np.ndarray):
        yield f"array {value.shape}"
        yield from _pieces(value.tolist())
    elif isinstance(value, np.generic):
        yield from _pieces(value.item())
    elif isinstance(value, bool | None | str | bytes):
        yield repr(value)
    elif isinstance(value, int | float):
        yield f"{float(value) + 0.0:.4e}" if abs(value) < 1e300 else repr(value)
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

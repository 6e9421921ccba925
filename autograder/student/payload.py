"""What travels inward: a request with everything it needs, pickled by value.

The student's side need not distrust the grader, so anything may go there: datasets, objective functions, probes. What
belongs to the reference may not.
"""

import hashlib
import io
import pickle
import sys
import types
from typing import Any

import cloudpickle
import numpy as np
from cloudpickle import list_registry_pickle_by_value

from autograder.errors import UserError
from autograder.sandbox import host

REFERENCE_PACKAGE = "llm101_reference"
"""Reference modules are imported below this name, which exists in the grader alone."""

_IMPORTABLE = {np.ndarray, np.dtype, np.zeros(1).__reduce_ex__(5)[0]}
"""What occurs in nearly every request and is importable on the other side."""

_ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
MOST_LOOKED_AT = 64

_definitions: dict[Any, tuple[str, bytes]] = {}
"""Functions and classes of check files, pickled once: what `_anchor` says of each -> (key, pickle)."""


def dumps(request: object) -> bytes:
    """Pickle a request by value.

    Raises:
        UserError: it holds a function or class of the reference.
    """
    if _is_plain(request, [MOST_LOOKED_AT]):
        return pickle.dumps(request, pickle.HIGHEST_PROTOCOL)
    buffer = io.BytesIO()
    _Pickler(buffer).dump(request)
    return buffer.getvalue()


def _is_plain(value: object, left: list[int]) -> bool:
    """Whether `value` is of base types and arrays of numbers alone, which need no Pickler of ours; False if unsure."""
    left[0] -= 1
    kind = type(value)
    if kind in _ATOMS or left[0] < 0:
        return left[0] >= 0
    if kind is np.ndarray:
        return value.dtype.kind in "biufc"  # type: ignore[attr-defined]
    if kind is tuple or kind is list:
        return all(_is_plain(item, left) for item in value)  # type: ignore[attr-defined]
    return kind is dict and all(_is_plain(item, left) for pair in value.items() for item in pair)  # type: ignore[attr-defined]


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle, with three differences: the reference stays here; a check file's function or class is pickled once
    and unpickled once, not once a call (whoever writes checks keeps no state in them); equal tensors are equal bytes,
    for torch writes their addresses."""

    def reducer_override(self, obj: Any) -> Any:
        if _is_tensor(obj):
            return host.tensor, (obj.numpy(),)
        if not isinstance(obj, types.FunctionType | type) or obj in _IMPORTABLE:
            return NotImplemented  # what pickle itself does: this runs for every array's type and constructor
        module = obj.__module__ or ""
        if module.startswith(REFERENCE_PACKAGE):
            raise UserError(f"a check passes {obj.__qualname__} of the reference to the submission; pass plain values")
        if module in list_registry_pickle_by_value() and (anchor := _anchor(obj)) is not None:
            return self._defined(obj, anchor)
        return super().reducer_override(obj)

    def _defined(self, obj: Any, anchor: Any) -> Any:
        """The definition behind `obj`, made when it is first met; by value where it is part of a circle."""
        if anchor not in _definitions and not _define(obj, anchor):
            return super().reducer_override(obj)
        return host.definition, _definitions[anchor]


class _Code:
    """The code of a function that is made anew by every call around it; the same code twice, not an equal one."""

    def __init__(self, code: types.CodeType) -> None:
        self._code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Code) and self._code is other._code

    def __hash__(self) -> int:
        return id(self._code)


def _anchor(obj: Any) -> Any:
    """What lasts as long as `obj` means the same; None if only `obj` itself knows what it means.

    A module's function or class: itself. A function inside another one: its code, if that is all that it is made of.
    """
    if "<locals>" not in obj.__qualname__:
        return obj
    if isinstance(obj, type):
        return None
    own = (obj.__closure__, obj.__defaults__, obj.__kwdefaults__, obj.__dict__)
    return None if any(own) else _Code(obj.__code__)


def _is_tensor(obj: Any) -> bool:
    """Whether `obj` is a tensor of values alone, of a dtype that numpy knows."""
    torch = sys.modules.get("torch")
    if torch is None or type(obj) is not getattr(torch, "Tensor", None) or obj.requires_grad:
        return False
    plain = obj.layout is torch.strided and obj.device.type == "cpu" and not (obj.is_conj() or obj.is_neg())
    return plain and obj.dtype != torch.bfloat16


_under_way: list[Any] = []
"""The anchors of what is being defined, each inside the one before."""

_circles: set[Any] = set()
"""Those of them that were met again on the way."""


def _define(obj: Any, anchor: Any) -> bool:
    """Pickle `obj` for good; False if it refers, by whatever way, to something that is itself being defined."""
    if anchor in _under_way:
        _circles.add(anchor)
        return False
    _under_way.append(anchor)
    try:
        pickled = dumps(obj)
    finally:
        _under_way.pop()
        _circles.discard(anchor)
    if _circles & set(_under_way):
        return False
    _definitions[anchor] = hashlib.blake2b(pickled, digest_size=12).hexdigest(), pickled
    return True

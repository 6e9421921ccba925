"""Any value of a student's process, reduced to base types and encoded: the only way out of the sandbox.

The encoding is described in `codes.py`; `build.py` reads it. Nothing here protects the grader, which trusts none of
these bytes: the care taken is for honest values (subclasses, cycles, huge answers).
"""

import array
import collections
import fractions
import sys
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]  # it ships no types
import numpy as np

from autograder.sandbox import codes

SHORT: Final = 8  # a list shorter than this is written item by item
Array = np.ndarray[Any, np.dtype[Any]]


def reduce(value: object, keep: Callable[[object], int]) -> bytes:
    """Encode `value`; what is not plain is given to `keep`, whose answer becomes the id of a handle.

    Subclasses count as their base type and are read with the base type's own methods. Raises ValueError, with a
    sentence for the student, when a value contains itself or exceeds one of the bounds in `codes.py`.
    """
    writer = _Writer(keep)
    writer.write(value)
    structure = writer.packer.bytes()
    _bound(len(structure), codes.MAX_STRUCTURE, "bytes of structure")
    return b"".join([codes.LENGTH.pack(len(structure)), structure, *writer.buffers])


def _bound(size: int, limit: int, unit: str) -> None:
    if size > limit:
        raise ValueError(f"the answer is too large to be handed over: {size:,} {unit}, and the limit is {limit:,}")


class _Writer:
    """One encoding in the making."""

    def __init__(self, keep: Callable[[object], int]) -> None:
        self.packer = msgpack.Packer(autoreset=False, unicode_errors="surrogatepass")
        self.buffers: list[bytes] = []
        self._keep = keep
        self._path: set[int] = set()
        self._tokens = 0
        self._counts: collections.Counter[str] = collections.Counter()

    def write(self, value: Any) -> None:
        kind = type(value)
        if kind in _TOKENS and (kind is not int or -(2**63) <= value < 2**64):
            self._count_token()
            self.packer.pack(value)
            return
        base = kind if kind in _WRITERS else _base(value)
        if base is None:
            self.handle(value)
        else:
            _WRITERS[base](self, value)

    def head(self, code: int, kind: int = 0, count: int = 0) -> None:
        self._count_token()
        self.packer.pack_ext_type(code, codes.HEAD.pack(kind, count))

    def handle(self, value: object) -> None:
        """Keep `value` here and name it."""
        self._count("objects that are no plain data", codes.MAX_HANDLES)
        self.head(codes.HANDLE, 0, self._keep(value))
        self.write(callable(value))
        self.write(type.__dict__["__name__"].__get__(type(value))[: codes.MAX_TYPE_NAME])

    def _count_token(self) -> None:
        self._tokens += 1
        if self._tokens > codes.MAX_TOKENS:
            _bound(self._tokens, codes.MAX_TOKENS, "values")

    def _count(self, unit: str, limit: int, more: int = 1) -> None:
        self._counts[unit] += more
        _bound(self._counts[unit], limit, unit)

    # Numbers

    def integer(self, value: int) -> None:
        """An int of a subclass, or too large for a token."""
        value = int.__int__(value)
        if -(2**63) <= value < 2**64:
            return self.write(value)
        size = value.bit_length() // 8 + 1
        _bound(size, codes.MAX_INT_BYTES, "bytes in one int")
        self.head(codes.BIG_INT)
        self.write(value.to_bytes(size, "big", signed=True))

    def parts(self, code: int, *parts: object) -> None:
        self.head(code)
        for part in parts:
            self.write(part)

    # Containers

    def sequence(self, code: int, owner: object, values: Iterable[Any]) -> None:
        """A container whose items are `values`; `owner` is the student's object, known by its identity."""
        with _Inside(self._path, owner):
            items = list(values)
            if len(items) < SHORT or not self._column(code, items):
                self.head(code, codes.ONE_BY_ONE, len(items))
                for item in items:
                    self.write(item)

    def members(self, code: int, owner: object, values: Iterable[Any]) -> None:
        """A set or frozenset."""
        members = list(values)
        _bound(len(members), codes.MAX_KEYS, "members of one set")
        self.sequence(code, owner, members)

    def mapping(self, owner: object, pairs: Iterable[tuple[object, object]]) -> None:
        """A dict: its head, the list of its keys, the list of its values."""
        with _Inside(self._path, owner):
            items = list(pairs)
            _bound(len(items), codes.MAX_KEYS, "keys of one dict")
            self.head(codes.DICT)
            for side in ([key for key, _ in items], [value for _, value in items]):
                self.sequence(codes.LIST, side, side)

    def _column(self, code: int, items: list[Any]) -> bool:
        """Write items of one type into the buffers; False when they are not of one type that allows it."""
        kinds = set(map(type, items))
        kind = kinds.pop()
        if kinds or kind not in _COLUMNS:
            return False
        self._count("items of long lists", codes.MAX_ITEMS, len(items))
        column, dtype = _COLUMNS[kind]
        if column in (codes.STRINGS, codes.BYTES):
            self._strings(code, column, items)
            return True
        try:
            values = np.array(items, dtype=f"<{dtype}")
        except OverflowError:  # an int of more than 64 bits
            return False
        self.head(code, column, len(items))
        if column == codes.SCALARS:
            self.write(dtype)
        self.buffers.append(values.tobytes())
        return True

    def _strings(self, code: int, column: int, items: list[Any]) -> None:
        """The length of the whole; beside it, the lengths of the items and the whole."""
        text = column == codes.STRINGS
        whole = "".join(items).encode("utf-8", "surrogatepass") if text else b"".join(items)
        self.head(code, column, len(items))
        self.write(len(whole))
        self.buffers += [np.fromiter(map(len, items), "<u4", len(items)).tobytes(), whole]

    # Arrays and tensors

    def array(self, value: Array) -> None:
        """An array as its bytes; of objects or strings of any length, as nested lists."""
        values = np.ndarray.view(value, np.ndarray)
        if values.dtype.kind in "OT" and values.ndim:
            return self.sequence(codes.LIST, value, values.tolist())
        if values.dtype.kind in "OT":
            with _Inside(self._path, value):
                return self.write(values.item())
        values = _normal(values)
        if _name(values.dtype) is None or values.ndim > codes.MAX_DIMENSIONS:
            return self.handle(value)
        self._check(values.nbytes)
        self._buffer(codes.ARRAY, str(_name(values.dtype)), values.shape, values.tobytes())

    def scalar(self, value: np.generic) -> None:
        """A numpy scalar; strings as themselves, because an array would cut their trailing zeros."""
        if isinstance(value, np.str_ | np.bytes_):
            self._check(0)
            self.head(codes.SCALAR, codes.TEXT)
            own = str.__str__(value) if isinstance(value, np.str_) else bytes.__getitem__(value, slice(None))
            return self.write(own)
        values = _normal(np.asarray(value))
        if values.dtype.kind in "OUS" or _name(values.dtype) is None:
            return self.handle(value)
        self._check(values.nbytes)
        self._buffer(codes.SCALAR, str(_name(values.dtype)), (), values.tobytes())

    def tensor(self, value: Any) -> None:
        """A dense tensor's values in row-major order; any other kind of tensor stays a handle."""
        torch = sys.modules["torch"]
        with torch._C.DisableTorchFunctionSubclass():
            own = torch.Tensor.detach(value)
            name = _torch_name(own.dtype)
            if own.layout is not torch.strided or name is None or own.ndim > codes.MAX_DIMENSIONS:
                return self.handle(value)
            self._check(own.numel() * own.element_size())
            try:
                flat = own.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
                content = flat.view(torch.uint8).numpy().tobytes() if own.numel() else b""
            except (RuntimeError, NotImplementedError):  # no values to read: on the meta device, or being transformed
                return self.handle(value)
            self._buffer(codes.TENSOR, name, own.shape, content)

    def dtype(self, code: int, name: str | None, value: object) -> None:
        if name is None:
            return self.handle(value)
        self.parts(code, name)

    def _check(self, size: int) -> None:
        self._count("arrays", codes.MAX_ARRAYS)
        _bound(size, codes.MAX_ARRAY_BYTES, "bytes in one array")

    def _buffer(self, code: int, name: str, shape: Iterable[int], content: bytes) -> None:
        lengths = [int(length) for length in shape]
        self.head(code, 0, len(lengths))
        for part in (name, *lengths):
            self.write(part)
        self.buffers.append(content)


class _Inside:
    """The time spent inside one container: its identity is on the path, so that a cycle is seen."""

    def __init__(self, path: set[int], owner: object) -> None:
        self._path, self._id = path, id(owner)

    def __enter__(self) -> None:
        if self._id in self._path:
            raise ValueError("the answer contains itself")
        _bound(len(self._path) + 1, codes.MAX_DEPTH, "containers inside each other")
        self._path.add(self._id)

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._path.discard(self._id)


def _base(value: object) -> type | None:
    """The plain type that the class of `value` derives from, or None; numpy's scalars before Python's numbers."""
    mro: tuple[type, ...] = type.__dict__["__mro__"].__get__(type(value))
    if np.generic in mro:
        return np.generic
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "Tensor"):  # it may be half imported
        _WRITERS.setdefault(torch.Tensor, _Writer.tensor)
        _WRITERS.setdefault(torch.dtype, lambda w, x: w.dtype(codes.TORCH_DTYPE, _torch_name(x), x))
    return next((base for base in mro if base in _WRITERS), None)


def _name(dtype: "np.dtype[Any]") -> str | None:
    """`dtype` as written in the encoding ("f8", "U12"), or None when its values are not plain."""
    name = dtype.str[1:]
    if dtype.kind in "US":
        return name if 0 < int(name[1:]) <= codes.MAX_STRING_WIDTH else None
    return name if name in codes.NUMBERS else None


def _torch_name(dtype: object) -> str | None:
    name = str(dtype).removeprefix("torch.")
    return name if name in codes.TORCH_DTYPES else None


def _normal(values: Array) -> Array:
    """Little-endian, long doubles as doubles, strings at least one character wide."""
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind in "US" and size == 0:
        return values.astype(f"{kind}1")
    if kind in "fc" and size > 16 - 8 * (kind == "f"):
        return values.astype("f8" if kind == "f" else "c16")
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _pairs(value: Mapping[Any, Any]) -> Iterable[tuple[object, object]]:
    ordered = isinstance(value, collections.OrderedDict)
    return collections.OrderedDict.items(value) if ordered else dict.items(value)  # type: ignore[arg-type]


_EMPTY: Final[dict[object, object]] = {}
_VIEWS: Final = (_EMPTY.keys(), _EMPTY.values(), _EMPTY.items())
_TOKENS: Final = frozenset({type(None), bool, int, float, str, bytes})
_COLUMNS: Final[dict[type, tuple[int, str]]] = {
    int: (codes.INTS, "i8"),
    float: (codes.FLOATS, "f8"),
    bool: (codes.BOOLS, "b1"),
    str: (codes.STRINGS, ""),
    bytes: (codes.BYTES, ""),
    **{np.dtype(name).type: (codes.SCALARS, name) for name in codes.NUMBERS},
}
_WRITERS: dict[type, Callable[[_Writer, Any], None]] = {
    int: _Writer.integer,
    float: lambda w, x: w.write(float.__float__(x)),
    str: lambda w, x: w.write(str.__str__(x)),
    bytes: lambda w, x: w.write(bytes.__getitem__(x, slice(None))),
    bytearray: lambda w, x: w.write(bytes(bytearray.__getitem__(x, slice(None)))),
    memoryview: lambda w, x: w.write(x.tobytes()),
    complex: lambda w, x: w.parts(codes.COMPLEX, complex.real.__get__(x), complex.imag.__get__(x)),
    fractions.Fraction: lambda w, x: w.parts(codes.FRACTION, x._numerator, x._denominator),
    list: lambda w, x: w.sequence(codes.LIST, x, list.__iter__(x)),
    tuple: lambda w, x: w.sequence(codes.TUPLE, x, tuple.__iter__(x)),
    set: lambda w, x: w.members(codes.SET, x, set.__iter__(x)),
    frozenset: lambda w, x: w.members(codes.FROZENSET, x, frozenset.__iter__(x)),
    dict: lambda w, x: w.mapping(x, _pairs(x)),
    MappingProxyType: lambda w, x: w.mapping(x, dict(x).items()),
    collections.deque: lambda w, x: w.sequence(codes.LIST, x, collections.deque.__iter__(x)),
    range: lambda w, x: w.sequence(codes.LIST, x, x[: codes.MAX_ITEMS + 1]),
    array.array: lambda w, x: w.sequence(codes.LIST, x, array.array.tolist(x)),
    **dict.fromkeys(map(type, _VIEWS), lambda w, x: w.sequence(codes.LIST, x, x)),
    np.ndarray: _Writer.array,
    np.generic: _Writer.scalar,
    np.dtype: lambda w, x: w.dtype(codes.DTYPE, _name(x), x),
}

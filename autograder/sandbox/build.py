"""The total decoder: any bytes from a student's process become plain data or one exception, in bounded time and memory.

It reads the encoding of `codes.py`, which a hostile process may have written by hand. It never unpickles, and builds
nothing before it has checked what that will cost.
"""

import importlib
import math
import re
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]  # it ships no types
import numpy as np

from autograder.sandbox import codes
from autograder.sandbox.codes import HandleInfo

MAX_EQUAL_HASHES: Final = 256  # keys of one dict that share a hash: each costs a comparison with all before it
KEYS_AT_ONCE: Final = 4096  # inserted between two looks at the clock
CPU_SECONDS: Final = 10.0  # of this thread, for one encoding; an honest one of any size takes about a second
_STRING_DTYPE: Final = re.compile("[US]([1-9][0-9]{0,6})")
_MALFORMED: Final = (ValueError, TypeError, OverflowError, MemoryError, msgpack.exceptions.UnpackException)

Array = np.ndarray[Any, np.dtype[Any]]


class Undecodable(Exception):
    """The bytes are no encoding of plain data, or of more than the bounds allow."""


def build(data: bytes, handle: Callable[[HandleInfo], object]) -> object:
    """The value that `data` encodes; a value that stayed on the student's side becomes what `handle` makes of it.

    Raises:
        Undecodable: and nothing else, whatever the bytes are.
    """
    reader = _Reader(data, handle)
    value = reader.read(0)
    reader.finish()
    return value


class _Reader:
    """One encoding being read; every method may raise Undecodable."""

    def __init__(self, data: bytes, handle: Callable[[HandleInfo], object]) -> None:
        start = codes.LENGTH.size
        size = codes.LENGTH.unpack(data[:start])[0] if len(data) >= start else -1
        _require(0 <= size <= min(codes.MAX_STRUCTURE, len(data) - start), "the structure's length is wrong")
        self._data = memoryview(data)
        self._position = start + size
        self._size = size
        self._unpacker = msgpack.Unpacker(
            max_buffer_size=codes.MAX_STRUCTURE,
            max_array_len=0,
            max_map_len=0,
            unicode_errors="surrogatepass",
            ext_hook=_head,
        )
        self._unpacker.feed(self._data[start : start + size])
        self._handle = handle
        self._tokens = codes.MAX_TOKENS
        self._left = {"items": codes.MAX_ITEMS, "arrays": codes.MAX_ARRAYS, "handles": codes.MAX_HANDLES}
        self._deadline = time.thread_time() + CPU_SECONDS

    def finish(self) -> None:
        _require(self._unpacker.tell() == self._size, "something follows the structure")
        _require(self._position == len(self._data), "something follows the buffers")

    def read(self, depth: int) -> Any:
        """The next value."""
        token = self._token()
        if type(token) is not tuple:
            return token
        _require(depth <= codes.MAX_DEPTH + 1, "too deep")  # the innermost container may hold a fraction of large ints
        code, payload = token
        _require(code in _READERS and len(payload) == codes.HEAD.size, "unknown head")
        kind, count = codes.HEAD.unpack(payload)
        return _READERS[code](self, code, kind, count, depth + 1)

    def _token(self) -> Any:
        """The next token: None, bool, int, float, str, bytes or a head."""
        self._tokens -= 1
        if self._tokens < 0:
            raise Undecodable("too many tokens")
        try:
            token = self._unpacker.unpack()
        except _MALFORMED:
            raise Undecodable("malformed structure") from None
        if type(token) not in _TOKENS:
            raise Undecodable("a token of an unknown type")
        return token

    def _typed(self, *kinds: type) -> Any:
        token = self._token()
        _require(type(token) in kinds, "a part is of the wrong type")
        return token

    def _spend(self, what: str, amount: int) -> None:
        self._left[what] -= amount
        _require(self._left[what] >= 0, f"too many {what}")

    def _bytes(self, size: int) -> memoryview:
        """The next `size` bytes of the buffers."""
        end = self._position + size
        _require(size >= 0 and end <= len(self._data), "a buffer is too short")
        self._position, start = end, self._position
        return self._data[start:end]

    def _look_at_the_clock(self) -> None:
        _require(time.thread_time() < self._deadline, "takes too long")

    # Containers

    def sequence(self, code: int, kind: int, count: int, depth: int) -> object:
        items = self._items(kind, count, depth)
        return items if code == codes.LIST else tuple(items)

    def members(self, code: int, kind: int, count: int, depth: int) -> object:
        members = self._items(kind, count, depth)
        self._check_keys(members)
        result: set[Any] = set()
        self._insert(lambda part: result.update(members[part]), len(members))
        return result if code == codes.SET else frozenset(result)

    def mapping(self, code: int, kind: int, count: int, depth: int) -> object:
        keys, values = self.read(depth), self.read(depth)
        _require(type(keys) is list and type(values) is list and len(keys) == len(values), "keys without values")
        self._check_keys(keys)
        result: dict[Any, Any] = {}
        self._insert(lambda part: result.update(zip(keys[part], values[part], strict=True)), len(keys))
        return result

    def _check_keys(self, keys: list[Any]) -> None:
        """Refuse many keys, unhashable ones, and many of one hash, which would cost quadratic time."""
        _require(len(keys) <= codes.MAX_KEYS, "too many keys")
        try:
            hashes = np.sort(np.fromiter(map(hash, keys), np.int64, len(keys)))
        except Exception as error:
            raise Undecodable("an unhashable key") from error
        _require(not (hashes[MAX_EQUAL_HASHES:] == hashes[:-MAX_EQUAL_HASHES]).any(), "too many keys of one hash")
        self._look_at_the_clock()

    def _insert(self, insert: Callable[[slice], None], count: int) -> None:
        """Insert keys part by part: hashes that differ can be chosen to collide in a table, too."""
        for start in range(0, count, KEYS_AT_ONCE):
            try:
                insert(slice(start, start + KEYS_AT_ONCE))
            except Exception as error:  # a tensor has no truth value, so it cannot be compared with other keys
                raise Undecodable("keys that cannot be compared") from error
            self._look_at_the_clock()

    def _items(self, kind: int, count: int, depth: int) -> list[Any]:
        if kind == codes.ONE_BY_ONE:
            return [self.read(depth) for _ in range(count)]
        self._spend("items", count)
        if kind in (codes.STRINGS, codes.BYTES):
            return list(self._strings(kind, count))
        _require(kind in _COLUMN_DTYPES or kind == codes.SCALARS, "an unknown kind of list")
        if kind == codes.SCALARS:
            return list(self._values(self._number_dtype(), (count,)))
        return self._values(np.dtype(_COLUMN_DTYPES[kind]), (count,)).tolist()  # type: ignore[no-any-return]

    def _strings(self, kind: int, count: int) -> Iterator[str | bytes]:
        size = self._typed(int)
        lengths = np.frombuffer(self._bytes(4 * count), "<u4").tolist()
        whole: str | bytes = bytes(self._bytes(size))
        if kind == codes.STRINGS:
            try:
                whole = whole.decode("utf-8", "surrogatepass")  # type: ignore[union-attr]  # it is still bytes here
            except UnicodeDecodeError:
                raise Undecodable("malformed UTF-8") from None
        _require(sum(lengths) == len(whole), "strings of another total length")
        return (whole[start:end] for start, end in pairwise(accumulate(lengths, initial=0)))

    # Numbers

    def big_int(self, code: int, kind: int, count: int, depth: int) -> object:
        content = self._typed(bytes)
        _require(len(content) <= codes.MAX_INT_BYTES, "an int of too many bytes")
        return int.from_bytes(content, "big", signed=True)

    def complex(self, code: int, kind: int, count: int, depth: int) -> object:
        return complex(self._typed(float), self._typed(float))

    def fraction(self, code: int, kind: int, count: int, depth: int) -> object:
        numerator, denominator = self.read(depth), self.read(depth)
        _require(type(numerator) is int and type(denominator) is int and denominator > 0, "no fraction")
        self._look_at_the_clock()
        return Fraction(numerator, denominator)

    # Arrays and tensors

    def array(self, code: int, kind: int, count: int, depth: int) -> object:
        self._spend("arrays", 1)
        name = self._typed(str)
        return self._values(_dtype(name), self._shape(count))

    def scalar(self, code: int, kind: int, count: int, depth: int) -> object:
        self._spend("arrays", 1)
        if kind == codes.TEXT:
            own = self._typed(str, bytes)
            return np.str_(own) if type(own) is str else np.bytes_(own)
        return self._values(self._number_dtype(), ())[()]

    def dtype(self, code: int, kind: int, count: int, depth: int) -> object:
        return _dtype(self._typed(str))

    def tensor(self, code: int, kind: int, count: int, depth: int) -> object:
        self._spend("arrays", 1)
        dtype = _torch_dtype(self._typed(str))
        torch = importlib.import_module("torch")
        shape = self._shape(count)
        content = self._bytes(_size(shape, dtype.itemsize))
        if not content:
            return torch.empty(shape, dtype=dtype)
        flat = torch.frombuffer(bytearray(content), dtype=torch.uint8)
        return (flat != 0 if dtype == torch.bool else flat.view(dtype)).reshape(shape)

    def torch_dtype(self, code: int, kind: int, count: int, depth: int) -> object:
        return _torch_dtype(self._typed(str))

    def _number_dtype(self) -> "np.dtype[Any]":
        name = self._typed(str)
        _require(name in codes.NUMBERS, "a dtype that is no number's")
        return _dtype(name)

    def _shape(self, dimensions: int) -> tuple[int, ...]:
        _require(dimensions <= codes.MAX_DIMENSIONS, "too many dimensions")
        return tuple(self._typed(int) for _ in range(dimensions))

    def _values(self, dtype: "np.dtype[Any]", shape: tuple[int, ...]) -> Array:
        """A new array of what the next bytes of the buffers hold."""
        content = self._bytes(_size(shape, dtype.itemsize))
        if not content:
            return np.empty(shape, dtype)
        flat = np.frombuffer(content, np.uint8 if dtype.kind == "b" else dtype)
        if dtype.kind == "U":
            _require(int(flat.view("<u4").max()) <= 0x10FFFF, "a character that is none")
        return (flat != 0 if dtype.kind == "b" else flat.copy()).reshape(shape)

    # The values that stay on the student's side

    def handle(self, code: int, kind: int, count: int, depth: int) -> object:
        self._spend("handles", 1)
        is_callable, name = self._typed(bool), self._typed(str)
        printable = "".join(c if c.isprintable() else "?" for c in name[: codes.MAX_TYPE_NAME])
        return self._handle(HandleInfo(count, is_callable, printable))


def _head(code: int, payload: bytes) -> tuple[int, bytes]:
    return code, payload


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise Undecodable(complaint)


def _size(shape: tuple[int, ...], itemsize: int) -> int:
    """The bytes of an array; its lengths are bounded even where one of them is zero."""
    _require(all(length >= 0 for length in shape), "a negative length")
    _require(math.prod(length or 1 for length in shape) * itemsize <= codes.MAX_ARRAY_BYTES, "too large an array")
    return math.prod(shape) * itemsize


def _dtype(name: str) -> "np.dtype[Any]":
    match = _STRING_DTYPE.fullmatch(name)
    wide = match is not None and int(match[1]) <= codes.MAX_STRING_WIDTH
    _require(wide or name in codes.NUMBERS, "a dtype that is not plain")
    return np.dtype(f"<{name}")


def _torch_dtype(name: str) -> Any:
    _require(name in codes.TORCH_DTYPES, "a dtype that is not plain")
    return getattr(importlib.import_module("torch"), name)


_TOKENS: Final = frozenset({type(None), bool, int, float, str, bytes, tuple})  # a tuple is a head
_COLUMN_DTYPES: Final = {codes.INTS: "<i8", codes.FLOATS: "<f8", codes.BOOLS: "|b1"}
_READERS: Final[dict[int, Callable[[_Reader, int, int, int, int], Any]]] = {
    codes.LIST: _Reader.sequence,
    codes.TUPLE: _Reader.sequence,
    codes.SET: _Reader.members,
    codes.FROZENSET: _Reader.members,
    codes.DICT: _Reader.mapping,
    codes.BIG_INT: _Reader.big_int,
    codes.COMPLEX: _Reader.complex,
    codes.FRACTION: _Reader.fraction,
    codes.ARRAY: _Reader.array,
    codes.SCALAR: _Reader.scalar,
    codes.DTYPE: _Reader.dtype,
    codes.TENSOR: _Reader.tensor,
    codes.TORCH_DTYPE: _Reader.torch_dtype,
    codes.HANDLE: _Reader.handle,
}

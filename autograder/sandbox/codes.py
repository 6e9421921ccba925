"""The encoding of plain data that leaves a student's process, and its bounds.

A four-byte length, a *structure*, and raw *buffers* beside it. The structure is a stream of msgpack tokens in the
order a reader meets the values. None, bool, int, float, str and bytes are themselves; everything else starts with a
head, an extension token (code, kind, count), and is followed by its parts. Arrays and long lists of one type put
their bytes into the buffers, which the decoder takes in order, each once: what a value costs to decode is bounded by
the size of the encoding, the number of its tokens and the number of its items.
"""

import struct
from dataclasses import dataclass
from typing import Final

MAX_STRUCTURE: Final = 16 * 2**20  # bytes of msgpack
MAX_DEPTH: Final = 64  # containers inside each other
MAX_TOKENS: Final = 1_000_000  # msgpack tokens
MAX_ITEMS: Final = 4_000_000  # items of long lists of one type
MAX_KEYS: Final = 2**18  # keys of one dict, members of one set
MAX_INT_BYTES: Final = 1_700  # 4,094 digits: Python prints no more than 4,300
MAX_DIMENSIONS: Final = 32
MAX_ARRAY_BYTES: Final = 2**30  # counted without an empty array's zero lengths
MAX_STRING_WIDTH: Final = 2**18  # of the dtypes U and S
MAX_ARRAYS: Final = 2**16  # arrays, tensors and numpy scalars outside long lists
MAX_HANDLES: Final = 10_000
MAX_TYPE_NAME: Final = 100

LIST, TUPLE, SET, FROZENSET, DICT, BIG_INT, COMPLEX, FRACTION = range(8)
ARRAY, SCALAR, DTYPE, TENSOR, TORCH_DTYPE, HANDLE = range(8, 14)
ONE_BY_ONE, INTS, FLOATS, BOOLS, STRINGS, BYTES, SCALARS = range(7)  # how a container's items are written
NUMBER, TEXT = range(2)  # what a SCALAR is followed by
HEAD: Final = struct.Struct(">BI")  # kind, count
LENGTH: Final = struct.Struct(">I")

NUMBERS: Final = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"})
TORCH_DTYPES: Final = frozenset(
    {"bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"}
    | {"float16", "bfloat16", "float32", "float64", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2"}
)


@dataclass(frozen=True)
class HandleInfo:
    """What the trusted side learns of a value that stays on the student's side."""

    id: int
    callable: bool
    type_name: str

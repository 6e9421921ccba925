"""The decoder is total: any bytes give plain data or Undecodable, at a bounded cost."""

import tracemalloc

import msgpack
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.sandbox import codes
from autograder.sandbox.build import MAX_EQUAL_HASHES, Undecodable, build
from autograder.sandbox.plain import reduce

PLAIN = (bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, np.ndarray, np.generic, np.dtype)
MODULUS = 2**61 - 1  # Python's hash of an int is the int modulo this
MEGABYTE = 2**20


def encode(*tokens, buffers=b"", size=None):
    """An encoding written by hand: `(code, kind, count)` is a head, `bytes` in a list are raw msgpack."""
    packed = []
    for token in tokens:
        if isinstance(token, tuple):
            packed.append(msgpack.packb(msgpack.ExtType(token[0], codes.HEAD.pack(*token[1:]))))
        else:
            packed.append(token[0] if isinstance(token, list) else msgpack.packb(token))
    structure = b"".join(packed)
    return codes.LENGTH.pack(len(structure) if size is None else size) + structure + buffers


def array(dtype, shape, buffers=b"", code=codes.ARRAY):
    return encode((code, 0, len(shape)), dtype, *shape, buffers=buffers)


def column(kind, count, *tokens, buffers=b"", code=codes.LIST):
    return encode((code, kind, count), *tokens, buffers=buffers)


def big(number):
    return ((codes.BIG_INT, 0, 0), number.to_bytes(codes.MAX_INT_BYTES // 8, "big"))


def colliding(count):
    """The tokens of `count` different ints of one hash."""
    return [token for i in range(count) for token in big(i * MODULUS)]


def chained(count):
    """Different ints whose hashes differ, but which meet in a table: their low 40 bits are equal."""
    return np.arange(count, dtype="<i8") << 40


MANY = 16_384
ATTACKS = {
    "nothing": b"",
    "half a length": b"\0\0",
    "a length of 4 GB": b"\xff\xff\xff\xff" + b"\xc0",
    "a structure longer than the bound": encode(b"x" * codes.MAX_STRUCTURE),
    "a negative structure": encode(None, size=0) + b"",
    "a string of 4 GB": encode([b"\xdb\xff\xff\xff\xff"]),
    "bytes of 4 GB": encode([b"\xc6\xff\xff\xff\xff"]),
    "an extension of 4 GB": encode([b"\xc9\xff\xff\xff\xff\x00"]),
    "a native list": encode([b"\x91\xc0"]),
    "a native list of 4 G items": encode([b"\xdd\xff\xff\xff\xff\xc0"]),
    "an empty native list": encode([b"\x90"]),
    "a native dict": encode([b"\x81\x01\x01"]),
    "a million nested native lists": encode([b"\x91" * MEGABYTE]),
    "the byte that msgpack never uses": encode([b"\xc1"]),
    "a timestamp": encode([b"\xd6\xff\x00\x00\x00\x00"]),
    "an extension of an unknown code": encode((99, 0, 0)),
    "an extension of a negative code": encode([b"\xc7\x05\x80" + bytes(5)]),
    "a head of one byte": encode([b"\xd4\x00\x00"]),
    "malformed UTF-8": encode([b"\xa2\xff\xfe"]),
    "two values": encode(None, None),
    "a buffer too many": encode(None, buffers=b"x"),
    "ten million objects": encode([b"\xc7\x05\x00\x00\xff\xff\xff\xff" + b"\xc0" * 10_000_000]),
    "ten million empty lists": encode((codes.LIST, 0, 2_000_000), [b"\xc7\x05\x00\x00\0\0\0\0" * 1_900_000]),
    "a list of 4 G items": encode((codes.LIST, 0, 2**32 - 1), None),
    "a column of ten million ints": column(codes.INTS, 10_000_000, buffers=bytes(80_000_000)),
    "a column of 4 G ints": column(codes.INTS, 2**32 - 1),
    "a column without its buffer": column(codes.INTS, 10),
    "a column of an unknown kind": column(200, 0),
    "a column of scalars of objects": column(codes.SCALARS, 1, "O", buffers=bytes(8)),
    "a column of scalars of strings": column(codes.SCALARS, 1, "U1", buffers=bytes(4)),
    "strings of another total": column(codes.STRINGS, 1, 3, buffers=b"\x02\0\0\0abc"),
    "strings of a negative total": column(codes.STRINGS, 0, -1),
    "strings of a total of 2**63": column(codes.STRINGS, 0, 2**63),
    "strings whose total is a text": column(codes.STRINGS, 0, "3"),
    "strings of malformed UTF-8": column(codes.STRINGS, 1, 1, buffers=b"\x01\0\0\0\xff"),
    "strings whose lengths wrap around": column(codes.BYTES, 2, 1, buffers=b"\xff\xff\xff\xff\x02\0\0\0a"),
    "100 nested lists": encode(*[(codes.LIST, 0, 1)] * 100, None),
    "100,000 nested tuples": encode(*[(codes.TUPLE, 0, 1)] * 100_000, None),
    "nested fractions": encode(*[(codes.FRACTION, 0, 0)] * 100, 1, 1),
    "16 k colliding keys": encode((codes.DICT, 0, 0), (codes.LIST, 0, MANY), *colliding(MANY), (codes.LIST, 0, 0)),
    "16 k colliding members": encode((codes.SET, 0, MANY), *colliding(MANY)),
    "a few too many colliding members": encode((codes.SET, 0, MAX_EQUAL_HASHES + 1), *colliding(MAX_EQUAL_HASHES + 1)),
    "equal keys": encode((codes.SET, 0, 1000), *[1] * 1000),
    "too many keys": column(codes.INTS, codes.MAX_KEYS + 1, buffers=bytes(8 * codes.MAX_KEYS + 8), code=codes.SET),
    "an unhashable key": encode((codes.SET, 0, 1), (codes.LIST, 0, 0)),
    "a key that holds an array": encode((codes.SET, 0, 1), (codes.TUPLE, 0, 1), (codes.ARRAY, 0, 1), "i8", 0),
    "keys that are no list": encode((codes.DICT, 0, 0), 1, (codes.LIST, 0, 0)),
    "keys without values": encode((codes.DICT, 0, 0), (codes.LIST, 0, 1), 1, (codes.LIST, 0, 0)),
    "an int of a megabyte": encode((codes.BIG_INT, 0, 0), b"\x7f" * MEGABYTE),
    "an int that is a text": encode((codes.BIG_INT, 0, 0), "1"),
    "a complex number of ints": encode((codes.COMPLEX, 0, 0), 1, 2),
    "a fraction by zero": encode((codes.FRACTION, 0, 0), 1, 0),
    "a fraction of a negative denominator": encode((codes.FRACTION, 0, 0), 1, -1),
    "a fraction of floats": encode((codes.FRACTION, 0, 0), 1.0, 1.0),
    "a fraction of texts": encode((codes.FRACTION, 0, 0), "1", "1"),
    **{
        f"an array of dtype {name!r}": array(name, [1], bytes(64))
        for name in [
            *["O", "|O8", "O8", "M8", "M8[ns]", "m8", "V1000000000", "V8", "<U2000000000", "U2000000000", "U0", "S0"],
            *["U-1", "U", "U1x", "i4,i4", "f16", "c32", ">i4", "i3", "", "object", "(1000000,)i8", "U1\n", "T", "{}"],
            "U\N{ARABIC-INDIC DIGIT THREE}",
        ]
    },
    "an array whose dtype is a number": array(1, [1], bytes(8)),
    "an array whose dtype is bytes": array(b"i8", [1], bytes(8)),
    "an array of a negative length": array("i8", [-1]),
    "an array of two negative lengths": array("i8", [-1, -1], bytes(8)),
    "an array of a length that is a float": array("i8", [1.0], bytes(8)),
    "an array of a length that is a bool": array("i8", [True], bytes(8)),
    "an array longer than its buffer": array("i8", [2], bytes(8)),
    "an array shorter than its buffer": array("i8", [1], bytes(16)),
    "an array of 2**63 - 1 items": array("i8", [2**63 - 1]),
    "an array of 2**64 - 1 items": array("i8", [2**64 - 1]),
    "an array whose size overflows to 0": array("i8", [2**32, 2**32]),
    "an array whose size overflows to 8": array("i8", [2**62, 4, 1], bytes(8)),
    "a huge empty array": array("i8", [0, 2**62]),
    "an empty array of huge strings": array(f"U{codes.MAX_STRING_WIDTH}", [0, 2**20]),
    "an array of 1,000 dimensions": array("i8", [1] * 1000, bytes(8)),
    "an array of 4 G dimensions": encode((codes.ARRAY, 0, 2**32 - 1), "i8"),
    "an array of no character": array("U1", [1], b"\xff\xff\xff\xff"),
    "a scalar of objects": encode((codes.SCALAR, 0, 0), "O", buffers=bytes(8)),
    "a text scalar that is a list": encode((codes.SCALAR, codes.TEXT, 0), (codes.LIST, 0, 0)),
    "a tensor of an unknown dtype": array("no_grad", [1], bytes(8), code=codes.TENSOR),
    "a tensor of a dunder": array("__name__", [1], bytes(8), code=codes.TENSOR),
    "a tensor longer than its buffer": array("int64", [2], bytes(8), code=codes.TENSOR),
    "a tensor of a negative length": array("int64", [-1], code=codes.TENSOR),
    "a torch dtype that is a function": encode((codes.TORCH_DTYPE, 0, 0), "load"),
    "a handle that may be called perhaps": encode((codes.HANDLE, 0, 1), 1, "f"),
    "a handle without a name": encode((codes.HANDLE, 0, 1), True, None),
    "too many handles": encode((codes.LIST, 0, 10_001), *[(codes.HANDLE, 0, 1), True, "f"] * 10_001),
    "too many arrays": encode((codes.LIST, 0, 65_537), *[(codes.ARRAY, 0, 1), "i8", 0] * 65_537),
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x8c\x06system\x93.",
}


def decode(data):
    return build(data, lambda info: info)


def is_plain(value):
    """Whether `value` is made of plain data only, of exactly those types."""
    if isinstance(value, list | tuple | set | frozenset):
        return type(value) in PLAIN and all(map(is_plain, value))
    if isinstance(value, dict):
        return type(value) is dict and all(is_plain(k) and is_plain(v) for k, v in value.items())
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.kind in "biufcUS"
    return (
        value is None
        or isinstance(value, (*PLAIN, codes.HandleInfo))
        or type(value).__module__
        in (
            "torch",
            "fractions",
        )
    )


@pytest.mark.parametrize("data", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_handmade_attack_is_refused(data):
    with pytest.raises(Undecodable):
        decode(data)


@pytest.mark.parametrize(
    "name",
    [
        "a length of 4 GB",
        "a string of 4 GB",
        "bytes of 4 GB",
        "an extension of 4 GB",
        "a native list of 4 G items",
        "a list of 4 G items",
        "a column of 4 G ints",
        "an array of 2**63 - 1 items",
        "an array of 4 G dimensions",
        "an array of dtype 'V1000000000'",
        "an empty array of huge strings",
    ],
)
def test_a_refusal_costs_no_memory(name):
    tracemalloc.start()
    try:
        with pytest.raises(Undecodable):
            decode(ATTACKS[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEGABYTE


def test_keys_that_meet_in_the_table_end_in_time(monkeypatch):
    monkeypatch.setattr("autograder.sandbox.build.CPU_SECONDS", 0.0)
    with pytest.raises(Undecodable, match="takes too long"):
        decode(column(codes.INTS, 100_000, buffers=chained(100_000).tobytes(), code=codes.SET))


def test_keys_whose_comparison_raises_are_refused():
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(2)
    infos = {1: tensor, 2: hash(tensor)}
    handles = [(codes.HANDLE, 0, number) for number in infos]
    tokens = [part for head in handles for part in (head, True, "f")]
    with pytest.raises(Undecodable):
        build(encode((codes.SET, 0, 2), *tokens), lambda info: infos[info.id])


def test_nan_keys_are_data():
    members = decode(column(codes.FLOATS, 100, buffers=np.full(100, np.nan).tobytes(), code=codes.SET))
    assert len(members) == 100


@pytest.mark.parametrize("make", [lambda b: array("b1", [2], b), lambda b: array("bool", [2], b, codes.TENSOR)])
def test_booleans_are_zero_or_one(make):
    arrived = decode(make(b"\x02\x00"))
    assert np.asarray(arrived).view(np.uint8).tolist() == [1, 0]


def test_arrays_may_be_written_to():
    first, second = decode(reduce([np.zeros(2), np.zeros(2)], id))
    first[0] = 1
    assert second[0] == 0


@given(st.binary())
@example(b"\0\0\0\1\xc0")
def test_any_bytes_are_plain_data_or_undecodable(data):
    check_total(data)


heads = st.tuples(
    st.integers(0, 15), st.sampled_from(range(8)), st.integers(0, 3) | st.sampled_from([2**31, 2**32 - 1])
)
names = st.sampled_from([*sorted(codes.NUMBERS), "O", "U1", "U3", "S2", "float32", "bfloat16", "bool"])
tokens = st.one_of(heads, names, st.none(), st.booleans(), st.integers(-2, 4), st.floats(), st.text(), st.binary())


@given(st.lists(tokens), st.binary())
def test_any_tokens_are_plain_data_or_undecodable(parts, buffers):
    check_total(encode(*parts, buffers=buffers))


SEEDS = [
    reduce(value, lambda _: 7)
    for value in [
        [1, 2.5, "text", b"bytes", None, True, 10**30, 1j, ...],
        {"a": (1, 2), ("b", 2): {1, 2}, "c": frozenset({"x"})},
        [np.arange(6.0).reshape(2, 3), np.float16(1), np.str_("s"), np.dtype("f4"), np.array(["ab", "c"])],
        [list(range(10)), [0.5] * 9, ["x", "yz"] * 5, [b"x"] * 8, [True] * 8, list(np.arange(8, dtype="u1"))],
    ]
]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_flipped_encoding_is_plain_data_or_undecodable(seed, flips):
    data = bytearray(seed)
    for position, byte in flips:
        data[position % len(data)] = byte
    check_total(bytes(data))


@given(st.sampled_from(SEEDS), st.integers(0, 400))
def test_a_truncated_encoding_is_undecodable(seed, length):
    with pytest.raises(Undecodable):
        decode(seed[: length % len(seed)])


@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS), st.integers(0, 400), st.integers(0, 400))
def test_a_spliced_encoding_is_plain_data_or_undecodable(first, second, end, start):
    check_total(first[: end % len(first)] + second[start % len(second) :])


def check_total(data):
    try:
        value = decode(data)
    except Undecodable:
        return
    assert is_plain(value)

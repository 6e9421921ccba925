"""Plain values survive the way out of a student's process; what only looks plain is read as what it is."""

import collections
import enum
import math
import sys
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.sandbox import codes
from autograder.sandbox.build import build
from autograder.sandbox.plain import reduce


class Kept:
    """The student's side's memory of what it kept."""

    def __init__(self):
        self.objects = []

    def __call__(self, value):
        self.objects.append(value)
        return len(self.objects) - 1


def over(value):
    """`value` as it arrives on the other side; handles arrive as their HandleInfo."""
    return build(reduce(value, Kept()), lambda info: info)


def same(left, right):
    """Equal in type and value, NaN equal to NaN, dicts in the same order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray | np.generic):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left), list(right)) and same(list(left.values()), list(right.values()))
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, float):
        return (math.isnan(left) and math.isnan(right)) or (left == right and math.copysign(1, left * right) == 1)
    return left == right


texts = st.text(st.characters(exclude_categories=[]))  # lone surrogates too
dtypes = st.sampled_from(sorted(codes.NUMBERS)).map(lambda name: np.dtype(f"<{name}"))
arrays = st.one_of(
    dtypes.flatmap(lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0, max_side=4))),
    npst.arrays(npst.unicode_string_dtypes(endianness="<", max_len=5), npst.array_shapes(max_side=3)),
    npst.arrays(npst.byte_string_dtypes(endianness="<", max_len=5), npst.array_shapes(max_side=3)),
)
scalars = dtypes.flatmap(lambda dtype: npst.arrays(dtype, ())).map(lambda array: array[()])
fractions = st.builds(Fraction, st.integers(), st.integers(min_value=1))
keys = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts, st.binary(), fractions)
leaves = st.one_of(keys, st.floats(), st.complex_numbers(), st.integers(-(2**9000), 2**9000), arrays, scalars)
columns = st.one_of([st.lists(kind, min_size=8, max_size=30) for kind in (texts, st.binary(), st.floats())])
whole_numbers = st.lists(st.integers(-(2**70), 2**70), min_size=8) | st.lists(st.booleans(), min_size=8)
values = st.recursive(
    leaves | columns | whole_numbers,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(keys, inner),
        st.sets(keys),
        st.frozensets(keys),
    ),
)


@given(values)
def test_plain_values_arrive_unchanged(value):
    assert same(over(value), value)


@given(st.sampled_from(sorted(codes.NUMBERS)), st.integers(8, 20))
def test_a_list_of_numpy_scalars_keeps_their_type(name, length):
    items = list(np.ones(length, dtype=name))
    assert same(over(items), items)


class LyingList(list):
    def __iter__(self):
        return iter(["lie"])

    def __len__(self):
        return 10**9

    def __eq__(self, other):
        return True

    @property
    def __class__(self):
        return dict


class LyingInt(int):
    def __int__(self):
        return 42

    def __index__(self):
        return 42

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class LyingText(str):
    def __str__(self):
        return "lie"

    def encode(self, *_):
        return b"lie"


class LyingDict(dict):
    def items(self):
        return [("lie", 1)]

    def __iter__(self):
        return iter(["lie"])


class LyingFloat(float):
    def __float__(self):
        return 42.0


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return True

    def tobytes(self, *_):
        return b"lie"

    @property
    def shape(self):
        return (10**9,)


class NoList:
    """Says that it is a list and equal to everything."""

    __class__ = list

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (LyingList([1, 2]), [1, 2]),
        (LyingInt(7), 7),
        ([LyingInt(7)] * 10, [7] * 10),
        (LyingText("truth"), "truth"),
        (LyingDict(a=1), {"a": 1}),
        (LyingFloat(0.5), 0.5),
        (np.arange(3).view(LyingArray), np.arange(3)),
        (np.ma.masked_array([1, 2], [True, False]), np.array([1, 2])),
        (collections.namedtuple("Pair", "a b")(1, 2), (1, 2)),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.defaultdict(int, a=1), {"a": 1}),
        (enum.IntEnum("Colour", "RED").RED, 1),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"abcd")[::2], b"ac"),
        (collections.deque([1, 2]), [1, 2]),
        (range(20), list(range(20))),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        ({"a": 1}.items(), [("a", 1)]),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (np.array([1, "a", None], dtype=object), [1, "a", None]),
        (np.array(None, dtype=object), None),
        (np.array([[1, 2]], dtype=">i4").T, np.array([[1], [2]], dtype="<i4")),
        (np.array(["", ""]), np.array(["", ""], dtype="<U1")),
        (np.longdouble(0.5), np.float64(0.5)),
        (np.str_("ends in zero\0"), np.str_("ends in zero\0")),
        (np.dtype("float32"), np.dtype("float32")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclasses_and_relatives_count_as_their_base_type(value, expected):
    assert same(over(value), expected)


def test_order_of_an_ordered_dict_is_its_own():
    ordered = collections.OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    assert list(over(ordered)) == ["b", "a"]


@pytest.mark.parametrize("value", [NoList(), object(), print, int, iter([1]), np.datetime64("2020"), ..., slice(1)])
def test_anything_else_stays_behind(value):
    kept = Kept()
    info = build(reduce([value], kept), lambda info: info)[0]
    assert info == codes.HandleInfo(0, callable(value), type(value).__name__)
    assert kept.objects[0] is value


def test_shared_references_are_no_cycle():
    shared = [1]
    assert over([shared, shared, {"a": shared}]) == [[1], [1], {"a": [1]}]


def cyclic_list():
    value = []
    value.append([value])
    return value


def cyclic_dict():
    value = {}
    value["self"] = value
    return value


def cyclic_array():
    value = np.empty((), dtype=object)
    value[()] = value
    return value


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize("make", [cyclic_list, cyclic_dict, cyclic_array])
def test_a_value_that_contains_itself_is_refused_with_a_sentence(make):
    with pytest.raises(ValueError, match="the answer contains itself"):
        over(make())


@pytest.mark.parametrize(
    "value",
    [
        nested(codes.MAX_DEPTH + 1),
        range(codes.MAX_ITEMS + 1),
        range(10**18),
        [None] * (codes.MAX_TOKENS + 1),
        dict.fromkeys(range(codes.MAX_KEYS + 1)),
        set(range(codes.MAX_KEYS + 1)),
        1 << (8 * codes.MAX_INT_BYTES),
        "x" * (codes.MAX_STRUCTURE + 1),
        np.broadcast_to(np.float64(0), (2**20, 2**20)),
        [object()] * (codes.MAX_HANDLES + 1),
        [np.zeros(0)] * (codes.MAX_ARRAYS + 1),
    ],
    ids=["deep", "items", "range", "tokens", "keys", "members", "int", "text", "array", "handles", "arrays"],
)
def test_what_exceeds_a_bound_is_refused_with_a_sentence(value):
    with pytest.raises(ValueError, match="the answer is too large to be handed over"):
        over(value)


@pytest.mark.parametrize(
    "value",
    [nested(codes.MAX_DEPTH), 1 - (1 << (8 * codes.MAX_INT_BYTES - 1)), {f"token {i}": i for i in range(50_257)}],
    ids=["deep", "int", "vocabulary"],
)
def test_what_just_meets_the_bounds_passes(value):
    assert over(value) == value


def test_the_innermost_container_may_hold_every_kind_of_leaf():
    leaf = [Fraction(2**80, 2**80 + 1), np.float32(1), 1j]
    value = leaf
    for _ in range(codes.MAX_DEPTH - 1):
        value = [value]
    assert over(value) == value


def test_the_largest_int_can_still_be_printed():
    digits = math.ceil(8 * codes.MAX_INT_BYTES * math.log10(2))
    assert digits <= sys.int_info.default_max_str_digits


@pytest.fixture(scope="session")
def torch():
    return pytest.importorskip("torch")


@pytest.mark.parametrize("name", sorted(codes.TORCH_DTYPES))
@pytest.mark.parametrize("shape", [(), (0, 2), (2, 3)])
def test_tensors_of_every_dtype(torch, name, shape):
    tensor = torch.ones(shape).to(getattr(torch, name))
    arrived = over(tensor)
    assert (arrived.dtype, arrived.shape) == (tensor.dtype, tensor.shape)
    assert torch.equal(arrived.to(torch.complex128), tensor.to(torch.complex128))


@pytest.mark.parametrize(
    "make",
    [
        lambda torch: torch.arange(6).reshape(2, 3).T,
        lambda torch: torch.tensor([1 + 2j]).conj(),
        lambda torch: torch.ones(1).expand(5),
        lambda torch: torch.ones(2, requires_grad=True) * 2,
        lambda torch: torch.nn.Parameter(torch.ones(2)),
    ],
    ids=["transposed", "conjugate", "expanded", "with graph", "parameter"],
)
def test_tensors_arrive_detached_and_dense(torch, make):
    tensor = make(torch)
    arrived = over(tensor)
    assert type(arrived) is torch.Tensor
    assert not arrived.requires_grad
    assert torch.equal(arrived, tensor.detach().resolve_conj())


def test_a_lying_subclass_of_tensor_counts_as_tensor(torch):
    class Lying(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_):
            return "lie"

    assert torch.equal(over(torch.ones(2).as_subclass(Lying)), torch.ones(2))


@pytest.mark.parametrize(
    "make", [lambda tensor: tensor.to_sparse(), lambda tensor: tensor.to("meta")], ids=["sparse", "meta"]
)
def test_a_tensor_that_is_not_dense_stays_behind(torch, make):
    assert over(make(torch.ones(2))).type_name == "Tensor"


def test_torch_dtypes_and_sizes(torch):
    assert over([torch.float32, torch.Size([1, 2])]) == [torch.float32, (1, 2)]


def test_type_names_arrive_printable_and_short():
    name = "\x1b[31m" + "x" * 1000
    info = over(type(name, (SimpleNamespace,), {})())
    assert info.type_name == ("?[31m" + "x" * 1000)[: codes.MAX_TYPE_NAME]

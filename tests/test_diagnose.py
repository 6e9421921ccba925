"""Each diagnosis on the mistake it is meant for, and silent on the near miss.

A diagnosis that is wrong is worse than none: it has to explain every difference.
"""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import Failure, numeric

RANDOM = np.random.default_rng(20240607)
Y = RANDOM.standard_normal((5, 3))
X = RANDOM.standard_normal((4, 4))
V = RANDOM.standard_normal(7)
LOGITS = np.exp(RANDOM.standard_normal((5, 3)))
P = LOGITS / LOGITS.sum(axis=1, keepdims=True)
ODD = np.arange(15).reshape(5, 3) % 2 == 1
CAUSAL = np.tri(5, dtype=bool)
COUNTS = np.array([[3, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8], [9, 7, 9, 3]])


def changed(array, place, value):
    copy = np.array(array)
    copy[place] = value
    return copy


def nudged(array, expected):
    """The array with one more value put off, a right one if there is any: what explained everything no longer does."""
    copy = np.array(array, dtype=float, order="C")
    right = np.flatnonzero(np.isclose(array, expected))
    place = int(right[-1]) if right.size else copy.size // 2
    copy.reshape(-1)[place] = 3.25 - copy.reshape(-1)[place] * 1.7
    return copy


def failure(actual, expected, **options):
    with pytest.raises(Failure) as caught:
        numeric.check_close(actual, expected, **options)
    return caught.value


def headline(actual, expected, **options):
    return failure(actual, expected, **options).headline.en


SIGN = "wrong sign (every value is the negative of the right one)"
TWICE = "off by a constant factor (twice the right values)"
HALF = "off by a constant factor (half the right values)"
BASE = "off by a constant factor (the logarithm to another base?)"
SUM = "off by a constant factor (a sum instead of a mean?)"
MEAN = "off by a constant factor (a mean instead of a sum, or divided once too often?)"
ROOT = "off by a constant factor (the square root of a size?)"
OFFSET = "off by a constant (the same amount everywhere)"
TRANSPOSED = "transposed (rows and columns are exchanged)"
SHIFTED = "right values, but shifted by one place towards the "

MISTAKES = [
    ("sign", -Y, Y, SIGN),
    ("sign of a scalar", -0.75, 0.75, "wrong sign (the negative of the right value)"),
    ("twice", 2 * Y, Y, TWICE),
    ("half", Y / 2, Y, HALF),
    ("twice, scalar", 2 * np.log(3), np.log(3), TWICE),
    ("bits", Y / np.log(2), Y, BASE),
    ("bits, scalar", np.log2(3), np.log(3), BASE),
    ("decimal logarithm", np.log10(LOGITS), np.log(LOGITS), BASE),
    ("sum over rows", 5 * Y, Y, SUM),
    ("mean over rows", Y / 5, Y, MEAN),
    ("scale", Y * np.sqrt(3), Y, ROOT),
    ("any factor", Y * 1.37, Y, "off by a constant factor"),
    ("negative factor", Y * -1.37, Y, "of the wrong sign and off by a constant factor"),
    ("negative sum", Y * -5, Y, "of the wrong sign and off by a constant factor (a sum instead of a mean?)"),
    ("offset", Y + 0.3, Y, OFFSET),
    ("one too large", COUNTS + 1, COUNTS, "every value is one too large"),
    ("one too small", COUNTS - 1, COUNTS, "every value is one too small"),
    ("transposed", X.T, X, TRANSPOSED),
    ("transposed counts", COUNTS.T, COUNTS, TRANSPOSED),
    ("transposed mask", CAUSAL.T, CAUSAL, TRANSPOSED),
    ("swapped axes", np.stack([X, 2 * X]).swapaxes(1, 2), np.stack([X, 2 * X]), "two axes are exchanged"),
    ("inverted mask", ~CAUSAL, CAUSAL, "inverted (True and False, or 1 and 0, are exchanged)"),
    ("reversed", V[::-1], V, "the right values in reverse order"),
    ("reversed rows", Y[::-1], Y, "the right values in reverse order"),
    ("shifted", np.roll(V, 1), V, SHIFTED + "end"),
    ("shifted back", np.append(V[1:], 0), V, SHIFTED + "beginning"),
    ("shifted rows", np.roll(Y, 1, axis=0), Y, SHIFTED + "end"),
    ("permuted rows", Y[[1, 0, 2, 4, 3]], Y, "the right rows in the wrong order"),
    ("permuted columns", Y[:, [1, 0, 2]], Y, "the right columns in the wrong order"),
    ("permuted", V[[2, 0, 1, 5, 3, 4, 6]], V, "the right values in the wrong order"),
    (
        "reshaped",
        Y.reshape(3, 5),
        Y.T,
        "the right values in the wrong order (reshape where axes have to be transposed?)",
    ),
    ("one row", changed(Y, 2, 7.0), Y, "only one row is wrong"),
    ("first row", changed(Y, 0, 7.0), Y, "only the first row is wrong"),
    ("last row", changed(Y, 4, 7.0), Y, "only the last row is wrong"),
    ("one column", changed(Y, np.s_[:, 1], 7.0), Y, "only one column is wrong"),
    ("one value", changed(V, 3, 7.0), V, "only one value is wrong"),
    ("last value", changed(V, 6, 7.0), V, "only the last value is wrong"),
    ("diagonal", X - np.diag([1.0, 2.0, 4.0, 7.0]), X, "wrong exactly on the diagonal, right everywhere else"),
    (
        "triangle",
        np.where(np.tri(4, k=-1), X, np.square(X) - 3),
        X,
        "wrong exactly on and above the diagonal, right everywhere else",
    ),
    ("NaN", changed(Y, (1, 2), np.nan), Y, "NaN where a number belongs (all other values are right)"),
    ("NaN and worse", changed(-Y, (1, 2), np.nan), Y, "NaN where a number belongs"),
    ("inf", changed(Y, (1, 2), np.inf), Y, "inf where a number belongs (all other values are right)"),
    ("inf of the other sign", [1.0, np.inf], [1.0, -np.inf], "NaN or infinity does not stand exactly where it belongs"),
    ("finite for inf", [1.0, 2.0], [1.0, np.inf], "NaN or infinity does not stand exactly where it belongs"),
    (
        "truncated",
        (10 * Y).astype(int),
        10 * Y,
        "rounded to whole numbers (an integer dtype, int() or // on the way?)",
    ),
    ("floor", 7, 7.5, "rounded to whole numbers (an integer dtype, int() or // on the way?)"),
    (
        "overflow",
        np.array([1, 200, 44], dtype=np.uint8),
        np.array([1, 200, 300]),
        "numbers wrapped around: the integer dtype is too small for them",
    ),
    ("zeros", np.zeros((5, 3)), Y, "every value is zero (was it ever filled in?)"),
    ("integer zeros", np.zeros((5, 3), dtype=int), P, "every value is zero (an integer dtype cannot hold fractions)"),
    ("constant", np.full(7, 0.4), V, "all values are the same number"),
    (
        "some zeros",
        np.where((np.arange(15) % 4 == 0).reshape(5, 3), 0, Y),
        Y,
        "some values are still zero; all others are right",
    ),
    (
        "not masked",
        np.where(np.arange(15).reshape(5, 3) % 4 == 0, Y**2 + 1, Y),
        np.where(np.arange(15).reshape(5, 3) % 4 == 0, 0, Y),
        "values are left where nothing should be (a mask or a condition?); all others are right",
    ),
    ("log for probability", np.log(P), P, "the logarithm of what was asked for"),
    ("probability for log", P, np.log(P), "a logarithm is missing"),
    ("probability for NLL", P, -np.log(P), "a negative logarithm is missing"),
    ("NLL for perplexity", 1.2345, np.exp(1.2345), "the logarithm of what was asked for"),
    ("bits for perplexity", 1.2345, np.exp2(1.2345), "the logarithm (to base 2) of what was asked for"),
    ("variance for deviation", np.abs(Y) ** 2, np.abs(Y), "a square root is missing"),
    ("deviation for variance", np.abs(Y), np.abs(Y) ** 2, "the square root of what was asked for"),
    ("reciprocal", 1 / LOGITS, LOGITS, "the reciprocal of what was asked for"),
    ("complement", 1 - P, P, "one minus what was asked for"),
    (
        "wrong axis",
        LOGITS / LOGITS.sum(axis=0),
        P,
        "normalised along the wrong axis (columns sum to one instead of rows)",
    ),
    ("whole array", LOGITS / LOGITS.sum(), P, "normalised over the whole array instead of each row"),
    ("not normalised", LOGITS, P, "each row is off by a constant factor of its own (a normalisation?)"),
    (
        "log-softmax without its sum",
        np.log(LOGITS),
        np.log(P),
        "each row is off by a constant amount of its own (a normalisation?)",
    ),
    ("rows do not sum to one", P**1.5, P, "the rows do not sum to one"),
    ("some signs", np.where(ODD, Y, -Y), Y, "some values have the wrong sign, otherwise all are right"),
    (
        "float16",
        Y.astype(np.float16).astype(float),
        Y,
        "right only to the precision of float16",
    ),
    (
        "small constant",
        np.log(P + 1e-6),
        np.log(P),
        "very close, but not within the tolerance (a small constant added, or float32 on the way?)",
    ),
    (
        "same mistake here and there",
        np.where(np.arange(15).reshape(5, 3) % 4 == 0, Y - 1, Y),
        Y,
        "some values are wrong, all in the same way: off by the same amount",
    ),
]


@pytest.mark.parametrize(("name", "actual", "expected", "says"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_the_mistake_is_named(name, actual, expected, says):
    assert headline(actual, expected) == says


FACTS = {"NaN and worse", "rows do not sum to one"}  # true whatever else is wrong
EXPLAINED = [m for m in MISTAKES if np.size(m[1]) >= 6 and m[0] not in FACTS]


@pytest.mark.parametrize(("name", "actual", "expected", "says"), EXPLAINED, ids=[m[0] for m in EXPLAINED])
def test_one_value_that_does_not_fit_silences_the_diagnosis(name, actual, expected, says):
    assert headline(nudged(actual, expected), expected) != says


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (2.0, 1.3),  # any two numbers have a ratio
        (2 / 3, 1 / 3),  # and simple ones a simple ratio
        (4, 2),
        (0.25, 0.5),  # a square, a half, one minus one half
        (0.3, 0.7),  # one minus 0.3
        (3.0, 1.0),
    ],
)
def test_two_numbers_alone_mean_nothing(actual, expected):
    assert headline(actual, expected) == "wrong value"
    assert headline([actual], [expected]) == "wrong value"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [([0, 1], [1, 0]), ([2, 0, 2, 1], [0, 2, 1, 2]), ([1, 0, 1, 1], [1, 1, 0, 1])],
)
def test_few_whole_numbers_that_repeat_are_not_called_permuted_or_shifted(actual, expected):
    assert headline(np.array(actual), np.array(expected)) in ("every value is wrong", "some values are wrong")


def test_all_equal_expected_values_prove_no_factor_and_no_offset():
    assert headline([0.3, 0.3, 0.3], [0.5, 0.5, 0.5]) == "every value is wrong"


def test_a_loose_tolerance_explains_nothing():
    actual, expected = np.array([0.05, -0.2, 0.01]), np.array([0.05, 0.2, 0.03])
    assert "sign" not in headline(actual, expected, atol=0.39)


@pytest.mark.parametrize(
    ("actual", "expected", "detail"),
    [
        (5 * Y, Y, "factor: 5; 5 is the number of rows"),
        (Y / 3, Y, "factor: 1/3; 3 is the number of columns"),
        (7 * V, V, "factor: 7; 7 is the number of values"),
        (15 * Y, Y, "factor: 15; 15 is the number of all values"),
        (np.sqrt(3) * Y, Y, "factor: √3"),
        (1.37 * Y, Y, "factor: 1.37"),
        (-4 * Y, Y, "factor: -4"),
        (Y + 0.3, Y, "got minus expected: 0.3"),
        (changed(Y, 2, 7.0), Y, "row 2 (counted from 0)"),
        (changed(Y, 4, -Y[4]), Y, "there: wrong sign"),
        (changed(Y, (1, 2), np.nan), Y, "NaN at [1, 2]"),
        (Y[::-1], Y, "along axis 0, down the rows"),
        ((10 * Y).astype(np.int32), 10 * Y, "dtype of your result: int32"),
        (P**1.5, P, None),
    ],
)
def test_the_details_say_how_much_and_where(actual, expected, detail):
    details = [line.en for line in failure(actual, expected).details]
    assert detail in details if detail else any(line.startswith("sums: ") for line in details)


VALUES = "the values themselves are right"
LAST_TWO = "the last 2 are missing, all others are right"
TOO_MANY = "wrong shape (an axis too many: a sum or a mean over it is missing?)"
SHAPES = [
    (Y.T, Y, "wrong shape (transposed?)", "transposed, the values are right"),
    (Y[None], Y, "wrong shape (an axis of length 1 too many)", VALUES),
    (Y[:, :1].T[0], Y[:, :1], "wrong shape (an axis of length 1 is missing)", VALUES),
    (Y.ravel(), Y, "wrong shape (flattened)", VALUES),
    (Y[:4].reshape(2, 6), Y[:4], "wrong shape (the right number of values, arranged otherwise)", VALUES),
    (Y.sum(axis=0), Y, "wrong shape (an axis is missing: summed or averaged over it?)", "this is the sum over axis 0"),
    (Y, Y.mean(axis=1), TOO_MANY, "its mean over axis 1 is right"),
    (Y, Y.sum(), "wrong shape (an array where a single number belongs)", "its sum over all values is right"),
    (1.0, Y, "wrong shape (a single number where an array belongs)", None),
    ([[1.5]], 1.5, "wrong shape (an axis of length 1 too many)", VALUES),
    (Y[:-1], Y, "wrong shape (one row too few)", "the last is missing, all others are right"),
    (Y[:, 1:], Y, "wrong shape (one column too few)", "the first is missing, all others are right"),
    (np.vstack([Y, Y[:1]]), Y, "wrong shape (one row too many)", "the last is too many, all others are right"),
    (V[:-1], V, "wrong length (one value too few)", "the last is missing, all others are right"),
    (V[:-2], V, "wrong length (too many or too few values along an axis)", LAST_TWO),
    (-V[:-1], V, "wrong length (one value too few)", None),
]


@pytest.mark.parametrize(("actual", "expected", "says", "remark"), SHAPES, ids=[f"{s[2]}-{s[3]}" for s in SHAPES])
def test_shapes(actual, expected, says, remark):
    error = failure(actual, expected)
    assert error.headline.en == says
    details = [line.en for line in error.details]
    assert details[:2] == [f"got shape:      {np.shape(actual)}", f"expected shape: {np.shape(expected)}"]
    if remark:
        assert details[2] == remark
    else:
        assert not any("right" in line for line in details)


KINDS = [
    (None, "nothing was returned (is a return missing?)"),
    (np.asarray(None), "nothing was returned (is a return missing?)"),
    ("0.5", "wrong type: text instead of an array"),
    (b"0.5", "wrong type: bytes instead of an array"),
    ({"a": 1}, "wrong type: a dict instead of an array"),
    ({1, 2}, "wrong type: a set instead of an array"),
    (object(), "wrong type: an object instead of an array"),
    (len, "wrong type: an object or a function instead of an array"),
    ((1.0, Y), "several values were returned where one belongs"),
    ([[1, 2], [3]], "the rows of the list have different lengths"),
    ([1, None], "None stands among the numbers"),
    ([1, "2"], "text stands among the numbers"),
    ([1, {}], "other things than numbers stand in the list"),
    (np.array(["a"]), "text stands among the numbers"),
]


@pytest.mark.parametrize(("actual", "says"), KINDS, ids=[k[1] for k in KINDS])
def test_what_is_no_array_of_numbers(actual, says):
    assert headline(actual, Y) == says


EQUAL = [
    ([1, 2, 4], [1, 2, 3, 4], "an item is missing in the middle, all others are right"),
    ([2, 3], [1, 2, 3], "an item is missing at the beginning, all others are right"),
    ([1, 2, 3, 4, 5], [1, 2, 3], "several items are too many at the end, all others are right"),
    ([9, 2, 8], [1, 2, 3, 4], "too few items"),
    ([], [1, 2], "the result is empty"),
    (["a", "b", "c"], ["c", "b", "a"], "the right items in reverse order"),
    (["b", "c", "a"], ["a", "b", "c"], "the right items in the wrong order"),
    (["a", "b", "b"], ["b", "b", "a"], "wrong text"),
    ({1, 2}, {2, 3}, "some members are missing, and others do not belong"),
    ({1}, {1, 2}, "some members are missing"),
    ({"a": 1, "b": 2}, {"a": 1}, "there are keys that do not belong"),
    ({"1": 5}, {1: 5}, "the keys are of another type"),
    ({"a": -0.5, "b": -0.25}, {"a": 0.5, "b": 0.25}, SIGN),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "some values are wrong"),
    ([1, 2], {1, 2}, "wrong type: a list instead of a set"),
    ("Hello", "hello", "right except for upper and lower case"),
    ("a  b", "a b", "right except for spaces or line breaks"),
    ("ab", "a b", "right except for spaces or line breaks"),
    ("hel", "hello", "the end of the text is missing"),
    ("hello!", "hello", "the text goes on after its end"),
    ("llo", "hello", "the beginning of the text is missing"),
    ("say hello", "hello", "something stands before the beginning of the text"),
    ("olleh", "hello", "the right text in reverse order"),
    ("", "hello", "the text is empty"),
    ("help", "hello", "wrong text"),
    (b"a", "a", "wrong type: bytes instead of text"),
    ("3", 3, "wrong type: text instead of a number"),
    (3, "3", "wrong type: a number instead of text"),
    (3, None, "a value was returned where None belongs"),
    (None, [1], "nothing was returned (is a return missing?)"),
    ([1, None], [1, 2], "None where a value belongs"),
    ((0.5, -Y), (0.5, Y), "returned value 2 of 2: " + SIGN),
    (Y, (Y, Y), "wrong type: an array instead of a tuple"),
    (10**30, 10**30 + 1, "wrong value"),
    (np.dtype("int64"), np.dtype("float32"), "wrong value"),
]


@pytest.mark.parametrize(("actual", "expected", "says"), EQUAL)
def test_texts_and_containers(actual, expected, says):
    with pytest.raises(Failure) as caught:
        numeric.check_equal(actual, expected)
    assert caught.value.headline.en == says


def test_the_place_of_a_difference_deep_inside_is_told():
    with pytest.raises(Failure) as caught:
        numeric.check_equal({"a": [1, {"天": "x"}]}, {"a": [1, {"天": "y"}]})
    assert [line.en for line in caught.value.details] == [
        "first difference at ['a'][1]['天']",
        "got:      'x'",
        "expected: 'y'",
    ]


matrices = hnp.arrays(np.float64, st.integers(2, 5).map(lambda n: (n, n)), elements=st.integers(-99, 99).map(float))


@given(matrices)
def test_a_transposed_matrix_is_called_so_unless_it_is_symmetric(matrix):
    assume(not np.array_equal(matrix, matrix.T))
    antisymmetric = np.array_equal(matrix, -matrix.T)
    assert headline(matrix.T, matrix) == (SIGN if antisymmetric else TRANSPOSED)


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_a_transposed_random_matrix_is_called_so(rows, columns, seed):
    matrix = np.random.default_rng(seed).standard_normal((rows, columns))
    assert headline(matrix.T, matrix) == (TRANSPOSED if rows == columns else "wrong shape (transposed?)")


@pytest.mark.parametrize("shape", [(), (2,), (3,), (2, 2), (2, 3), (3, 3), (4, 5)])
@pytest.mark.parametrize(
    ("draw", "accidents"),
    [
        (lambda random, shape: random.integers(0, 10, shape), 3),
        (lambda random, shape: random.random(shape), 0),
        (
            lambda random, shape: random.dirichlet(np.ones(shape[-1] if shape else 2), shape[:-1])[
                ..., : (shape or (1,))[-1]
            ],
            0,
        ),
    ],
    ids=["digits", "floats", "probabilities"],
)
def test_unrelated_small_arrays_are_diagnosed_by_accident_only(shape, draw, accidents):
    random = np.random.default_rng(11)
    plain = {"wrong value", "some values are wrong", "every value is wrong"}
    claims = 0
    for _ in range(200):
        actual, expected = draw(random, shape), draw(random, shape)
        if not np.array_equal(actual, expected):
            said = headline(actual, expected)
            claims += said not in plain and not said.startswith("only ")  # how many are wrong is no explanation
    assert claims <= accidents


vectors = hnp.arrays(np.float64, st.integers(3, 8), elements=st.floats(-1e3, 1e3), unique=True)


@given(vectors, st.integers(0, 2**32 - 1))
def test_unrelated_numbers_get_no_diagnosis(vector, seed):
    actual = np.random.default_rng(seed).standard_normal(vector.shape)
    assume(np.abs(actual - vector).min() > 1e-3 and abs(vector.sum() - 1) > 1e-3)
    assert headline(actual, vector) == "every value is wrong"


@given(vectors.filter(lambda v: np.abs(v).max() > 1e-3), st.floats(-50, 50).filter(lambda f: abs(f) > 0.01))
def test_a_factor_is_found_whatever_it_is(vector, ratio):
    assume(abs(ratio - 1) > 0.01 and np.count_nonzero(np.abs(vector) > 1e-3) >= 3)
    said = headline(vector * ratio, vector)
    assert said == SIGN if ratio == -1 else "constant factor" in said


@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=5), elements=st.floats(width=32)),
    st.data(),
)
def test_headlines_hold_no_number_and_details_are_few_and_short(expected, data):
    actual = data.draw(
        hnp.arrays(np.float64, st.sampled_from([expected.shape, (2, 3), (), (4,)]), elements=st.floats())
    )
    try:
        numeric.check_close(actual, expected)
    except Failure as error:
        said = error.headline.en
        for words in ("length 1", "float32", "float16", "float64", "1 and 0", "base 2"):
            said = said.replace(words, "")
        assert not any(character.isdigit() for character in said)
        assert len(error.details) <= 6
        for line in (error.headline, *error.details):
            assert max(len(line.en), len(line.zh)) <= 110
            assert any("\u4e00" <= character <= "\u9fff" for character in line.zh)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_tensors_are_diagnosed_too(dtype):
    tensor = torch.tensor(X).to(getattr(torch, dtype))
    assert headline(-tensor, X) == SIGN
    assert headline(tensor.T, X) == TRANSPOSED
    assert headline(2 * tensor, X) == TWICE

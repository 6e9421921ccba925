"""The comparisons as an author of checks calls them: what passes, what fails, and how it is reported."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import Failure, Text, numeric
from autograder.checks import latest_call

floats = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool_, np.complex128]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)
base = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | floats,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
WHAT = Text(en="the gradient with respect to v_c", zh="关于 v_c 的梯度")


def fails(check, *arguments, **options):
    with pytest.raises(Failure) as caught:
        check(*arguments, **options)
    return caught.value


@given(floats)
def test_every_array_is_close_to_itself_in_any_form(array):
    numeric.check_close(array, array)
    if array.size:
        numeric.check_close(array.tolist(), array)
    numeric.check_close(torch.tensor(array), array)


@given(base)
def test_every_value_equals_itself_and_is_unchanged(value):
    numeric.check_equal(value, value)
    numeric.check_unchanged(value, value)


@given(base | st.builds(object), base)
def test_whatever_a_student_returns_the_only_exception_is_a_failure(actual, expected):
    for check in (
        lambda: numeric.check_equal(actual, expected),
        lambda: numeric.check_unchanged(actual, expected),
        lambda: numeric.check_close(actual, np.array([[0.5, 1.5]])),
        lambda: numeric.check_close(actual, 0.5, shape="vector"),
        lambda: numeric.check_between(actual, 0, 1),
        lambda: numeric.check_finite(actual),
        lambda: numeric.check_shape(actual, (2, 3)),
        lambda: numeric.check_distribution(actual),
        lambda: numeric.as_scalar(actual),
        lambda: numeric.check_gradient(lambda x: 0.0, actual, np.ones(2)),
        lambda: numeric.check_gradient(lambda x: actual, np.ones(2), np.ones(2)),
    ):
        try:
            check()
        except Failure as failure:
            assert len(failure.details) <= 6
            for line in (failure.headline, *failure.details):
                assert line.en.isprintable() and line.zh.isprintable()
                assert max(len(line.en), len(line.zh)) <= 110


def test_what_names_the_thing_in_both_languages():
    error = fails(numeric.check_close, -np.arange(4.0), np.arange(4.0), what=WHAT)
    assert error.headline.en == (
        "the gradient with respect to v_c: wrong sign (every value is the negative of the right one)"
    )
    assert error.headline.zh == "关于 v_c 的梯度：符号反了（每个值都是正确值的相反数）"
    assert [line.en for line in error.details] == [
        "got:      [-0.0, -1.0, -2.0, -3.0]",
        "expected: [ 0.0,  1.0,  2.0,  3.0]",
    ]
    assert error.details[0].zh == "得到：[-0.0, -1.0, -2.0, -3.0]"


def test_a_malformed_expectation_is_the_authors_mistake():
    with pytest.raises(TypeError, match="expected"):
        numeric.check_close(1.0, "one")


# Tolerances


@pytest.mark.parametrize("actual", [1 + 0.9e-7, np.float64(1 - 0.9e-7), [1 + 0.9e-7]])
def test_float64_passes_within_the_tolerance(actual):
    numeric.check_close(actual, 1.0)


def test_float64_fails_outside_the_tolerance():
    fails(numeric.check_close, 1 + 3e-7, 1.0)
    numeric.check_close(1 + 3e-7, 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "inside", "outside"),
    [(torch.float32, 8e-6, 3e-5), (torch.float16, 5e-3, 2e-2), (torch.bfloat16, 5e-2, 1.5e-1)],
)
def test_lower_precision_is_compared_within_itself_relative_to_the_scale(dtype, inside, outside):
    expected = np.array([1000.0, 1e-3, 0.3])
    numeric.check_close(torch.tensor(expected, dtype=dtype), expected)
    numeric.check_close(torch.tensor(expected, dtype=torch.float64).to(dtype) * (1 + inside), expected)
    fails(numeric.check_close, torch.tensor(expected).to(dtype) * (1 + outside), expected)


def test_float32_keeps_its_tolerance_in_lists_and_as_python_floats():
    third = np.float32(1) / np.float32(3)
    for actual in ([third, 0.25], [float(third), 0.25], torch.tensor([1 / 3, 0.25]), [torch.tensor(1 / 3), 0.25]):
        numeric.check_close(actual, [1 / 3, 0.25])


def test_simple_float64_numbers_are_not_taken_for_float32():
    fails(numeric.check_close, [0.5, 3.0], [0.500001, 3.0])


def test_a_float32_expectation_loosens_too():
    numeric.check_close(1 / 3, np.float32(1 / 3))


def test_whole_numbers_are_exact():
    fails(numeric.check_close, 10**9 + 1, 10**9)
    numeric.check_close(np.array([2**63], dtype=np.uint64), np.array([2**63], dtype=np.uint64))
    fails(numeric.check_equal, np.array([2**63], dtype=np.uint64), np.array([-(2**63)]))
    fails(numeric.check_equal, [10**30], [10**30 + 1])


@pytest.mark.parametrize(
    ("actual", "expected", "passes"),
    [
        (np.nan, np.nan, True),
        (np.nan, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (1e308, np.inf, False),
        ([1.0, np.nan], [1.0, np.nan], True),
        ([np.nan, 1.0], [1.0, np.nan], False),
        (np.float32(np.inf), np.inf, True),
    ],
)
def test_nan_and_infinity_only_where_they_belong(actual, expected, passes):
    for check in (numeric.check_close, numeric.check_equal):
        if passes:
            check(actual, expected)
        else:
            fails(check, actual, expected)


# Shapes


@pytest.mark.parametrize("actual", [0.5, np.float32(0.5), np.array(0.5), np.array([0.5]), [0.5], torch.tensor([0.5])])
def test_a_number_may_come_in_every_accepted_form(actual):
    numeric.check_close(actual, 0.5)
    numeric.check_close(actual, np.array([0.5]))
    assert numeric.as_scalar(actual) == 0.5


def test_a_matrix_of_one_number_is_no_number():
    assert "axis of length 1 too many" in fails(numeric.check_close, [[0.5]], 0.5).headline.en
    assert "axis of length 1 too many" in fails(numeric.as_scalar, [[0.5]]).headline.en


@pytest.mark.parametrize("form", [(3,), (1, 3), (3, 1)])
@pytest.mark.parametrize("wanted", [(3,), (1, 3), (3, 1)])
def test_vectors_are_equal_in_every_form_when_asked(form, wanted):
    values = np.array([1.0, 2.0, 3.0])
    numeric.check_close(values.reshape(form), values.reshape(wanted), shape="vector")
    if form != wanted:
        fails(numeric.check_close, values.reshape(form), values.reshape(wanted))


def test_a_matrix_is_no_vector():
    fails(numeric.check_close, np.ones((2, 2)), np.ones(4), shape="vector")


def test_several_results_are_compared_one_by_one():
    numeric.check_close((0.5, np.eye(2)), (0.5, np.eye(2)))
    numeric.check_close({"a": [1.0, 2.0]}, {"a": np.array([1.0, 2.0])})
    error = fails(numeric.check_close, (0.5, -np.eye(2)), (0.5, np.eye(2)))
    assert error.headline.en.startswith("returned value 2 of 2: wrong sign")
    assert (
        "wrong type: an array instead of a tuple" in fails(numeric.check_close, np.eye(3), (0.5, np.eye(2))).headline.en
    )


# Equality


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 1.0),
        (np.int64(1), 1),
        (True, 1),
        ((1, 2), [1, 2]),
        (np.array([1, 2]), [1, 2]),
        (torch.tensor([1, 2]), (1, 2)),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
        ([(1, 2), (3, 4)], [[1, 2], [3, 4]]),
        (np.array(["a", "b"]), ["a", "b"]),
        ({1: [1.0]}, {1: (1,)}),
        (frozenset({1}), {1}),
        ([], ()),
        ([[1], [2, 3]], ([1], (2, 3))),
        (np.dtype("float32"), np.dtype("float32")),
        (torch.float32, torch.float32),
    ],
)
def test_equal_by_value(actual, expected):
    numeric.check_equal(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 2),
        ([1, 2], [2, 1]),
        ([1], 1),
        ("1", 1),
        (b"a", "a"),
        ([1, [2]], [1, [3]]),
        (1 + 1e-15, 1),
        (None, 0),
        ({}, []),
    ],
)
def test_not_equal(actual, expected):
    fails(numeric.check_equal, actual, expected)


def test_an_argument_modified_in_place_is_named():
    error = fails(numeric.check_unchanged, np.array([1, 9, 3]), np.array([1, 2, 3]))
    assert error.headline == Text(
        en="the input was modified in place (work on a copy)", zh="传入的参数被就地修改了（请先复制再改）"
    )
    assert [line.en for line in error.details[-2:]] == ["after the call: [1, 9, 3]", "before it:      [1, 2, 3]"]


# Bounds, shapes, distributions


def test_between():
    numeric.check_between([0, 0.5, 1], 0, 1)
    error = fails(numeric.check_between, [0, 0.5, 1.5], 0, 1)
    assert error.headline.en == "a value is too large"
    assert [line.en for line in error.details] == ["value at [2]: 1.5 (so in 1 of 3 places)", "allowed: 0 to 1"]
    assert fails(numeric.check_between, -1, 0, 1).headline.en == "a value is too small"
    assert fails(numeric.check_between, np.nan, 0, 1).headline.en == "NaN where a number belongs"


def test_finite():
    numeric.check_finite([[1, 2.0]])
    assert fails(numeric.check_finite, [1, np.nan]).details[0].en == "value at [1]: nan (so in 1 of 2 places)"
    assert fails(numeric.check_finite, -np.inf).headline.en == "inf where a number belongs"


def test_shape():
    numeric.check_shape(torch.zeros(2, 3), (2, 3))
    numeric.check_shape(3, ())
    error = fails(numeric.check_shape, np.zeros((3, 2)), (2, 3))
    assert error.headline.en == "wrong shape (transposed?)"
    assert [line.zh for line in error.details] == ["得到的形状：(3, 2)", "应有的形状：(2, 3)"]


def test_distribution():
    numeric.check_distribution([[0.25, 0.75], [1, 0]])
    numeric.check_distribution(np.array([[0.25, 0.5], [0.75, 0.5]]), axis=0)
    numeric.check_distribution(torch.softmax(torch.linspace(-5, 5, 50_000), 0))
    assert fails(numeric.check_distribution, [0.5, 0.6]).headline.en == "the probabilities do not sum to one"
    assert fails(numeric.check_distribution, [-0.5, 1.5]).headline.en == "a probability is negative"
    assert fails(numeric.check_distribution, [np.nan, 1]).headline.en == "NaN where a number belongs"
    assert (
        fails(numeric.check_distribution, [[1, 0], [0.5, 0.4]]).details[0].en == "sum at [1]: 0.9 (so in 1 of 2 places)"
    )
    assert "single number" in fails(numeric.check_distribution, 1.0).headline.en


# Gradients


def loss(x):
    return float((np.sin(x) ** 2).sum())


def gradient(x):
    return np.sin(2 * x)


points = hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=4), elements=st.floats(-3, 3))


@given(points)
def test_the_right_gradient_passes(x):
    numeric.check_gradient(loss, gradient(x), x)
    numeric.check_gradient(loss, gradient(x).astype(np.float32), x)


@given(points.filter(lambda x: np.abs(gradient(x)).max() > 1e-3))
def test_a_gradient_of_the_wrong_sign_never_passes(x):
    assert "wrong sign" in fails(numeric.check_gradient, loss, -gradient(x), x).headline.en


def test_the_message_names_the_entry_and_both_values():
    x = np.array([0.1, 0.2, 0.3, 0.4])
    wrong = gradient(x)
    wrong[2] = 0.25
    error = fails(numeric.check_gradient, loss, wrong, x, what=WHAT)
    assert error.headline.en == "the gradient with respect to v_c: only one value is wrong"
    assert [line.en for line in error.details] == [
        "at [2]",
        "yours:     [0.1987, 0.3894,   0.25, 0.7174]",
        "numerical: [0.1987, 0.3894, 0.5646, 0.7174]",
    ]
    assert error.details[-1].zh == "数值梯度：[0.1987, 0.3894, 0.5646, 0.7174]"


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda g: 4 * g, "off by a constant factor (a sum instead of a mean?)"),
        (lambda g: g.T, "transposed (rows and columns are exchanged)"),
        (lambda g: np.vstack([g[:1] + 1, g[1:]]), "only the first row is wrong"),
        (lambda g: np.where(g > 0.9, np.nan, g), "NaN where a number belongs (all other values are right)"),
    ],
)
def test_gradients_are_diagnosed(mistake, says):
    x = np.random.default_rng(1).standard_normal((4, 4))
    assert fails(numeric.check_gradient, loss, mistake(gradient(x)), x).headline.en == says


@pytest.mark.parametrize(("size", "calls"), [(7, 14), (60, 120), (61, 120), (1000, 120)])
def test_two_calls_an_entry_and_at_most_sixty_entries(size, calls):
    seen = []

    def counted(x):
        seen.append(x)
        return loss(x)

    x = np.random.default_rng(2).standard_normal(size)
    numeric.check_gradient(counted, gradient(x), x)
    assert len(seen) == calls


def test_a_large_gradient_is_sampled_where_it_is_large_and_the_sample_is_diagnosed():
    x = np.random.default_rng(3).standard_normal((50, 4))
    wrong = gradient(x)
    wrong[31, 2] += 5
    error = fails(numeric.check_gradient, loss, wrong, x)
    assert error.headline.en == "some values are wrong"
    assert error.details[0].en.startswith("1 of 60 sampled values differ")
    assert "[31, 2]" in error.details[0].en
    assert "twice the right values" in fails(numeric.check_gradient, loss, 2 * gradient(x), x).headline.en


def test_a_missing_part_of_a_sparse_gradient_is_found():
    x = np.random.default_rng(4).standard_normal((100, 3))
    rows = [3, 50, 97]

    def sparse(z):
        return loss(z[rows])

    right = np.zeros_like(x)
    right[rows] = gradient(x[rows])
    numeric.check_gradient(sparse, right, x)
    fails(numeric.check_gradient, sparse, 1.001 * right, x)


@pytest.mark.parametrize("form", [np.float32, lambda value: float(np.float32(value)), torch.tensor])
def test_a_loss_in_float32_accepts_the_right_gradient_and_no_wrong_one(form):
    x = np.random.default_rng(5).standard_normal((3, 4))
    numeric.check_gradient(lambda z: form(loss(z)), gradient(x), x)
    fails(numeric.check_gradient, lambda z: form(loss(z)), 1.05 * gradient(x), x)


def test_a_large_loss_may_round_but_hides_no_mistake():
    x = np.random.default_rng(6).standard_normal(5)
    numeric.check_gradient(lambda z: 1e6 + loss(z), gradient(x), x)
    fails(numeric.check_gradient, lambda z: 1e6 + loss(z), gradient(x) + 0.01, x)


def test_a_loss_that_is_no_number_says_so():
    x = np.array([1.0, 2.0])
    assert (
        fails(numeric.check_gradient, lambda z: np.nan, x, x).headline.en == "the loss: NaN or infinite near this point"
    )
    assert fails(numeric.check_gradient, lambda z: None, x, x).headline.zh.startswith("损失：没有返回值")


def test_gradient_shapes():
    x = np.random.default_rng(7).standard_normal(3)
    numeric.check_gradient(loss, gradient(x)[None], x, shape="vector")
    assert "axis of length 1 too many" in fails(numeric.check_gradient, loss, gradient(x)[None], x).headline.en
    numeric.check_gradient(lambda z: float(z**2), 3.0, np.array(1.5))


def test_a_students_exception_in_the_loss_is_passed_on():
    def broken(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        numeric.check_gradient(broken, np.ones(2), np.ones(2))


@pytest.mark.parametrize(
    "check", [numeric.check_finite, numeric.check_distribution, lambda a: numeric.check_between(a, 0, 1)]
)
def test_an_empty_array_passes_no_check_of_every_number(check):
    assert fails(check, np.zeros((0, 3))).headline.en == "an empty array, where numbers belong"


def test_infinities_are_compared_without_a_warning():
    with np.errstate(all="raise"):
        numeric.check_close(np.float64(np.inf), np.inf)
        assert fails(numeric.check_close, np.float64(1.0), np.inf)
        assert fails(numeric.check_close, np.array([1.0, np.inf]), np.array([np.inf, np.inf]))


def test_a_wrong_gradient_names_the_call_that_gave_it_not_the_losses_around_it():
    call, around = object(), object()

    def loss(x):
        latest_call.set(around)
        return float(np.sum(x**2))

    latest_call.set(call)
    failure = fails(numeric.check_gradient, loss, np.ones(2), np.ones(2))
    assert failure.asked is call and latest_call.get() is call
    numeric.check_gradient(loss, 2 * np.ones(2), np.ones(2))
    assert latest_call.get() is call
    latest_call.set(None)

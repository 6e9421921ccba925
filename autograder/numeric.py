"""Comparisons that diagnose: what a check says about the values a student returned.

Every function raises `Failure` when the comparison does not hold, whatever the student's value is. The headline tells
what is wrong without any input or expected value, so that a hidden check may show it; the details, at most six lines,
hold the values. `what` names the thing compared, in both languages. A malformed `expected` is the author's mistake: a
TypeError.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NoReturn

import numpy as np

from autograder.checks import Failure, latest_call
from autograder.diagnosis.derivatives import slopes
from autograder.diagnosis.diagnose import compare_arrays, compare_sample
from autograder.diagnosis.findings import Finding
from autograder.diagnosis.kinds import wrong_kind
from autograder.diagnosis.labels import LABELS, Labels
from autograder.diagnosis.shapes import wrong_shape
from autograder.diagnosis.structure import Comparison
from autograder.diagnosis.values import (
    FLOAT32,
    FLOAT64,
    Array,
    Numbers,
    Tolerance,
    read_numbers,
    scale_of,
    tolerance_for,
)
from autograder.legible import show_number, show_place
from autograder.text import Text

Shape = Literal["exact", "vector"]

ZERO = Tolerance(0.0, 0.0)
EXACT = Comparison(lambda got, right: compare_arrays(got, right, ZERO), ZERO)
BEFORE = Labels(Text(en="after the call", zh="调用之后"), Text(en="before it", zh="调用之前"))
UNCHANGED = Comparison(lambda got, right: compare_arrays(got, right, ZERO, BEFORE), ZERO, labels=BEFORE)
GRADIENT = Labels(Text(en="yours", zh="你的梯度"), Text(en="numerical", zh="数值梯度"))
LOSS = Text(en="the loss", zh="损失")
MOST_DETAILS = 6


def check_close(
    actual: object,
    expected: object,
    *,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    shape: Shape = "exact",
    what: Text | None = None,
) -> None:
    """`actual` is `expected` up to |difference| <= atol + rtol * |expected|; whole numbers exactly.

    Where either is of lower precision, within that: float32 at 1e-5 of the array's largest value, float16 and bfloat16
    at eight times their epsilon. A number may come as a float, of shape () or (1,); with shape="vector" also (d,),
    (1, d) and (d, 1) are the same. NaN equals NaN, an infinity equals itself. `expected` may be a list, tuple or dict
    of arrays: then its parts are compared one by one.
    """

    if _evidently_close(actual, expected, rtol, atol):
        return

    def numbers(got: Numbers, right: Numbers) -> Finding | None:
        got = _fitted(got, right, shape)
        return compare_arrays(got, right, tolerance_for(got, right, rtol, atol))

    if read_numbers(expected) is None and not isinstance(expected, list | tuple | dict):
        raise TypeError(f"check_close: expected is no array of numbers but {type(expected).__name__}")
    _judge(Comparison(numbers, Tolerance(rtol, atol), by_items=False).compare(actual, expected), what)


def _evidently_close(actual: object, expected: object, rtol: float, atol: float) -> bool:
    """Whether two floats or float64 arrays of one shape (or tuples of them) agree: nearly every comparison there is.

    False says nothing: the whole comparison follows.
    """
    if isinstance(expected, float):
        # as Python's floats, which subtract infinities without a warning
        return (
            isinstance(actual, float) and abs(float(actual) - float(expected)) <= atol + rtol * abs(expected) < np.inf
        )
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return len(actual) == len(expected) and all(
            _evidently_close(one, other, rtol, atol) for one, other in zip(actual, expected, strict=True)
        )
    if not (isinstance(actual, np.ndarray) and isinstance(expected, np.ndarray) and actual.shape == expected.shape):
        return False
    if not actual.dtype == expected.dtype == np.float64:
        return False
    with np.errstate(all="ignore"):
        allowed = atol + rtol * np.abs(expected)
        return bool(((np.abs(actual - expected) <= allowed) & (allowed < np.inf)).all())


def _fitted(got: Numbers, right: Numbers, shape: Shape) -> Numbers:
    """The student's array in the expected shape, where the two count as the same."""
    a, e = got.array, right.array
    scalar = a.size == e.size == 1 and a.ndim <= 1 and e.ndim <= 1
    vector = shape == "vector" and a.size == e.size and max(a.ndim, e.ndim) <= 2 and _is_line(a) and _is_line(e)
    return Numbers(a.reshape(e.shape), got.eps, got.dtype) if scalar or vector else got


def _is_line(array: Array) -> bool:
    return array.size == max((1, *array.shape)) or not array.size


def check_equal(actual: object, expected: object, what: Text | None = None) -> None:
    """`actual` is exactly `expected`, recursively over base types.

    Numbers compare by value (1 == 1.0 == True); lists, tuples, arrays and tensors by their items; NaN equals NaN.
    """
    _judge(EXACT.compare(actual, expected), what)


def check_unchanged(after: object, before: object, what: Text | None = None) -> None:
    """`after`, an argument as a call left it, is still what it was `before`."""
    finding = UNCHANGED.compare(after, before)
    if finding is not None:
        headline = Text(
            en="the input was modified in place (work on a copy)", zh="传入的参数被就地修改了（请先复制再改）"
        )
        _fail(what, headline, *finding.details)


def check_gradient(
    loss: Callable[[Array], object],
    gradient: object,
    at: Array,
    *,
    eps: float = 1e-5,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    shape: Shape = "exact",
    what: Text | None = None,
) -> None:
    """`gradient` is the derivative of `loss` at the point `at`, by central differences in float64.

    `loss` takes an array of the shape of `at` and gives a number; it is called twice for each entry, of which 60 are
    chosen (those where `gradient` is largest, and others spread evenly) when there are more. An entry is right when
    |difference| <= rtol * |numerical| + atol * max(1, largest numerical), or within what the rounding of the loss can
    cause: eight times its epsilon, times the loss, over `eps`. A loss in float32 is measured again with a step of its
    own, which takes two more calls an entry.
    """
    asked = latest_call.get()
    try:
        _check_gradient(loss, gradient, np.array(at, dtype=np.float64), eps, rtol, atol, shape, what)
    except Failure as error:
        vars(error)["asked"] = asked  # the gradient, not one of the losses around it
        raise
    finally:
        latest_call.set(asked)


def _check_gradient(
    loss: Callable[[Array], object],
    gradient: object,
    point: Array,
    eps: float,
    rtol: float,
    atol: float,
    shape: Shape,
    what: Text | None,
) -> None:
    place = Numbers(point, FLOAT64, "float64")
    got = _fitted(_numbers(gradient, what, point), place, shape)
    if got.array.shape != point.shape:
        _judge(wrong_shape(got.array.shape, point.shape), what)
    if got.array.dtype.kind == "c":
        _fail(what, Text(en="complex numbers where real ones belong", zh="应为实数，却是复数"))
    measured = slopes(lambda x: _number(loss(x), LOSS), point, eps, got.array)
    if measured.not_finite is not None:
        _fail(
            LOSS,
            Text(en="NaN or infinite near this point", zh="在这一点附近是 NaN 或无穷大"),
            Text(
                en=f"after moving entry {show_place(measured.not_finite)} by {eps:g}",
                zh=f"把下标 {show_place(measured.not_finite)} 的值改动 {eps:g} 之后",
            ),
        )
    right = Numbers(measured.values, got.eps, "float64")
    tolerance = tolerance_for(got, right, rtol, max(atol * max(1.0, scale_of(measured.values)), measured.noise))
    if measured.all:
        finding = compare_arrays(got, right, tolerance, GRADIENT)
    else:
        part = Numbers(got.array[measured.chosen], got.eps, got.dtype)
        finding = compare_sample(part, right, tolerance, GRADIENT, measured.chosen)
    _judge(finding, what)


def check_between(actual: object, low: float, high: float, what: Text | None = None) -> None:
    """Every number of `actual`, one at least, lies in [low, high]; NaN lies nowhere."""
    array = _some(_real(actual, what), what)
    with np.errstate(invalid="ignore"):
        _every(array, np.isnan(array), Text(en="NaN where a number belongs", zh="出现了 NaN"), what)
        bounds = Text(
            en=f"allowed: {show_number(low)} to {show_number(high)}",
            zh=f"允许的范围：{show_number(low)} 到 {show_number(high)}",
        )
        _every(array, array < low, Text(en="a value is too small", zh="有值太小，低于允许的范围"), what, bounds)
        _every(array, array > high, Text(en="a value is too large", zh="有值太大，高于允许的范围"), what, bounds)


def check_finite(actual: object, what: Text | None = None) -> None:
    """No number of `actual`, one at least, is NaN or infinite."""
    array = _some(_numbers(actual, what).array, what)
    _every(array, np.isnan(array), Text(en="NaN where a number belongs", zh="出现了 NaN"), what)
    _every(array, np.isinf(array), Text(en="inf where a number belongs", zh="出现了 inf"), what)


def check_shape(actual: object, shape: Sequence[int], what: Text | None = None) -> None:
    """`actual` is an array, tensor or nested list of numbers of this shape; () is a single number."""
    got, right = _numbers(actual, what).array.shape, tuple(int(n) for n in shape)
    if got != right:
        _judge(wrong_shape(got, right), what)


def check_distribution(actual: object, axis: int = -1, what: Text | None = None) -> None:
    """`actual` holds probabilities: finite, non-negative, and summing to one along `axis`, within its precision."""
    got = _numbers(actual, what)
    array = _real(actual, what)
    check_finite(actual, what)
    if not -array.ndim <= axis < array.ndim:
        _fail(what, Text(en="a single number where an array belongs", zh="应为数组，却只是一个数"))
    _every(array, array < 0, Text(en="a probability is negative", zh="有概率是负数"), what)
    with np.errstate(over="ignore"):
        sums = np.asarray(array.sum(axis=axis))
    wrong = np.abs(sums - 1) > max(1e-6, 8 * got.eps if got.eps > FLOAT32 else 80 * got.eps)
    several = Text(en="the probabilities do not sum to one along the axis", zh="沿着该轴，概率之和不等于 1")
    one = Text(en="the probabilities do not sum to one", zh="概率之和不等于 1")
    _every(sums, wrong, several if sums.ndim else one, what, name=Text(en="sum", zh="和"))


def as_scalar(actual: object) -> float:
    """The number in a float, an array of shape () or (1,), or a list of one number."""
    return _number(actual, None)[0]


def _number(actual: object, what: Text | None) -> tuple[float, float]:
    """A single real number and the epsilon of its type."""
    got = _numbers(actual, what, 0.0)
    if got.array.size != 1 or got.array.ndim > 1:
        _judge(wrong_shape(got.array.shape, ()), what)
    if got.array.dtype.kind == "c":
        _fail(what, Text(en="a complex number where a real one belongs", zh="应为实数，却是复数"))
    return float(got.array.reshape(())), got.eps


def _numbers(actual: object, what: Text | None, like: object = LABELS) -> Numbers:
    """The numbers in `actual`, which should be of the kind of `like`."""
    read = read_numbers(actual)
    if read is None:
        _judge(wrong_kind(actual, np.zeros(1) if like is LABELS else like), what)
        raise AssertionError("unreachable: a wrong kind is a finding")
    return read


def _real(actual: object, what: Text | None) -> Array:
    array = _numbers(actual, what).array
    if array.dtype.kind == "c":
        _fail(what, Text(en="complex numbers where real ones belong", zh="应为实数，却是复数"))
    return array


def _some(array: Array, what: Text | None) -> Array:
    """The array, if there is anything in it: what holds of every number holds of none, too."""
    if not array.size:
        _fail(what, Text(en="an empty array, where numbers belong", zh="数组是空的，这里应当有数"))
    return array


def _every(
    array: Array, wrong: Array, headline: Text, what: Text | None, *more: Text, name: Text | None = None
) -> None:
    """Fail when `wrong` is true anywhere, and show the first such place."""
    if not wrong.any():
        return
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    name = name or Text(en="value", zh="值")
    shown = show_number(array[first])
    line = Text(en=f"{name.en}: {shown}", zh=f"{name.zh}：{shown}")
    if array.ndim:
        line = Text(
            en=f"{name.en} at {show_place(first)}: {shown} (so in {int(wrong.sum())} of {wrong.size} places)",
            zh=f"下标 {show_place(first)} 处的{name.zh}：{shown}（{wrong.size} 处中有 {int(wrong.sum())} 处如此）",
        )
    _fail(what, headline, line, *more)


def _judge(finding: Finding | None, what: Text | None) -> None:
    if finding is not None:
        _fail(what, finding.headline, *finding.details, vague=finding.vague)


def _fail(what: Text | None, headline: Text, *details: Text, vague: bool = False) -> NoReturn:
    if what is not None:
        headline = Text(en=f"{what.en}: {headline.en}", zh=f"{what.zh}：{headline.zh}")
    raise Failure(headline, details[:MOST_DETAILS], vague=vague)

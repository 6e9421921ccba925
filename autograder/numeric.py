"""Comparisons that diagnose: what a check says about the numbers a student returned.

Every function raises `Failure` when the comparison does not hold. The headline tells what is wrong without any input or
expected value, so that a hidden check may show it; the details hold the values.
"""

from collections.abc import Callable
from typing import Any, Literal, NoReturn

import numpy as np

from autograder.checks import Failure
from autograder.diagnosis.values import Array, Numbers, Tolerance, read_numbers, tolerance_for
from autograder.text import Text

Shape = Literal["exact", "vector"]


def _fail(what: Text | None, finding: Text, *details: Text) -> NoReturn:
    headline = finding if what is None else Text(en=f"{what.en}: {finding.en}", zh=f"{what.zh}：{finding.zh}")
    raise Failure(headline, details)


def _pair(actual: object, expected: object) -> list[Text]:
    return [
        Text(en=f"got:      {str(actual)[:80]}", zh=f"得到：{str(actual)[:80]}"),
        Text(en=f"expected: {str(expected)[:80]}", zh=f"应为：{str(expected)[:80]}"),
    ]


def _numbers(actual: object, what: Text | None) -> Numbers:
    if actual is None:
        _fail(
            what,
            Text(en="nothing was returned (is a return missing?)", zh="没有返回值（是不是漏写了 return？）"),
        )
    read = read_numbers(actual)
    if read is None:
        _fail(what, Text(en="wrong type", zh="类型不对"))
    return read


def check_close(
    actual: object,
    expected: object,
    *,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    shape: Shape = "exact",
    what: Text | None = None,
) -> None:
    """`actual` is `expected` up to |difference| <= atol + rtol * |expected|, within the precision of its dtype."""
    right = read_numbers(expected)
    if right is None:
        raise TypeError("check_close: expected is no array of numbers")
    got = _numbers(actual, what)
    a, e = got.array, right.array
    if (shape == "vector" and a.size == e.size == max((*a.shape, 1))) or (a.size == e.size == 1 and a.ndim <= 1):
        a = a.reshape(e.shape)
    if a.shape != e.shape:
        _fail(what, Text(en="wrong shape", zh="形状不对"), *_pair(a.shape, e.shape))
    if not tolerance_for(got, right, rtol, atol).all_close(a, e):
        _fail(what, Text(en="wrong values", zh="数值不对"), *_pair(a, e))


def check_equal(actual: object, expected: object, what: Text | None = None) -> None:
    """`actual` is exactly `expected`, recursively over base types; numbers compare by value, sequences by items."""
    got, right = read_numbers(actual), read_numbers(expected)
    if got is not None and right is not None:
        if not Tolerance(0.0, 0.0).all_close(got.array, right.array):
            _fail(what, Text(en="wrong values", zh="数值不对"), *_pair(actual, expected))
        return
    if not _same(actual, expected):
        _fail(what, Text(en="wrong value", zh="结果不对"), *_pair(actual, expected))


def _same(actual: Any, expected: Any) -> bool:
    got, right = read_numbers(actual), read_numbers(expected)
    if got is not None and right is not None:
        return Tolerance(0.0, 0.0).all_close(got.array, right.array)
    if isinstance(expected, list | tuple):
        return (
            isinstance(actual, list | tuple)
            and len(actual) == len(expected)
            and all(_same(a, e) for a, e in zip(actual, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(_same(actual[key], expected[key]) for key in expected)
        )
    return type(actual) is type(expected) and bool(actual == expected)


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
    """`gradient` is the derivative of `loss` at `at`, by central differences in float64."""
    point = np.array(at, dtype=np.float64)
    numeric = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ends = []
        for step in (eps, -eps):
            moved = point.copy()
            moved[index] += step
            ends.append(as_scalar(loss(moved)))
        numeric[index] = (ends[0] - ends[1]) / (2 * eps)
    check_close(gradient, numeric, rtol=rtol, atol=atol, shape=shape, what=what)


def check_between(actual: object, low: float, high: float, what: Text | None = None) -> None:
    """Every value of `actual` lies in [low, high]."""
    array = _numbers(actual, what).array
    if not ((array >= low) & (array <= high)).all():
        _fail(what, Text(en="outside its bounds", zh="超出范围"))


def check_finite(actual: object, what: Text | None = None) -> None:
    """No value of `actual` is NaN or infinite."""
    if not np.isfinite(_numbers(actual, what).array).all():
        _fail(what, Text(en="NaN or inf", zh="出现 NaN 或 inf"))


def check_shape(actual: object, shape: tuple[int, ...], what: Text | None = None) -> None:
    """`actual` is an array (or nested list) of this shape."""
    got = _numbers(actual, what).array.shape
    if got != tuple(shape):
        _fail(what, Text(en="wrong shape", zh="形状不对"), *_pair(got, tuple(shape)))


def check_distribution(actual: object, axis: int = -1, what: Text | None = None) -> None:
    """`actual` holds probabilities: non-negative, summing to one along `axis`."""
    got = _numbers(actual, what)
    array = got.array
    if not (array >= 0).all():
        _fail(what, Text(en="a negative probability", zh="出现负的概率"))
    if not np.allclose(array.sum(axis=axis), 1, rtol=0, atol=max(1e-6, 64 * got.eps)):
        _fail(what, Text(en="the probabilities do not sum to one", zh="概率之和不等于 1"))


def check_unchanged(after: object, before: object, what: Text | None = None) -> None:
    """`after`, an argument as a call left it, is what it was before."""
    if not _same(after, before):
        _fail(what, Text(en="the function modified its input in place", zh="函数就地修改了传入的参数"))


def as_scalar(actual: object) -> float:
    """The one number in a float, a 0-d array or an array of shape (1,)."""
    array = _numbers(actual, None).array
    if array.size != 1 or array.ndim > 1:
        _fail(None, Text(en="a single number was expected", zh="这里应该是一个数"))
    return float(array.reshape(-1)[0].real)

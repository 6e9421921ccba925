"""Diagnoses that look at each number alone: sign, factor, offset, a logarithm too many, rounding, NaN, zeros.

Each takes a `Case` and gives a `Finding` only if it explains every difference.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis.findings import Case, Finding, distinct, is_simple
from autograder.diagnosis.values import Array, scale_of
from autograder.legible import show_number, show_places
from autograder.text import Text


def not_finite(case: Case) -> Finding | None:
    """NaN or an infinity where a number belongs, or the other way round."""
    a, e = case.actual, case.expected
    alien = case.wrong & ~np.isfinite(a)
    absent = case.wrong & ~np.isfinite(e)
    if alien.any() and not absent.any():
        name = "NaN" if np.isnan(a[alien]).all() else "inf" if not np.isnan(a[alien]).any() else "NaN / inf"
        rest = not (case.wrong & ~alien).any() and not alien.all()
        headline = Text(en=f"{name} where a number belongs", zh=f"出现了 {name}，这里应该是普通的数")
        if rest:
            headline = Text(en=f"{headline.en} (all other values are right)", zh=f"{headline.zh}（其余的值都对）")
        places = show_places(alien)
        return Finding(headline, (Text(en=f"{name} at {places.en}", zh=f"{name} 的位置：{places.zh}"),) * bool(a.ndim))
    if absent.any():
        places = show_places(absent)
        return Finding(
            Text(
                en="NaN or infinity does not stand exactly where it belongs",
                zh="NaN 或无穷大出现的位置（或符号）与正确结果不一致",
            ),
            (Text(en=f"differs at {places.en}", zh=f"不一致的位置：{places.zh}"),) * bool(a.ndim),
            complete=False,
        )
    return None


def rounded(case: Case) -> Finding | None:
    """Whole numbers that are the right ones without their fractions, or wrapped around in a small integer type."""
    if not case.real:
        return None
    a, e = case.actual, case.expected
    whole = np.array_equal(a, np.trunc(a))
    if not whole or not a.any():
        return None
    for cut in (np.trunc, np.rint, np.floor):
        if np.array_equal(a, cut(e)) and scale_of(e) >= (1 if a.ndim else 2):
            return Finding(
                Text(
                    en="rounded to whole numbers (an integer dtype, int() or // on the way?)",
                    zh="小数部分丢了，成了整数（用了整数 dtype、int() 或 //？）",
                ),
                _dtype(case),
            )
    return _wrapped(case)


def _dtype(case: Case) -> tuple[Text, ...]:
    if case.actual.ndim == 0:
        return ()
    return (Text(en=f"dtype of your result: {case.dtype}", zh=f"你的结果的 dtype：{case.dtype}"),)


def _wrapped(case: Case) -> Finding | None:
    a, e = case.actual[case.wrong], case.expected[case.wrong]
    for bits in (8, 16, 32):
        named = case.dtype in (f"int{bits}", f"uint{bits}")
        size = 2.0**bits
        if not np.array_equal(np.mod(e - a, size), np.zeros_like(a)) or not (named or a.size >= 3):
            continue
        low = -size / 2 if (a < 0).any() or case.dtype == f"int{bits}" else 0.0
        if (a >= low).all() and (a < low + size).all():
            return Finding(
                Text(
                    en="numbers wrapped around: the integer dtype is too small for them",
                    zh="数值溢出回绕：整数 dtype 的位数不够",
                ),
                (Text(en=f"dtype: {case.dtype}, {bits} bits", zh=f"dtype：{case.dtype}，{bits} 位"),),
            )
    return None


def all_alike(case: Case) -> Finding | None:
    """Zeros everywhere, or one number everywhere."""
    if case.actual.size < 3 or distinct(case.actual) > 1 or not np.isfinite(case.actual).all():
        return None
    if not case.actual.any():
        if case.wrong.sum() < 2 or (case.kinds < 3 and case.actual.size < 6):
            return None
        integer = case.dtype.startswith(("int", "uint")) and not np.array_equal(case.expected, np.rint(case.expected))
        if integer:
            return Finding(
                Text(
                    en="every value is zero (an integer dtype cannot hold fractions)",
                    zh="所有值都是 0（整数 dtype 存不下小数）",
                ),
                _dtype(case),
            )
        return Finding(
            Text(en="every value is zero (was it ever filled in?)", zh="所有值都是 0（是不是没有写入结果？）")
        )
    if case.actual.size < 4 or case.kinds < 3:
        return None
    return Finding(Text(en="all values are the same number", zh="所有值都是同一个数"))


def sign(case: Case) -> Finding | None:
    """Every value is the negative of the right one."""
    if not case.explains(-case.actual):
        return None
    if not case.whole:
        return Finding(Text(en="wrong sign", zh="符号反了"))
    if not case.actual.ndim:
        return Finding(Text(en="wrong sign (the negative of the right value)", zh="符号反了（结果是正确值的相反数）"))
    return Finding(
        Text(en="wrong sign (every value is the negative of the right one)", zh="符号反了（每个值都是正确值的相反数）")
    )


def some_signs(case: Case) -> Finding | None:
    """The right absolute values with a sign wrong here and there."""
    if not case.real or case.actual.size < 3 or not case.explains(np.copysign(case.actual, case.expected)):
        return None
    return Finding(
        Text(en="some values have the wrong sign, otherwise all are right", zh="有些值的符号反了，除此之外都对"),
        complete=False,
    )


def offset(case: Case) -> Finding | None:
    """Every value is off by the same amount."""
    if case.actual.size < 3 or case.kinds < 2 or not np.isfinite(case.expected).all():
        return None
    amount = case.actual.reshape(-1)[0] - case.expected.reshape(-1)[0]
    if not case.explains(case.actual - amount):
        return None
    if case.integral and abs(amount) == 1:
        en, zh = ("every value is ", "每个值都") if case.whole else ("", "")
        more, less = Text(en=f"{en}one too large", zh=f"{zh}大了 1"), Text(en=f"{en}one too small", zh=f"{zh}小了 1")
        return Finding(more if amount > 0 else less)
    shown = show_number(amount.item())
    headline = Text(en="off by a constant (the same amount everywhere)", zh="差一个常数（每个值都差同样多）")
    if not case.whole:
        headline = Text(en="off by the same amount", zh="都差同样多")
    return Finding(headline, (Text(en=f"got minus expected: {shown}", zh=f"得到的减去正确的：{shown}"),))


_Function = Callable[[Array], Array]
_REPAIRS: tuple[tuple[_Function, str, str], ...] = (
    (np.exp, "the logarithm of what was asked for", "返回的是所求之数的对数"),
    (lambda a: np.exp(-a), "the negative logarithm of what was asked for", "返回的是所求之数的负对数"),
    (np.log, "a logarithm is missing", "没有取对数"),
    (lambda a: -np.log(a), "a negative logarithm is missing", "没有取负对数"),
    (np.exp2, "the logarithm (to base 2) of what was asked for", "返回的是所求之数以 2 为底的对数"),
    (np.log2, "a logarithm (to base 2) is missing", "没有取以 2 为底的对数"),
    (np.square, "the square root of what was asked for", "返回的是所求之数的平方根"),
    (lambda a: np.where(a >= 0, np.sqrt(np.abs(a)), np.nan), "a square root is missing", "没有开平方"),
    (lambda a: 1 / a, "the reciprocal of what was asked for", "返回的是所求之数的倒数"),
    (lambda a: 1 - a, "one minus what was asked for", "返回的是 1 减去所求之数"),
)


def function_of(case: Case) -> Finding | None:
    """A logarithm, square root or reciprocal too many or too few."""
    if not case.real or not case.telling or not _many_or_irrational(case):
        return None
    with np.errstate(all="ignore"):
        for repair, en, zh in _REPAIRS:
            if case.explains(repair(case.actual)):
                return Finding(Text(en=en, zh=zh))
    return None


def _many_or_irrational(case: Case) -> bool:
    return not case.simple or (case.actual.size >= 3 and case.kinds >= 3)


def inverted(case: Case) -> Finding | None:
    """True for False and False for True, as masks of the other polarity are."""
    binary = all(np.isin(array, (0, 1)).all() for array in (case.actual, case.expected))
    if not binary or case.actual.size < 6 or case.kinds < 2 or not case.wrong.all():
        return None
    return Finding(
        Text(
            en="inverted (True and False, or 1 and 0, are exchanged)", zh="正好相反（True 和 False，或 1 和 0，互换了）"
        )
    )


def precision(case: Case) -> Finding | None:
    """The right values as far as float16 can hold them, or nearly right."""
    if not case.real or not np.isfinite(case.expected).all() or not np.isfinite(case.actual).all():
        return None
    errors, sizes = np.abs(case.actual - case.expected), np.abs(case.expected)
    if case.integral or (errors <= 1e-12 * scale_of(sizes)).all():
        return None
    with np.errstate(all="ignore"):
        half = np.array_equal(case.actual, case.actual.astype(np.float16).astype(np.float64))
    fine = any(is_simple(float(number)) for number in case.actual[case.wrong].reshape(-1)[:8])
    if half and not fine and (errors <= 1e-3 * sizes + 1e-6 * scale_of(sizes)).all():
        return Finding(
            Text(en="right only to the precision of float16", zh="精度只有 float16，不够用"),
        )
    if (errors <= 1e-5 * sizes).all():
        return Finding(
            Text(
                en="very close, but not within the tolerance (a small constant added, or float32 on the way?)",
                zh="非常接近，但超出了容许误差（加了很小的常数，或中途用了 float32？）",
            ),
            complete=False,
        )
    return None


def untouched(case: Case) -> Finding | None:
    """Zeros where other numbers belong, or numbers where nothing belongs; all else right."""
    wrong: NDArray[np.bool_] = case.wrong
    if wrong.all() or wrong.sum() < 2 or case.kinds < 4 or not case.expected[~wrong].any():
        return None
    if not case.actual[wrong].any():
        return Finding(
            Text(en="some values are still zero; all others are right", zh="有些值还是 0，其余的值都对"), complete=False
        )
    if not case.expected[wrong].any():
        return Finding(
            Text(
                en="values are left where nothing should be (a mask or a condition?); all others are right",
                zh="有些地方本不该有值（漏了掩码或条件？），其余的值都对",
            ),
            complete=False,
        )
    return None

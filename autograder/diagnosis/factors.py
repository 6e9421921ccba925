"""The diagnosis of a constant factor, and what the factor reminds of."""

import math

import numpy as np

from autograder.diagnosis.findings import Case, Finding, distinct
from autograder.diagnosis.values import scale_of
from autograder.legible import show_number
from autograder.text import Text

_LOGARITHMS = (math.log(2), math.log(10), math.log2(10))


def factor(case: Case) -> Finding | None:
    """Every value is the right one times one constant."""
    a, e = case.actual, case.expected
    if not case.real or not e.size or not np.isfinite(e).all():
        return None
    anchor = np.unravel_index(int(np.argmax(np.abs(e))), e.shape)
    with np.errstate(all="ignore"):
        ratio = float(a[anchor] / e[anchor])
        if not math.isfinite(ratio) or ratio == 0 or not case.explains(a / ratio):
            return None
    slack = max(1e-7, 4 * case.tolerance.relative, 4 * case.tolerance.absolute / abs(float(e[anchor])))
    slack = min(slack, 1e-3)  # a tolerance for samples must not turn 0.7 into ln 2
    note, name = _special(abs(ratio), slack, case)
    if not _factor_tells(case, note is not None):
        return None
    return _factor_finding(ratio, note, name)


def _factor_tells(case: Case, special: bool) -> bool:
    """Two numbers always differ by some factor: only a known one says something about few numbers."""
    large = np.abs(case.expected) > 1e-6 * scale_of(case.expected)
    if special and not case.simple:
        return True
    return int(large.sum()) >= 3 and distinct(case.expected[large]) >= 2


def _special(ratio: float, slack: float, case: Case) -> tuple[Text | None, Text | None]:
    """What a factor reminds of: a remark for the headline, a name for the details."""

    def near(value: float) -> bool:
        return abs(ratio - value) <= slack * value

    if not 1e-6 < ratio < 1e6:
        return None, None
    for known in _LOGARITHMS:
        if near(known) or near(1 / known):
            return Text(en="the logarithm to another base?", zh="对数的底不对？"), None
    for turned, part in ((False, ratio), (True, 1 / ratio)):
        whole = round(part)
        if 2 <= whole <= 4096 and abs(part - whole) <= min(slack * whole, 1e-3):
            return _multiple(whole, turned, case)
        square = round(part * part)
        if case.expected.ndim and 2 <= square <= 1024 and abs(part * part - square) <= min(2 * slack * square, 1e-3):
            name = f"√{square}" if not turned else f"1/√{square}"
            return Text(en="the square root of a size?", zh="差了某个维度的平方根？"), Text(en=name, zh=name)
    return None, None


def _multiple(whole: int, turned: bool, case: Case) -> tuple[Text | None, Text]:
    name = f"1/{whole}" if turned else str(whole)
    for size, en, zh in _sizes(case.expected.shape if case.whole else ()):
        if size == whole:
            label = Text(en=f"{name}; {whole} is {en}", zh=f"{name}；{whole} 正好是{zh}")
            break
    else:
        label = Text(en=name, zh=name)
    if whole == 2:
        remark = Text(en="half the right values", zh="是正确值的一半") if turned else None
        return remark or Text(en="twice the right values", zh="是正确值的两倍"), label
    if not case.expected.ndim:
        return None, label
    if turned:
        return Text(
            en="a mean instead of a sum, or divided once too often?", zh="把求和写成了平均，或多除了一次？"
        ), label
    return Text(en="a sum instead of a mean?", zh="把平均写成了求和？"), label


def _sizes(shape: tuple[int, ...]) -> list[tuple[int, str, str]]:
    if not shape:
        return []
    if len(shape) == 1:
        return [(shape[0], "the number of values", "元素个数")]
    if len(shape) == 2:
        names = [(shape[0], "the number of rows", "行数"), (shape[1], "the number of columns", "列数")]
    else:
        names = [(size, f"the length of axis {axis}", f"第 {axis} 轴的长度") for axis, size in enumerate(shape)]
    return [*names, (math.prod(shape), "the number of all values", "元素总数")]


def _factor_finding(ratio: float, note: Text | None, name: Text | None) -> Finding:
    negative = ratio < 0
    en, zh = (
        ("of the wrong sign and off by a constant factor", "符号反了，而且差一个常数倍")
        if negative
        else (
            "off by a constant factor",
            "差一个常数倍",
        )
    )
    headline = Text(en=en, zh=zh) if note is None else Text(en=f"{en} ({note.en})", zh=f"{zh}（{note.zh}）")
    minus = "-" if negative else ""
    shown = Text(en=show_number(ratio), zh=show_number(ratio))
    if name is not None:
        shown = Text(en=minus + name.en, zh=minus + name.zh)
    return Finding(headline, (Text(en=f"factor: {shown.en}", zh=f"倍数：{shown.zh}"),))

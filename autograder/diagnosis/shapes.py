"""Diagnoses of a shape that is not the expected one."""

from math import prod

import numpy as np

from autograder.diagnosis.findings import Finding
from autograder.diagnosis.values import Array, Tolerance
from autograder.text import Text

Shape = tuple[int, ...]


def wrong_shape(got: Shape, right: Shape, sequence: bool = False) -> Finding:
    """What is wrong about a shape. The numbers stay in the details: they may tell the size of a hidden input."""
    remark = _remark(got, right)
    en, zh = "wrong shape", "形状不对"
    if sequence or (len(got) == len(right) == 1):
        en, zh = "wrong length", "长度不对"
    headline = Text(en=f"{en} ({remark.en})", zh=f"{zh}（{remark.zh}）")
    return Finding(
        headline,
        (
            Text(en=f"got shape:      {got}", zh=f"得到的形状：{got}"),
            Text(en=f"expected shape: {right}", zh=f"应有的形状：{right}"),
        ),
    )


def _remark(got: Shape, right: Shape) -> Text:
    if got == () and prod(right) != 1:
        return Text(en="a single number where an array belongs", zh="应为数组，却只是一个数")
    if right == () and prod(got) != 1:
        return Text(en="an array where a single number belongs", zh="应为一个数，却是一个数组")
    if len(got) == len(right) >= 2 and _swapped(got, right):
        return Text(en="transposed?", zh="转置了？")
    without_ones = tuple(n for n in got if n != 1), tuple(n for n in right if n != 1)
    if without_ones[0] == without_ones[1] and len(got) != len(right):
        if len(got) > len(right):
            return Text(en="an axis of length 1 too many", zh="多了一个长度为 1 的轴")
        return Text(en="an axis of length 1 is missing", zh="少了一个长度为 1 的轴")
    if prod(got) == prod(right):
        if len(got) == 1:
            return Text(en="flattened", zh="被展平成一维了")
        return Text(en="the right number of values, arranged otherwise", zh="元素个数对，排列不对")
    return _axes(got, right)


def _swapped(got: Shape, right: Shape) -> bool:
    return got == right[::-1] or got == (*right[:-2], right[-1], right[-2])


def _axes(got: Shape, right: Shape) -> Text:
    if len(got) < len(right):
        if any(got == right[:axis] + right[axis + 1 :] for axis in range(len(right))):
            return Text(en="an axis is missing: summed or averaged over it?", zh="少了一个轴：对它求了和或平均？")
        return Text(en="too few axes", zh="轴的个数太少")
    if len(got) > len(right):
        if any(right == got[:axis] + got[axis + 1 :] for axis in range(len(got))):
            return Text(en="an axis too many: a sum or a mean over it is missing?", zh="多了一个轴：漏了求和或平均？")
        return Text(en="too many axes", zh="轴的个数太多")
    different = [(axis, g - r) for axis, (g, r) in enumerate(zip(got, right, strict=True)) if g != r]
    if len(different) == 1 and abs(different[0][1]) == 1:
        axis, excess = different[0]
        return _one_more_or_less(axis, excess, len(right))
    return Text(en="too many or too few values along an axis", zh="某个轴的长度不对")


def _one_more_or_less(axis: int, excess: int, ndim: int) -> Text:
    en, zh = "value", "个值"
    if ndim == 2:
        en, zh = (("row", "行"), ("column", "列"))[axis]
    if ndim > 2:
        en, zh = f"place along axis {axis}", f"个位置（第 {axis} 轴）"
    if excess > 0:
        return Text(en=f"one {en} too many", zh=f"多了一{zh}")
    return Text(en=f"one {en} too few", zh=f"少了一{zh}")


def remark_on_values(actual: Array, expected: Array, tolerance: Tolerance) -> Text | None:
    """What putting the shape right would give, if that is the expected array."""
    close = tolerance.all_close
    if actual.size != expected.size:
        return _missing_end(actual, expected, tolerance) or _missing_sum(actual, expected, tolerance)
    if actual.ndim >= 2 and (close(actual.T, expected) or close(actual.swapaxes(-1, -2), expected)):
        return Text(en="transposed, the values are right", zh="转置之后，值都对")
    if close(actual.reshape(expected.shape), expected):
        return Text(en="the values themselves are right", zh="值本身都对")
    return None


def _missing_end(actual: Array, expected: Array, tolerance: Tolerance) -> Text | None:
    if actual.ndim != expected.ndim or actual.ndim == 0 or not min(actual.size, expected.size):
        return None
    longer, shorter = (expected, actual) if actual.size < expected.size else (actual, expected)
    for axis in range(actual.ndim):
        gap = longer.shape[axis] - shorter.shape[axis]
        if gap <= 0:
            continue
        ends = (("last", "最后", np.s_[:-gap]), ("first", "最前", np.s_[gap:]))
        for en, zh, keep in ends:
            kept = np.moveaxis(np.moveaxis(longer, axis, 0)[keep], 0, axis)
            if tolerance.all_close(*((actual, kept) if longer is expected else (kept, expected))):
                fate = ("missing", "少了") if longer is expected else ("too many", "多了")
                are = "is" if gap == 1 else f"{gap} are"
                return Text(
                    en=f"the {en} {are} {fate[0]}, all others are right", zh=f"{fate[1]}{zh}的 {gap} 个，其余都对"
                )
    return None


def _missing_sum(actual: Array, expected: Array, tolerance: Tolerance) -> Text | None:
    """The student's array, summed or averaged over one axis or over all of it, is the expected one (or the reverse)."""
    larger, smaller, missing = (actual, expected, True) if actual.ndim > expected.ndim else (expected, actual, False)
    if not larger.size or larger.ndim <= smaller.ndim:
        return None
    axes: list[int | None] = [*range(larger.ndim), None]
    for axis in axes:
        for take, en, zh in ((np.sum, "sum", "求和"), (np.mean, "mean", "求平均")):
            with np.errstate(all="ignore"):
                reduced = np.asarray(take(larger, axis=axis))
            if tolerance.all_close(*((reduced, expected) if missing else (actual, reduced))):
                over = ("all values", "所有值") if axis is None else (f"axis {axis}", f"第 {axis} 轴")
                if missing:
                    return Text(en=f"its {en} over {over[0]} is right", zh=f"对{over[1]}{zh}之后就对了")
                return Text(en=f"this is the {en} over {over[0]}", zh=f"这是对{over[1]}{zh}的结果")
    return None

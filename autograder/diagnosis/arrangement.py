"""Diagnoses that look at where numbers stand: transposed, shifted, permuted, one row wrong, the wrong axis normalised.

Each takes a `Case` and gives a `Finding` only if it explains every difference.
"""

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from autograder.diagnosis.findings import Case, Finding, distinct, whole_numbers
from autograder.diagnosis.values import Array
from autograder.legible import show_places
from autograder.text import Text

MOST_ROWS = 256  # rows are matched pair by pair


def transposed(case: Case) -> Finding | None:
    """Two axes of one length exchanged."""
    ndim, shape = case.actual.ndim, case.actual.shape
    for first, second in sorted(combinations(range(ndim), 2), reverse=True):
        if shape[first] == shape[second] and case.explains(case.actual.swapaxes(first, second)):
            if ndim == 2:
                return Finding(Text(en="transposed (rows and columns are exchanged)", zh="转置了（行和列互换了）"))
            return Finding(
                Text(en="two axes are exchanged", zh="有两个轴互换了"),
                (Text(en=f"axes {first} and {second}", zh=f"第 {first} 轴和第 {second} 轴"),),
            )
    return None


def reshaped(case: Case) -> Finding | None:
    """Numbers poured into the right shape where axes had to be exchanged: `reshape` or `view` for `transpose`."""
    if not 2 <= case.actual.ndim <= 4 or not _orderly(case):
        return None
    axes = range(case.actual.ndim)
    for order in permutations(axes):
        if order == tuple(axes):
            continue
        inverse = tuple(int(i) for i in np.argsort(order))
        poured = case.actual.reshape([case.actual.shape[axis] for axis in order]).transpose(inverse)
        if case.explains(poured):
            return Finding(
                Text(
                    en="the right values in the wrong order (reshape where axes have to be transposed?)",
                    zh="值都对，但次序不对（该转置的地方用了 reshape？）",
                )
            )
    return None


def backwards(case: Case) -> Finding | None:
    """Reversed along an axis."""
    if not _orderly(case):
        return None
    for axis, size in enumerate(case.actual.shape):
        if size >= 3 and case.explains(np.flip(case.actual, axis)):
            return _along(case, axis, "the right values in reverse order", "值都对，但顺序反了")
    return None


def shifted(case: Case) -> Finding | None:
    """The right values one place too early or too late along an axis; what falls off the edge is free."""
    for axis, size in enumerate(case.actual.shape):
        if size < 4:
            continue
        actual, expected, wrong = (np.moveaxis(array, axis, 0) for array in (case.actual, case.expected, case.wrong))
        for late in (True, False):
            early, later = slice(None, -1), slice(1, None)
            got, right = (later, early) if late else (early, later)
            inner = Case(actual[got], expected[right], case.tolerance, wrong[got])
            if inner.wrong.sum() < 3 or not case.tolerance.all_close(inner.actual, inner.expected):
                continue
            if inner.kinds >= 3 and (_orderly(case) or inner.expected.size >= 6):
                en = "right values, but shifted by one place towards the " + ("end" if late else "beginning")
                return _along(case, axis, en, "值都对，但整体向" + ("后" if late else "前") + "错了一位")
    return None


def permuted_lines(case: Case) -> Finding | None:
    """The right rows or the right columns in another order."""
    if _orderly(case) and case.actual.ndim >= 2:
        for axis, en, zh in ((0, "rows", "行"), (1, "columns", "列")):
            lines = np.moveaxis(case.actual, axis, 0), np.moveaxis(case.expected, axis, 0)
            if 2 <= lines[0].shape[0] <= MOST_ROWS and lines[0][0].size >= 2 and _same_lines(case, *lines):
                return Finding(
                    Text(en=f"the right {en} in the wrong order", zh=f"各{zh}的内容都对，但{zh}的次序不对"),
                    complete=False,
                )
    return None


def permuted(case: Case) -> Finding | None:
    """The right values in another order."""
    if not _orderly(case):
        return None
    ordered = np.sort(case.actual, axis=None), np.sort(case.expected, axis=None)
    if case.real and case.tolerance.all_close(*ordered):
        return Finding(
            Text(en="the right values in the wrong order", zh="值都对，但次序不对"), complete=case.actual.size <= 4
        )
    return None


def _orderly(case: Case) -> bool:
    """Whether finding the same numbers elsewhere says something: not so for few whole numbers that repeat."""
    kinds = case.kinds
    if kinds < 3 or case.wrong.sum() < 2:
        return False
    return not whole_numbers(case.expected) or (kinds == case.expected.size >= 4)


def _same_lines(case: Case, actual: Array, expected: Array) -> bool:
    free = list(range(actual.shape[0]))
    for line in expected:
        match = next((i for i in free if case.tolerance.all_close(actual[i], line)), None)
        if match is None:
            return False
        free.remove(match)
    return True


def _along(case: Case, axis: int, en: str, zh: str) -> Finding:
    if case.actual.ndim < 2:
        return Finding(Text(en=en, zh=zh))
    name = Text(en=f"axis {axis}", zh=f"第 {axis} 轴")
    if case.actual.ndim == 2:
        name = (Text(en="down the rows", zh="沿行的方向"), Text(en="along each row", zh="沿每一行之内"))[axis]
        name = Text(en=f"axis {axis}, {name.en}", zh=f"第 {axis} 轴，{name.zh}")
    return Finding(Text(en=en, zh=zh), (Text(en=f"along {name.en}", zh=f"方向：{name.zh}"),))


def normalised_elsewhere(case: Case) -> Finding | None:
    """Probabilities that sum to one along the wrong axis."""
    a, e = case.actual, case.expected
    if not _should_sum_to_one(case) or e.ndim < 2 or min(e.shape[-2:]) < 2 or not (a >= 0).all():
        return None
    if _sums_to_one(a, -2):
        return Finding(
            Text(
                en="normalised along the wrong axis (columns sum to one instead of rows)",
                zh="归一化的轴不对（每列之和为 1，而不是每行之和为 1）",
            )
        )
    if abs(float(a.sum()) - 1) <= 1e-5:
        return Finding(
            Text(en="normalised over the whole array instead of each row", zh="对整个数组做了归一化，而不是对每一行")
        )
    return None


def not_normalised(case: Case) -> Finding | None:
    """Rows that should sum to one and do not; no explanation, but a fact worth knowing."""
    if not _should_sum_to_one(case):
        return None
    sums = case.actual.sum(axis=-1)
    low, high = f"{float(sums.min()):.6g}", f"{float(sums.max()):.6g}"
    shown = low if low == high else f"{low} … {high}"
    headline = Text(en="the probabilities do not sum to one", zh="概率之和不等于 1")
    if case.actual.ndim > 1:
        headline = Text(en="the rows do not sum to one", zh="每行之和不等于 1")
    return Finding(headline, (Text(en=f"sums: {shown}", zh=f"和：{shown}"),), complete=False)


def _should_sum_to_one(case: Case) -> bool:
    """Whether the last axis holds probabilities, and the student's do not sum to one along it."""
    a, e = case.actual, case.expected
    if not e.ndim or not e.size or e.shape[-1] < 2 or not case.real or not np.isfinite(a).all() or whole_numbers(e):
        return False
    return bool((e >= 0).all()) and _sums_to_one(e, -1) and not _sums_to_one(a, -1)


def _sums_to_one(array: Array, axis: int) -> bool:
    with np.errstate(all="ignore"):
        return bool((np.abs(array.sum(axis=axis) - 1) <= 1e-5).all())


def line_constants(case: Case) -> Finding | None:
    """Each row off by a factor or an amount of its own: a normalisation that is missing or of the wrong row."""
    a, e = case.actual, case.expected
    if not case.real or a.ndim != 2 or min(a.shape) < 2 or a.size < 6 or not np.isfinite(e).all():
        return None
    for axis, en, zh in ((1, "row", "行"), (0, "column", "列")):
        rows_a, rows_e = (a, e) if axis else (a.T, e.T)
        if rows_a.shape[1] < 3:
            continue
        anchors = np.argmax(np.abs(rows_e), axis=1)[:, None]
        at_a, at_e = np.take_along_axis(rows_a, anchors, 1), np.take_along_axis(rows_e, anchors, 1)
        with np.errstate(all="ignore"):
            for kind, put_right in (("factor", rows_a / (at_a / at_e)), ("amount", rows_a - (at_a - at_e))):
                if case.explains(put_right if axis else put_right.T) and min(map(distinct, rows_e)) >= 3:
                    word = "倍数" if kind == "factor" else "常数"
                    return Finding(
                        Text(
                            en=f"each {en} is off by a constant {kind} of its own (a normalisation?)",
                            zh=f"每一{zh}各差一个{word}（归一化有问题？）",
                        )
                    )
    return None


def one_part(case: Case) -> Finding | None:
    """All differences lie in one value, row, column, diagonal or triangle; everything else is right."""
    shape, wrong = case.wrong.shape, case.wrong
    if case.wrong.size < 3 or wrong.all():
        return None
    if wrong.sum() == 1:
        if wrong.size < 4:
            return None
        end = _end(wrong.reshape(-1), wrong.size)
        return Finding(
            Text(en=f"only {end[0] or 'one'} value is wrong", zh=f"只有{end[1] or '一'}个值不对"),
            (_at(wrong),),
        )
    if wrong.ndim != 2:
        return None
    for axis, en, zh in ((0, "row", "行"), (1, "column", "列")):
        lines: Array = np.asarray(wrong.any(axis=1 - axis))
        if shape[axis] >= 3 and lines.sum() == 1:
            end = _end(lines, shape[axis])
            number = int(np.argmax(lines))
            return Finding(
                Text(en=f"only {end[0] or 'one'} {en} is wrong", zh=f"只有{end[1] or '一'}{zh}不对"),
                (Text(en=f"{en} {number} (counted from 0)", zh=f"第 {number} {zh}（从 0 数起）"),),
            )
    return _diagonal(case)


def _at(wrong: Array) -> Text:
    places = show_places(wrong)
    return Text(en=f"at {places.en}", zh=f"下标 {places.zh}")


def _end(lines: Array, count: int) -> tuple[str, str]:
    where = int(np.argmax(lines))
    return ("the first", "第一") if where == 0 else ("the last", "最后一") if where == count - 1 else ("", "")


def _diagonal(case: Case) -> Finding | None:
    rows, columns = case.wrong.shape
    if min(rows, columns) < 3:
        return None
    for mask, en, zh in _triangles(rows, columns) if min(rows, columns) >= 4 else [_diagonal_of(rows, columns)]:
        if np.array_equal(case.wrong, mask):
            return Finding(
                Text(en=f"wrong exactly {en}, right everywhere else", zh=f"不对的恰好是{zh}，其余都对"), complete=False
            )
    return None


def _diagonal_of(rows: int, columns: int) -> tuple[Array, str, str]:
    return np.eye(rows, columns, dtype=bool), "on the diagonal", "对角线上的值"


def _triangles(rows: int, columns: int) -> Iterator[tuple[Array, str, str]]:
    ones = np.ones((rows, columns), dtype=bool)
    yield _diagonal_of(rows, columns)
    yield np.triu(ones, 1), "above the diagonal", "对角线上方的值"
    yield np.tril(ones, -1), "below the diagonal", "对角线下方的值"
    yield np.triu(ones), "on and above the diagonal", "对角线及其上方的值"
    yield np.tril(ones), "on and below the diagonal", "对角线及其下方的值"

"""From two arrays to what is wrong with the first: the diagnoses in the order in which they are asked."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder.diagnosis import arrangement, elementwise, factors, shapes
from autograder.diagnosis.findings import Case, Finding
from autograder.diagnosis.labels import LABELS, Labels
from autograder.diagnosis.values import Array, Numbers, Tolerance
from autograder.legible import excerpt, largest_difference, show, show_count, show_place
from autograder.text import Text

Diagnosis = Callable[[Case], Finding | None]

# Exact explanations first, the most specific before those they imply; facts that explain nothing come last.
DIAGNOSES: tuple[Diagnosis, ...] = (
    elementwise.not_finite,
    elementwise.rounded,
    elementwise.inverted,
    elementwise.all_alike,
    elementwise.sign,
    elementwise.precision,
    elementwise.offset,
    factors.factor,
    elementwise.function_of,
    arrangement.transposed,
    arrangement.normalised_elsewhere,
    arrangement.backwards,
    arrangement.shifted,
    arrangement.reshaped,
    arrangement.permuted_lines,
    arrangement.one_part,
    arrangement.permuted,
    arrangement.line_constants,
    elementwise.some_signs,
    elementwise.untouched,
)
ANYWHERE: tuple[Diagnosis, ...] = (elementwise.sign, elementwise.offset, factors.factor)
"""What can be said of a few of the numbers, without knowing where they stand."""

UNORDERED: tuple[Diagnosis, ...] = (
    elementwise.not_finite,
    elementwise.rounded,
    elementwise.all_alike,
    elementwise.sign,
    elementwise.precision,
    elementwise.offset,
    factors.factor,
    elementwise.function_of,
)
"""What can be said of numbers that stand in no order: the values of a dict, a sample of a gradient."""


def compare_arrays(got: Numbers, right: Numbers, tolerance: Tolerance, labels: Labels = LABELS) -> Finding | None:
    """None when the arrays agree; otherwise what is wrong, with at most six lines of details."""
    a, e = got.array, right.array
    if a.shape != e.shape:
        finding = shapes.wrong_shape(a.shape, e.shape)
        remark = shapes.remark_on_values(a, e, tolerance)
        details = finding.details if remark is None else (*finding.details, remark)
        whole = show(a), show(e)
        if not any("…" in side for side in whole):
            details = (*details, *labels.lines(*whole))
        return replace(finding, details=details)
    if tolerance.all_close(a, e):
        return None
    case = Case.of(got, right, tolerance)
    finding = diagnose(case)
    return replace(finding, details=(*finding.details, *_values(a, e, case, finding.complete, labels)))


def compare_sample(
    got: Numbers, right: Numbers, tolerance: Tolerance, labels: Labels, places: tuple[Array, ...]
) -> Finding | None:
    """Like `compare_arrays`, for numbers picked from an array at `places` (one index array for each axis)."""
    if tolerance.all_close(got.array, right.array):
        return None
    case = Case.of(got, right, tolerance)
    finding = diagnose_unordered(replace(case, whole=False)) or undiagnosed(case)
    (worst,) = largest_difference(np.where(case.wrong, got.array, right.array), right.array)
    place = show_place([axis[worst] for axis in places])
    where = Text(
        en=f"{int(case.wrong.sum())} of {case.wrong.size} sampled values differ, most at {place}; there:",
        zh=f"抽查的 {case.wrong.size} 个值中有 {int(case.wrong.sum())} 个不同，差得最多的在下标 {place}：",
    )
    one = excerpt(got.array[worst], right.array[worst], case.wrong[worst])
    return replace(finding, details=(*finding.details, where, *labels.lines(one.got, one.expected)))


def diagnose(case: Case) -> Finding:
    """The first diagnosis that fits, or how far the differences reach."""
    with np.errstate(all="ignore"):
        for diagnosis in DIAGNOSES:
            finding = diagnosis(case)
            if finding is not None:
                return _with_kind(case, finding) if diagnosis is arrangement.one_part else finding
        return some_alike(case) or arrangement.not_normalised(case) or undiagnosed(case)


def diagnose_unordered(case: Case) -> Finding | None:
    """A diagnosis that does not depend on where the numbers stand, if one fits."""
    with np.errstate(all="ignore"):
        return next((finding for diagnosis in UNORDERED if (finding := diagnosis(case)) is not None), None)


def some_alike(case: Case) -> Finding | None:
    """Some of the values are wrong, all in the same way; the others are right."""
    if case.wrong.all() or case.wrong.sum() < (3 if not case.simple else 4):
        return None
    part = _in_part(case)
    if part is None:
        return None
    return Finding(
        Text(
            en=f"some values are wrong, all in the same way: {part.headline.en}",
            zh=f"有些值不对，而且错法相同：{part.headline.zh}",
        ),
        part.details,
        complete=False,
    )


def _with_kind(case: Case, finding: Finding) -> Finding:
    """Say also in what way the one row or column is wrong."""
    part = _in_part(case) if case.wrong.sum() >= 2 else None
    if part is None:
        return finding
    there = Text(en=f"there: {part.headline.en}", zh=f"那里：{part.headline.zh}")
    return replace(finding, details=(*finding.details, there))


def _in_part(case: Case) -> Finding | None:
    part = case.part(case.wrong)
    return next((finding for diagnosis in ANYWHERE if (finding := diagnosis(part)) is not None), None)


def undiagnosed(case: Case) -> Finding:
    """Nothing is known but where the values differ."""
    if not case.wrong.ndim:
        return Finding(Text(en="wrong value", zh="结果不对"), vague=True)
    if case.wrong.all():
        return Finding(Text(en="every value is wrong", zh="所有值都不对"), complete=False, vague=True)
    return Finding(Text(en="some values are wrong", zh="有些值不对"), complete=False, vague=True)


def _values(a: Array, e: Array, case: Case, complete: bool, labels: Labels) -> list[Text]:
    """How many values differ and where most (unless that is explained), then both sides."""
    lines: list[Text] = []
    count, size = int(case.wrong.sum()), case.wrong.size
    if not complete and size > 1:
        place = show_place(largest_difference(np.where(case.wrong, a, e), e))
        text = show_count(count, size)
        lines.append(
            Text(en=f"{text.en}, most at {place}", zh=f"{text.zh}，差得最多的在下标 {place}")
            if count > 1
            else Text(en=f"{text.en}, at {place}", zh=f"{text.zh}，在下标 {place}")
        )
    part = excerpt(a, e, case.wrong)
    if part.where is not None:
        lines.append(part.where)
    return [*lines, *labels.lines(part.got, part.expected)]

"""How values look in a message: one line, bounded, with enough digits to tell two numbers apart.

Nothing here runs code of a value's own class: base types, arrays and tensors are printed, of anything else the type's
name. Text appears with repr, so that control characters and escape sequences are spelt out and Chinese stays readable.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import FunctionType
from typing import Any

import numpy as np

from autograder.diagnosis.values import Array, read_numbers, widen
from autograder.sandbox import host
from autograder.text import Text

WIDTH = 84
NESTING = 4
PROXY = "autograder.student.proxy.Proxy"
NAMED = (PROXY, "torch.dtype")
"""Ours, and torch's: their repr is short and runs no foreign code."""


class GivenPath(str):
    """A path on the student's side; a message shows the file's name, which is the same wherever the code runs."""

    name: str

    def __new__(cls, path: object, name: str) -> "GivenPath":
        given = super().__new__(cls, path)
        given.name = name
        return given

    def __reduce__(self) -> tuple[Callable[[str], str], tuple[str]]:
        return host.given, (self.name,)


def shorten(line: str, width: int = WIDTH) -> str:
    """The line itself, or its beginning and an ellipsis."""
    return line if len(line) <= width else line[: width - 1] + "…"


def show(value: object, width: int = WIDTH) -> str:
    """Any value in at most `width` characters.

    >>> show([0.5, "天\\x1b[31m", None])
    "[0.5, '天\\\\x1b[31m', None]"
    """
    return shorten(_show(value, width, NESTING), width)


def _show(value: object, width: int, nesting: int) -> str:
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, GivenPath):
        return repr(value.name)
    if isinstance(value, str | bytes):
        return _quote(value, width)
    if isinstance(value, int | float | complex | np.number):
        return show_number(value)
    if isinstance(value, list | tuple | set | frozenset | dict):
        return _show_items(value, width, nesting) if nesting else "…"
    if isinstance(value, np.ndarray) and value.dtype.kind in "US":
        return _show(value.tolist(), width, nesting)
    if isinstance(value, np.dtype):
        return f"dtype {value}"
    if isinstance(value, Fraction):
        return shorten(str(value))
    if isinstance(value, FunctionType):
        return value.__name__
    if _qualified(value) in NAMED:
        return repr(value)
    numbers = read_numbers(value)
    return type_name(value) if numbers is None else show_array(numbers.array, width)


def _quote(value: str | bytes, width: int) -> str:
    return repr(value[: width + 1]) if len(value) > width else repr(value)


def _show_items(value: Any, width: int, nesting: int) -> str:
    left, right = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
    pairs: Iterable[str]
    if isinstance(value, dict):
        pairs = (f"{_show(k, width, nesting - 1)}: {_show(v, width, nesting - 1)}" for k, v in value.items())
    elif isinstance(value, set | frozenset):
        # a set's own order depends on the hash seed
        pairs = sorted(_show(item, width, nesting - 1) for item in value)
    else:
        pairs = (_show(item, width, nesting - 1) for item in value)
    comma = "," if left == "(" and len(value) == 1 else ""
    return left + ", ".join(_until(pairs, width)) + comma + right


def _until(cells: Iterable[str], width: int) -> list[str]:
    """The first cells that fit, then an ellipsis."""
    shown: list[str] = []
    used = 2
    for cell in cells:
        used += len(cell) + 2
        if used > width - 1 and shown:
            return [*shown, "…"]
        shown.append(cell)
    return shown


def type_name(value: object) -> str:
    """The name of the value's type, as a student knows it."""
    if _qualified(value) == PROXY:
        return repr(value)
    return shorten(repr(type(value).__name__)[1:-1], 40)


def _qualified(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__name__}"


def show_number(value: Any, digits: int = 6) -> str:
    """One number with so many significant digits; whole numbers below ten million in full.

    >>> show_number(2 / 3), show_number(12345.678, 4), show_number(1.0), show_number(7)
    ('0.666667', '12346.0', '1.0', '7')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return _show_integer(int(value))
    if isinstance(value, complex | np.complexfloating):
        imaginary = show_number(float(value.imag), digits)
        return f"{show_number(float(value.real), digits)}{'' if imaginary[0] in '+-' else '+'}{imaginary}j"
    number = float(value)
    whole = len(str(int(abs(number)))) if 1 <= abs(number) < 1e7 else 0
    text = f"{number:.{max(digits, whole)}g}"
    return text + ".0" if text.lstrip("-").isdigit() else text


def _show_integer(value: int) -> str:
    if value.bit_length() <= 128:
        return str(value)
    return f"about {'-' if value < 0 else ''}2**{value.bit_length() - 1}"


def show_array(array: Array, width: int = WIDTH) -> str:
    """An array in one line: all of it where it fits, otherwise its first row and its shape."""
    if not array.size:
        return f"[] of shape {array.shape}"
    if array.size <= 64:
        whole = _nest([show_number(item) for item in array.reshape(-1).tolist()], array.shape)
        if len(whole) <= width:
            return whole
    shape = f" … shape {array.shape}"
    row = array.reshape(-1)[: min(array.shape[-1], 64)].tolist()
    brackets = "[" * (array.ndim - 1)
    cells = _until((show_number(item) for item in row), width - len(shape) - len(brackets))
    return f"{brackets}[{', '.join(cells)}]{shape}"


def _nest(cells: Sequence[str], shape: Sequence[int]) -> str:
    if not shape:
        return cells[0]
    step = len(cells) // shape[0] if shape[0] else 0
    rows = (_nest(cells[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0]))
    return "[" + ", ".join(rows) + "]"


def show_place(index: Sequence[int]) -> str:
    """An index as it is written in Python: [2, 3]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def show_places(mask: Array, limit: int = 4) -> Text:
    """Where `mask` is true: the first places, and how many more there are."""
    places = np.argwhere(mask)
    shown = ", ".join(show_place(place) for place in places[:limit])
    more = len(places) - limit
    if more <= 0:
        return Text(en=shown, zh=shown)
    return Text(en=f"{shown} and {more} more", zh=f"{shown} 等 {len(places)} 处")


@dataclass(frozen=True)
class Excerpt:
    """Two arrays side by side: the part that differs, and where that part lies (None: everything is shown)."""

    where: Text | None
    got: str
    expected: str


def excerpt(actual: Array, expected: Array, wrong: Array) -> Excerpt:
    """The part of two arrays of one shape that shows the first difference; `wrong` marks the differences."""
    if actual.size <= 24:
        got, right = _cells(actual, expected, wrong)
        whole = _nest(got, actual.shape), _nest(right, actual.shape)
        if max(map(len, whole)) <= WIDTH:
            return Excerpt(None, *whole)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else (0,) * wrong.ndim
    row, column = first[:-1], first[-1]
    start = max(0, column - 2)
    part = slice(start, start + 24)
    got, right = _cells(actual[row][part], expected[row][part], wrong[row][part])
    count = _fitting(got, right)
    stop = min(start + count, actual.shape[-1])
    marks = ("…, " if start else ""), (", …" if stop < actual.shape[-1] else "")
    lines = [f"[{marks[0]}{', '.join(cells[:count])}{marks[1]}]" for cells in (got, right)]
    return Excerpt(_where(first, start, stop, actual.shape, bool(wrong.all())), *lines)


def _fitting(got: list[str], right: list[str]) -> int:
    used, count = 8, 0
    for cell in got:  # cells of a pair are equally long
        used += len(cell) + 2
        if used > WIDTH and count >= 3:
            break
        count += 1
    return min(count, len(right))


def _where(first: tuple[int, ...], start: int, stop: int, shape: tuple[int, ...], everywhere: bool) -> Text:
    columns = ":" if (start, stop) == (0, shape[-1]) else f"{start}:{stop}"
    shown = "[" + ", ".join([*map(str, first[:-1]), columns]) + "]"
    if everywhere:
        return Text(en=f"shown: {shown}", zh=f"下面显示 {shown}")
    if len(first) == 2:
        return Text(
            en=f"first difference in row {first[0]}, column {first[1]} (counted from 0); shown: {shown}",
            zh=f"第一处不同在第 {first[0]} 行第 {first[1]} 列（从 0 数起）；下面显示 {shown}",
        )
    return Text(
        en=f"first difference at {show_place(first)}; shown: {shown}",
        zh=f"第一处不同在下标 {show_place(first)}；下面显示 {shown}",
    )


def _cells(actual: Array, expected: Array, wrong: Array) -> tuple[list[str], list[str]]:
    """Each number of both arrays, padded in pairs; what differs looks different."""
    marks = wrong.reshape(-1).tolist()
    pairs = list(zip(actual.reshape(-1).tolist(), expected.reshape(-1).tolist(), strict=True))
    for digits in (4, 5, 6, 8, 10, 12, 14, 17):
        texts = [(show_number(a, digits), show_number(e, digits)) for a, e in pairs]
        if all(a != e for (a, e), mark in zip(texts, marks, strict=True) if mark):
            break
    widths = [max(len(a), len(e)) for a, e in texts]
    return (
        [a.rjust(width) for (a, _), width in zip(texts, widths, strict=True)],
        [e.rjust(width) for (_, e), width in zip(texts, widths, strict=True)],
    )


def show_count(count: int, size: int) -> Text:
    """How many values differ."""
    return Text(
        en=f"{count} of {size} values differ{'s' * (count == 1)}",
        zh=f"{size} 个值中有 {count} 个不同",
    )


def largest_difference(actual: Array, expected: Array) -> tuple[int, ...]:
    """The place of the largest difference; NaN and infinite ones count as largest."""
    with np.errstate(all="ignore"):
        sizes = np.abs(widen(actual) - widen(expected))
    sizes = np.where(np.isnan(sizes) & ~np.asarray(actual == expected), np.inf, np.nan_to_num(sizes, posinf=np.inf))
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(sizes)), sizes.shape))


def show_text_pair(actual: str | bytes, expected: str | bytes) -> tuple[int, str, str]:
    """The first place where two texts differ, and both texts around it."""
    shared = zip(actual, expected, strict=False)
    first = next((i for i, (a, e) in enumerate(shared) if a != e), min(len(actual), len(expected)))
    start = max(0, first - 20) if max(len(actual), len(expected)) > 60 else 0
    return first, _piece(actual, start), _piece(expected, start)


def _piece(text: str | bytes, start: int) -> str:
    length = 60
    piece = repr(text[start : start + length])
    while len(piece) > WIDTH - 4 and length > 8:  # escapes take up to ten characters each
        length -= 4
        piece = repr(text[start : start + length])
    return ("…" if start else "") + piece + ("…" if start + length < len(text) else "")

"""Comparison of nested lists, tuples, dicts, sets, texts and numbers: the first difference and where it lies."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.diagnosis.diagnose import LABELS, diagnose_unordered
from autograder.diagnosis.findings import Case, Finding
from autograder.diagnosis.kinds import NOTHING, UNEXPECTED, wrong_kind
from autograder.diagnosis.texts import compare_texts
from autograder.diagnosis.values import Numbers, Tolerance, is_tensor, read_numbers
from autograder.legible import show
from autograder.text import Text

MOST_ITEMS = 100  # beyond this, items are not matched pair by pair
DETAILS = 6


@dataclass(frozen=True)
class Comparison:
    """How numbers are compared, and whether lists of another length are looked at item by item."""

    numbers: Callable[[Numbers, Numbers], Finding | None]
    tolerance: Tolerance
    by_items: bool = True

    def compare(self, actual: Any, expected: Any, path: str = "") -> Finding | None:
        """None when the two agree; `path` is where they stand in the whole: "[2]['a']"."""
        actual, expected = _plain(actual), _plain(expected)
        if expected is None or actual is None:
            return self._none(actual, expected, path)
        got, right = read_numbers(actual), read_numbers(expected)
        if got is not None and right is not None and not (self._exact(got, right) or self._other_length(got, right)):
            return _at(self.numbers(got, right), path)
        if isinstance(expected, str | bytes):
            alike = isinstance(actual, str) == isinstance(expected, str) and isinstance(actual, str | bytes)
            return _at(compare_texts(actual, expected) if alike else wrong_kind(actual, expected), path)
        if isinstance(expected, dict):
            return self._dicts(actual, expected, path)
        if isinstance(expected, set | frozenset):
            return _at(_sets(actual, expected), path)
        items = _items(actual), _items(expected)
        if isinstance(expected, list | tuple) or (right is not None and right.array.ndim and self.by_items):
            if items[0] is not None and items[1] is not None:
                return self._sequences(items[0], items[1], expected, path)
            return _at(wrong_kind(actual, expected), path)
        return _at(_others(actual, expected), path)

    def _exact(self, got: Numbers, right: Numbers) -> bool:
        """Whether Python's own comparison has to decide, on single numbers."""
        return self.by_items and (got.lossy or right.lossy)

    def _other_length(self, got: Numbers, right: Numbers) -> bool:
        a, e = got.array.shape, right.array.shape
        return self.by_items and bool(a) and bool(e) and a != e and a[1:] == e[1:]

    def _none(self, actual: Any, expected: Any, path: str) -> Finding | None:
        if actual is expected:
            return None
        if actual is None:
            return _at(replace(NOTHING) if not path else Finding(Text(en="None", zh="是 None")), path)
        return _at(Finding(UNEXPECTED, (Text(en=f"got: {show(actual)}", zh=f"得到：{show(actual)}"),)), path)

    def same(self, actual: Any, expected: Any) -> bool:
        """Whether the two agree."""
        if type(actual) is type(expected) and isinstance(actual, str | bytes):
            return bool(actual == expected)
        return self.compare(actual, expected) is None

    def _sequences(self, actual: list[Any], expected: list[Any], whole: Any, path: str) -> Finding | None:
        if len(actual) != len(expected):
            return _at(self._lengths(actual, expected), path)
        wrong = [i for i, (a, e) in enumerate(zip(actual, expected, strict=True)) if not self.same(a, e)]
        if not wrong:
            return None
        order = self._order(actual, expected, wrong)
        first = wrong[0]
        inner = self.compare(actual[first], expected[first], f"{path}[{first}]")
        assert inner is not None
        if order is not None:
            return replace(inner, headline=order)
        if isinstance(whole, tuple) and not path and len(expected) <= 6:
            return replace(
                inner,
                headline=Text(
                    en=f"returned value {first + 1} of {len(expected)}: {inner.headline.en}",
                    zh=f"返回的第 {first + 1} 个值：{inner.headline.zh}",
                ),
            )
        return inner

    def _order(self, actual: list[Any], expected: list[Any], wrong: list[int]) -> Text | None:
        if not 3 <= len(actual) <= MOST_ITEMS or len(wrong) < 2 or not self._all_different(expected):
            return None
        if all(self.same(a, e) for a, e in zip(actual, expected[::-1], strict=True)):
            return Text(en="the right items in reverse order", zh="各项都对，但顺序反了")
        if self._unmatched(actual, expected) == ([], []):
            return Text(en="the right items in the wrong order", zh="各项都对，但次序不对")
        return None

    def _all_different(self, expected: list[Any]) -> bool:
        return len({show(item, 400) for item in expected}) == len(expected)

    def _unmatched(self, actual: list[Any], expected: list[Any]) -> tuple[list[Any], list[Any]]:
        free = list(actual)
        missing = []
        for item in expected:
            match = next((i for i, other in enumerate(free) if self.same(other, item)), None)
            if match is None:
                missing.append(item)
            else:
                free.pop(match)
        return free, missing

    def _lengths(self, actual: list[Any], expected: list[Any]) -> Finding:
        shared = list(zip(actual, expected, strict=False))
        first = next((i for i, (a, e) in enumerate(shared) if not self.same(a, e)), len(shared))
        details = [
            Text(
                en=f"got {len(actual)} items, expected {len(expected)}; first difference at [{first}]",
                zh=f"得到 {len(actual)} 项，应有 {len(expected)} 项；第一处不同在下标 [{first}]",
            ),
            *LABELS.lines(_around(actual, first), _around(expected, first)),
        ]
        return Finding(self._length_headline(actual, expected, first), tuple(details))

    def _length_headline(self, actual: list[Any], expected: list[Any], first: int) -> Text:
        if not actual:
            return Text(en="the result is empty", zh="结果是空的")
        gap = len(expected) - len(actual)
        longer, shorter = (expected, actual) if gap > 0 else (actual, expected)
        rest = longer[first + abs(gap) :], shorter[first:]
        fits = len(rest[0]) == len(rest[1]) and all(self.same(*pair) for pair in self._pairs(rest, gap))
        if not fits or not expected:
            return Text(en="too few items", zh="项数太少") if gap > 0 else Text(en="too many items", zh="项数太多")
        where = (
            ("first", "最前面") if first == 0 else ("last", "最后面") if first == len(shorter) else ("inner", "中间")
        )
        one = "item is" if abs(gap) == 1 else "items are"
        if gap > 0:
            return Text(en=f"the {where[0]} {one} missing, all others are right", zh=f"少了{where[1]}的项，其余都对")
        place = {"first": "at the beginning", "last": "at the end", "inner": "in the middle"}[where[0]]
        many = "one item" if gap == -1 else "items"
        return Text(en=f"{many} too many {place}, all others are right", zh=f"{where[1]}多出了项，其余都对")

    def _pairs(self, rest: tuple[list[Any], list[Any]], gap: int) -> list[tuple[Any, Any]]:
        longer, shorter = rest
        return list(zip(shorter, longer, strict=True) if gap > 0 else zip(longer, shorter, strict=True))

    def _dicts(self, actual: Any, expected: dict[Any, Any], path: str) -> Finding | None:
        if not isinstance(actual, dict):
            return _at(wrong_kind(actual, expected), path)
        keys = _keys(list(actual), list(expected))
        if keys is not None:
            return _at(keys, path)
        wrong = [key for key in expected if not self.same(actual[key], expected[key])]
        if not wrong:
            return None
        inner = self.compare(actual[wrong[0]], expected[wrong[0]], f"{path}[{show(wrong[0], 40)}]")
        assert inner is not None
        headline = self._all_values(actual, expected) or inner.headline
        count = Text(
            en=f"{len(wrong)} of {len(expected)} values differ",
            zh=f"{len(expected)} 个值中有 {len(wrong)} 个不同",
        )
        counted = (count,) if len(inner.details) < DETAILS and not path else ()
        return replace(inner, headline=headline, details=(*counted, *inner.details))

    def _all_values(self, actual: dict[Any, Any], expected: dict[Any, Any]) -> Text | None:
        """A diagnosis that holds for all values of a dict of numbers together."""
        got, right = read_numbers([actual[key] for key in expected]), read_numbers(list(expected.values()))
        if got is None or right is None or got.array.shape != right.array.shape or got.array.ndim != 1:
            return None
        if got.array.size < 2:
            return None
        finding = diagnose_unordered(Case.of(got, right, self.tolerance))
        return None if finding is None else finding.headline


def _at(finding: Finding | None, path: str) -> Finding | None:
    """The same finding, with the place in front of its details."""
    if finding is None or not path:
        return finding
    shown = path if len(path) <= 80 else "…" + path[-79:]
    place = Text(en=f"first difference at {shown}", zh=f"第一处不同在 {shown}")
    return replace(finding, details=(place, *finding.details))


def _plain(value: Any) -> Any:
    if isinstance(value, np.str_ | np.bytes_) or (isinstance(value, np.ndarray) and value.dtype.kind in "US"):
        return value.tolist()
    return value


def _items(value: Any) -> list[Any] | None:
    """The items of a list, tuple, array or tensor."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, np.ndarray) or is_tensor(value):
        numbers = read_numbers(value)
        if numbers is not None and numbers.array.ndim:
            items: list[Any] = numbers.array.tolist()
            return items
    return None


def _others(actual: Any, expected: Any) -> Finding | None:
    """Single numbers that only Python compares exactly, dtypes and the like."""
    got, right = read_numbers(actual), read_numbers(expected)
    numeric = got is not None and right is not None and not got.array.shape and not right.array.shape
    alike = type(actual) is type(expected) or (isinstance(actual, np.dtype) and isinstance(expected, np.dtype | type))
    if not numeric and not alike:
        return wrong_kind(actual, expected)
    if bool(actual == expected):
        return None
    return Finding(Text(en="wrong value", zh="结果不对"), LABELS.lines(show(actual), show(expected)))


def _around(items: list[Any], first: int) -> str:
    start = max(0, first - 2) if len(show(items, 400)) > 84 else 0
    return ("…, " if start else "") + show(items[start:], 80)


def _keys(actual: list[Any], expected: list[Any]) -> Finding | None:
    missing, extra = _difference(expected, actual), _difference(actual, expected)
    if not missing and not extra:
        return None
    if len(missing) == len(extra) == len(expected) and {str(k) for k in missing} == {str(k) for k in extra}:
        kinds = type(actual[0]).__name__, type(expected[0]).__name__
        headline = Text(en="the keys are of another type", zh="键的类型不对")
        return Finding(headline, LABELS.lines(f"{show(actual[0])} ({kinds[0]})", f"{show(expected[0])} ({kinds[1]})"))
    return Finding(_missing_or_extra(missing, extra, "keys", "键"), _members(missing, extra))


def _sets(actual: Any, expected: set[Any] | frozenset[Any]) -> Finding | None:
    if not isinstance(actual, set | frozenset):
        return wrong_kind(actual, expected)
    missing, extra = _difference(list(expected), list(actual)), _difference(list(actual), list(expected))
    if not missing and not extra:
        return None
    return Finding(_missing_or_extra(missing, extra, "members", "元素"), _members(missing, extra))


def _difference(these: list[Any], those: list[Any]) -> list[Any]:
    """In an order that does not depend on the hash seed."""
    others = set(those)
    return sorted((item for item in these if item not in others), key=lambda item: show(item, 400))


def _missing_or_extra(missing: list[Any], extra: list[Any], en: str, zh: str) -> Text:
    if not extra:
        return Text(en=f"{en} are missing", zh=f"缺少一些{zh}")
    if not missing:
        return Text(en=f"there are {en} that do not belong", zh=f"多出了一些{zh}")
    return Text(en=f"{en} are missing, and others do not belong", zh=f"缺少一些{zh}，又多出了一些{zh}")


def _members(missing: list[Any], extra: list[Any]) -> tuple[Text, ...]:
    lines = []
    for items, en, zh in ((missing, "missing", "缺少"), (extra, "too many", "多出")):
        if items:
            shown = show(items, 70)[1:].removesuffix("]")
            lines.append(Text(en=f"{en} ({len(items)}): {shown}", zh=f"{zh}（{len(items)} 个）：{shown}"))
    return tuple(lines)

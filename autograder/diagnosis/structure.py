"""Comparison of nested lists, tuples, dicts, sets, texts and numbers: the first difference and where it lies."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.diagnosis.diagnose import diagnose_unordered
from autograder.diagnosis.findings import Case, Finding
from autograder.diagnosis.kinds import NOTHING, UNEXPECTED, wrong_kind
from autograder.diagnosis.labels import LABELS, Labels
from autograder.diagnosis.members import compare_keys, compare_sets
from autograder.diagnosis.texts import compare_texts
from autograder.diagnosis.values import Numbers, Tolerance, is_tensor, read_numbers
from autograder.legible import show, show_count
from autograder.text import Text

MOST_ITEMS = 100  # beyond this, items are not matched pair by pair
MOST_RESULTS = 6  # a tuple of so many is a function's several results
DETAILS = 6


@dataclass(frozen=True)
class Comparison:
    """How numbers are compared, and whether lists of another length are looked at item by item."""

    numbers: Callable[[Numbers, Numbers], Finding | None]
    tolerance: Tolerance
    by_items: bool = True
    labels: Labels = LABELS

    def compare(self, actual: Any, expected: Any, path: str = "") -> Finding | None:
        """None when the two agree; `path` is where they stand in the whole: "[2]['a']"."""
        actual, expected = _plain(actual), _plain(expected)
        if expected is None or actual is None:
            return self._none(actual, expected, path)
        got, right = read_numbers(actual), read_numbers(expected)
        if got is not None and right is not None and not self._in_parts(expected, got, right):
            return _at(self.numbers(got, right), path)
        if isinstance(expected, dict):
            return self._dicts(actual, expected, path)
        if isinstance(expected, set | frozenset):
            return _at(compare_sets(actual, expected), path)
        if isinstance(expected, list | tuple) or (right is not None and right.array.ndim):
            return self._items(actual, expected, path)
        if isinstance(expected, str | bytes) and isinstance(actual, str if isinstance(expected, str) else bytes):
            return _at(compare_texts(actual, expected, self.labels), path)
        return _at(self._others(actual, expected), path)

    def same(self, actual: Any, expected: Any) -> bool:
        """Whether the two agree."""
        if type(actual) is type(expected) and isinstance(actual, str | bytes):
            return bool(actual == expected)
        return self.compare(actual, expected) is None

    def _in_parts(self, expected: Any, got: Numbers, right: Numbers) -> bool:
        """Whether numbers are looked at one by one: several results, other lengths, or more than numpy can hold."""
        if _is_several(expected):
            return True
        a, e = got.array.shape, right.array.shape
        other_length = bool(a) and bool(e) and a != e and a[1:] == e[1:]
        return self.by_items and (got.lossy or right.lossy or other_length)

    def _none(self, actual: Any, expected: Any, path: str) -> Finding | None:
        if actual is expected:
            return None
        if actual is None:
            inside = Finding(Text(en="None where a value belongs", zh="应有值的地方是 None"))
            return _at(inside if path else NOTHING, path)
        return _at(Finding(UNEXPECTED, (Text(en=f"got: {show(actual)}", zh=f"得到：{show(actual)}"),)), path)

    def _items(self, actual: Any, expected: Any, path: str) -> Finding | None:
        """Lists, tuples and arrays, item by item."""
        got, right = _listed(actual), _listed(expected)
        single = not self.by_items and not _is_several(expected) and read_numbers(expected) is not None
        if got is None or right is None or (single and read_numbers(actual) is None):
            return _at(wrong_kind(actual, expected), path)
        if _is_several(expected) and _is_array(actual) and len(got) != len(right):
            return _at(wrong_kind(actual, expected), path)
        if len(got) != len(right):
            return _at(self._lengths(got, right), path)
        wrong = [i for i, (a, e) in enumerate(zip(got, right, strict=True)) if not self.same(a, e)]
        if not wrong:
            return None
        first = wrong[0]
        inner = self.compare(got[first], right[first], f"{path}[{first}]")
        assert inner is not None
        order = self._order(got, right, wrong)
        if order is not None:
            return replace(inner, headline=order)
        if isinstance(expected, tuple) and not path and len(right) <= MOST_RESULTS:
            en = f"returned value {first + 1} of {len(right)}: {inner.headline.en}"
            return replace(inner, headline=Text(en=en, zh=f"返回的第 {first + 1} 个值：{inner.headline.zh}"))
        return inner

    def _order(self, actual: list[Any], expected: list[Any], wrong: list[int]) -> Text | None:
        """What is wrong about the order, where the items are right and all different."""
        if not 3 <= len(actual) <= MOST_ITEMS or len(wrong) < 2:
            return None
        if len({show(item, 400) for item in expected}) < len(expected):
            return None
        if all(self.same(a, e) for a, e in zip(actual, expected[::-1], strict=True)):
            return Text(en="the right items in reverse order", zh="各项都对，但顺序反了")
        if self._all_matched(actual, expected):
            return Text(en="the right items in the wrong order", zh="各项都对，但次序不对")
        return None

    def _all_matched(self, actual: list[Any], expected: list[Any]) -> bool:
        free = list(actual)
        for item in expected:
            match = next((i for i, other in enumerate(free) if self.same(other, item)), None)
            if match is None:
                return False
            free.pop(match)
        return True

    def _lengths(self, actual: list[Any], expected: list[Any]) -> Finding:
        shared = list(zip(actual, expected, strict=False))
        first = next((i for i, (a, e) in enumerate(shared) if not self.same(a, e)), len(shared))
        count = Text(
            en=f"got {len(actual)} items, expected {len(expected)}; first difference at [{first}]",
            zh=f"得到 {len(actual)} 项，应有 {len(expected)} 项；第一处不同在下标 [{first}]",
        )
        lines = self.labels.lines(_around(actual, first), _around(expected, first))
        return Finding(self._length_headline(actual, expected, first), (count, *lines))

    def _length_headline(self, actual: list[Any], expected: list[Any], first: int) -> Text:
        if not actual:
            return Text(en="the result is empty", zh="结果是空的")
        gap = len(expected) - len(actual)
        tails = (actual[first:], expected[first + gap :]) if gap > 0 else (actual[first - gap :], expected[first:])
        if not expected or not all(self.same(a, e) for a, e in zip(*tails, strict=True)):
            return Text(en="too few items", zh="项数太少") if gap > 0 else Text(en="too many items", zh="项数太多")
        en, zh = ("at the beginning", "最前面") if first == 0 else ("in the middle", "中间")
        if first == min(len(actual), len(expected)):
            en, zh = "at the end", "最后面"
        one = ("an item is", "一项") if abs(gap) == 1 else ("several items are", "几项")
        if gap > 0:
            return Text(en=f"{one[0]} missing {en}, all others are right", zh=f"{zh}少了{one[1]}，其余都对")
        return Text(en=f"{one[0]} too many {en}, all others are right", zh=f"{zh}多了{one[1]}，其余都对")

    def _dicts(self, actual: Any, expected: dict[Any, Any], path: str) -> Finding | None:
        if not isinstance(actual, dict):
            return _at(wrong_kind(actual, expected), path)
        keys = compare_keys(actual, expected, self.labels)
        if keys is not None:
            return _at(keys, path)
        wrong = [key for key in expected if not self.same(actual[key], expected[key])]
        if not wrong:
            return None
        inner = self.compare(actual[wrong[0]], expected[wrong[0]], f"{path}[{show(wrong[0], 40)}]")
        assert inner is not None
        counted = len(inner.details) < DETAILS and len(expected) > 1 and not path
        details = (show_count(len(wrong), len(expected)), *inner.details) if counted else inner.details
        return replace(inner, headline=self._all_values(actual, expected) or inner.headline, details=details)

    def _all_values(self, actual: dict[Any, Any], expected: dict[Any, Any]) -> Text | None:
        """A diagnosis that holds for all values of a dict of numbers together."""
        got, right = read_numbers([actual[key] for key in expected]), read_numbers(list(expected.values()))
        if got is None or right is None or not got.array.shape == right.array.shape == (len(expected),):
            return None
        finding = diagnose_unordered(Case.of(got, right, self.tolerance))
        return None if finding is None else finding.headline

    def _others(self, actual: Any, expected: Any) -> Finding | None:
        """Single numbers that only Python compares exactly, dtypes and the like."""
        got, right = read_numbers(actual), read_numbers(expected)
        numeric = got is not None and right is not None and not got.array.shape and not right.array.shape
        dtypes = isinstance(actual, np.dtype) and isinstance(expected, np.dtype | type)
        if not numeric and not dtypes and type(actual) is not type(expected):
            return wrong_kind(actual, expected)
        if bool(actual == expected):
            return None
        return Finding(Text(en="wrong value", zh="结果不对"), self.labels.lines(show(actual), show(expected)))


def _at(finding: Finding | None, path: str) -> Finding | None:
    """The same finding, with the place in front of its details."""
    if finding is None or not path:
        return finding
    shown = path if len(path) <= 80 else "…" + path[-79:]
    place = Text(en=f"first difference at {shown}", zh=f"第一处不同在 {shown}")
    return replace(finding, details=(place, *finding.details))


def _plain(value: Any) -> Any:
    if isinstance(value, np.str_ | np.bytes_) or (isinstance(value, np.ndarray) and value.dtype.kind in "USO"):
        return value.tolist()
    return value


def _is_array(value: Any) -> bool:
    return (isinstance(value, np.ndarray) or is_tensor(value)) and value.ndim > 0


def _is_several(expected: Any) -> bool:
    """Whether `expected` stands for several results: a tuple of arrays is no array, even if they could be stacked."""
    return isinstance(expected, tuple) and any(_is_array(item) for item in expected)


def _listed(value: Any) -> list[Any] | None:
    """The items of a list, tuple, array or tensor."""
    if isinstance(value, list | tuple):
        return list(value)
    numbers = read_numbers(value) if _is_array(value) else None
    if numbers is None:
        return None
    return list(numbers.array) if numbers.array.ndim > 1 else list(numbers.array.tolist())


def _around(items: list[Any], first: int) -> str:
    start = max(0, first - 2) if len(show(items, 400)) > 84 else 0
    return ("…, " if start else "") + show(items[start:], 80)

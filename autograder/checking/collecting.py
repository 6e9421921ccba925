"""Check files as pytest collects them: which check is worth what, and what may travel to the student's side."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from autograder.course import Assignment
from autograder.text import Text


@dataclass(frozen=True)
class CheckInfo:
    """What the decorators of a check say."""

    number: str
    title: Text
    weight: float
    visibility: str
    bonus: bool


_INFO = pytest.StashKey[CheckInfo]()


class CheckModule(pytest.Module):
    """A file of checks. Its helpers lie beside it; it and they travel by value to the student's side."""

    assignment: Assignment

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        folder = str(self.path.parent)
        before = set(sys.modules)
        sys.path.insert(0, folder)
        try:
            items = list(super().collect())
        finally:
            sys.path.remove(folder)
        _travel_by_value(self.obj, *_imported_from(self.path.parent, set(sys.modules) - before))
        for item in items:
            if isinstance(item, pytest.Function):
                info_of(item)
        return items


def info_of(item: pytest.Item) -> CheckInfo:
    """The points of a check, read once; refuses one whose points cannot be seen.

    Raises:
        pytest.UsageError: a decorator is missing, or says nonsense.
    """
    if _INFO not in item.stash:
        item.stash[_INFO] = _read_info(item)
    return item.stash[_INFO]


def _read_info(item: pytest.Item) -> CheckInfo:
    function = getattr(item, "obj", None)
    found: Any = getattr(function, "__number__", None)
    weight: Any = getattr(function, "__weight__", None)
    title: Any = getattr(function, "__title__", None)
    where = f"{item.path}: {item.name}"
    if not isinstance(found, str):
        raise pytest.UsageError(f'{where} has no @number("problem.check"): put it above @given and fixtures')
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
        raise pytest.UsageError(f"{where} has no @weight(points): every check says what it is worth")
    if not isinstance(title, Text):
        raise pytest.UsageError(f'{where} has no @title("English", "中文"): students read it')
    problem = assignment_of(item).problem(found)
    return CheckInfo(
        number=found,
        title=title,
        weight=float(weight),
        visibility=getattr(function, "__visibility__", "visible"),
        bonus=problem.bonus or "bonus" in getattr(function, "__tags__", ()),
    )


def assignment_of(item: pytest.Item) -> Assignment:
    """The assignment whose check `item` is."""
    module = item.getparent(CheckModule)
    if module is None:
        raise LookupError(f"{item.nodeid} is no check of an assignment")
    return module.assignment


def is_check(item: pytest.Item) -> bool:
    return item.getparent(CheckModule) is not None


def by_number(number: str) -> tuple[tuple[int, str], ...]:
    """A sort key under which 2.10 comes after 2.9.

    >>> sorted(["2.10", "10.1", "2.9"], key=by_number)
    ['2.9', '2.10', '10.1']
    """
    return tuple((int(part) if part.isdigit() else 10**9, part) for part in number.split("."))


def _imported_from(folder: Path, names: set[str]) -> Iterator[Any]:
    for name in names:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if file and Path(file).parent == folder:
            yield module


def _travel_by_value(*modules: Any) -> None:
    for module in modules:
        if module.__name__ in sys.modules:
            cloudpickle.register_pickle_by_value(module)

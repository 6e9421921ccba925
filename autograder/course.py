"""A course and its assignments, found from their `assignment.toml` files.

The course root is the nearest folder, upwards, that holds `assignments/`.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.text import Text


@dataclass(frozen=True)
class Limits:
    """What a student's process may use. Times are seconds of its own CPU; the wall clock allows five times as much."""

    cpu_per_call: float = 5.0
    cpu: float = 60.0
    memory_mb: int = 1024
    processes: int = 16
    files_mb: int = 64
    reply_mb: int = 64
    open_files: int = 256


@dataclass(frozen=True)
class Problem:
    """A numbered part of an assignment; the checks "2.1", "2.2", ... belong to problem "2"."""

    number: str
    title: Text
    points: float
    bonus: bool = False
    read: Text | None = None


@dataclass(frozen=True)
class Forbidden:
    """Library calls that problem `problem` asks a student to do without, in `functions` and whatever they call."""

    problem: str
    functions: tuple[str, ...]
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Assignment:
    """One assignment as its `assignment.toml` describes it; `order` is its place in the course."""

    name: str
    root: Path
    title: Text
    modules: tuple[str, ...]
    problems: tuple[Problem, ...]
    exports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    limits: Limits = field(default_factory=Limits)
    order: float = math.inf

    @property
    def folder(self) -> Path:
        """What a student receives."""
        return self.root / "assignments" / self.name

    @property
    def solution_folder(self) -> Path:
        """What a student never receives; absent from a release."""
        return self.root / "solutions" / self.name

    @property
    def open_checks(self) -> Path:
        return self.folder / f"test_{self.name}.py"

    @property
    def hidden_checks(self) -> Path:
        return self.solution_folder / f"test_{self.name}_hidden.py"

    @property
    def core_points(self) -> float:
        return sum(problem.points for problem in self.problems if not problem.bonus)

    def problem(self, check_number: str) -> Problem:
        """The problem that check `check_number` ("2.1") belongs to."""
        wanted = check_number.split(".")[0]
        for problem in self.problems:
            if problem.number == wanted:
                return problem
        raise UserError(f"{self.folder / 'assignment.toml'}: check {check_number} belongs to no [[problems]] entry")


@dataclass(frozen=True)
class Course:
    """All assignments below one root."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Course":
        """The course around `start` (default: the current folder)."""
        place = (start or Path.cwd()).resolve()
        for folder in (place, *place.parents):
            if (folder / "assignments").is_dir():
                return cls(folder)
        raise UserError(f"{place}: no folder above holds assignments/; run this inside a course or pass --course")

    @cached_property
    def assignments(self) -> Mapping[str, Assignment]:
        """Every assignment by name, in the order of the course; those that have no place in it at the end."""
        found = [load(path) for path in self.root.glob("assignments/*/assignment.toml")]
        found.sort(key=lambda assignment: (assignment.order, assignment.name))
        return {assignment.name: assignment for assignment in found}

    def assignment(self, name: str) -> Assignment:
        path = self.root / "assignments" / name / "assignment.toml"
        if not path.is_file():
            known = ", ".join(sorted(p.parent.name for p in self.root.glob("assignments/*/assignment.toml"))) or "none"
            raise UserError(f"no assignment {name!r} in {self.root / 'assignments'} (there are: {known})")
        return load(path)


def load(path: Path) -> Assignment:
    """Read one assignment.toml; every mistake in it is one line that names the file and the key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid TOML: {error}") from None
    known = {"order", "title", "modules", "problems", "exports", "given", "preload", "forbidden", "limits"}
    _no_strangers(path, "the file", data, known)
    try:
        return Assignment(
            name=path.parent.name,
            root=path.parent.parent.parent,
            title=_text(path, "title", data["title"]),
            modules=tuple(data["modules"]),
            problems=tuple(_problem(path, entry) for entry in data["problems"]),
            exports={module: tuple(names) for module, names in data.get("exports", {}).items()},
            given=tuple(data.get("given", ())),
            preload=tuple(data.get("preload", ())),
            forbidden=tuple(_forbidden(path, entry) for entry in data.get("forbidden", ())),
            limits=_limits(path, data.get("limits", {})),
            order=_order(path, data.get("order", math.inf)),
        )
    except KeyError as error:
        raise UserError(f"{path}: the key {error.args[0]!r} is missing") from None


def _no_strangers(path: Path, where: str, data: Mapping[str, Any], known: set[str]) -> None:
    for key in sorted(set(data) - known):
        raise UserError(f"{path}: {where} has an unknown key {key!r} (known: {', '.join(sorted(known))})")


def _order(path: Path, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UserError(f"{path}: order must be a number, the assignment's place in the course, not {value!r}")
    return value


def _text(path: Path, key: str, value: object) -> Text:
    if isinstance(value, dict) and set(value) == {"en", "zh"}:
        return Text(en=str(value["en"]), zh=str(value["zh"]))
    raise UserError(f'{path}: {key} must be {{ en = "...", zh = "..." }}')


def _problem(path: Path, entry: Mapping[str, Any]) -> Problem:
    _no_strangers(path, "[[problems]]", entry, {"number", "title", "points", "bonus", "read"})
    return Problem(
        number=str(entry["number"]),
        title=_text(path, "problems.title", entry["title"]),
        points=float(entry["points"]),
        bonus=bool(entry.get("bonus", False)),
        read=_text(path, "problems.read", entry["read"]) if "read" in entry else None,
    )


def _forbidden(path: Path, entry: Mapping[str, Any]) -> Forbidden:
    _no_strangers(path, "[[forbidden]]", entry, {"problem", "functions", "calls"})
    return Forbidden(str(entry["problem"]), tuple(entry["functions"]), tuple(entry["calls"]))


def _limits(path: Path, entry: Mapping[str, Any]) -> Limits:
    types = {field.name: field.type for field in fields(Limits)}
    _no_strangers(path, "[limits]", entry, set(types))
    for key, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise UserError(f"{path}: limits.{key} must be a positive number, not {value!r}")
    return Limits(**entry)

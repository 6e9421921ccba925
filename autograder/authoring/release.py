"""A release for students: engine and content copied, and proof that no secret went along.

Nothing is filtered out, because secrets live apart; what is checked is that none was copied into the wrong room.
"""

import ast
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring import chaffs, generated, starter
from autograder.authoring.markers import parse, regions
from autograder.course import Assignment, Course
from autograder.errors import UserError

RELEASED = ("assignments", "handouts", "autograder", "pyproject.toml", "constraints.txt", "README.md", "LICENSE")
"""What a student receives: the content, the engine, and what is needed to install it."""

TELLING = 25
"""A line of so many characters says something of its own; a shorter one may stand anywhere."""

_BY_PRODUCTS = {"__pycache__", "build"}


@dataclass(frozen=True)
class Leak:
    """A secret in a released file."""

    path: str
    secret: str
    origin: str

    def __str__(self) -> str:
        return f"{self.path}: holds what only {self.origin} may hold: {self.secret}"


def build(course: Course, folder: Path) -> list[Path]:
    """Copy what students receive into `folder`, once it is proved to hold no secret; the paths written.

    Raises UserError, before anything is written, for what `copy` refuses, for a generated file that differs from what
    its sources give, and for a secret among the files.
    """
    _check_target(course, folder)
    solved = [assignment for assignment in course.assignments.values() if assignment.solution_folder.is_dir()]
    for path in (path for assignment in solved for path in generated.drift(assignment)):
        raise UserError(f"{path}: differs from what its sources give; run `llm101 starter` first")
    for leak in leaks({str(path): _text(course.root / path) for path in released_files(course)}, solved):
        raise UserError(str(leak))
    return copy(course, folder)


def copy(course: Course, folder: Path) -> list[Path]:
    """Copy what students receive into `folder`, as it is; the paths written.

    Raises UserError, before anything is written, for a folder that is not empty or lies inside what is copied, and for
    a symbolic link among the files.
    """
    _check_target(course, folder)
    paths = released_files(course)
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course.root / path, folder / path)
    return [folder / path for path in paths]


def _check_target(course: Course, folder: Path) -> None:
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder}: not an empty folder; a release goes into a new one")
    if any(folder.is_relative_to((course.root / part).resolve()) for part in RELEASED):
        raise UserError(f"{folder}: lies inside what is released; choose a folder elsewhere")


def released_files(course: Course) -> list[Path]:
    """What students receive, relative to the course's root, without caches and hidden files.

    Raises UserError for a symbolic link: what it points to might be a secret.
    """
    found: list[Path] = []
    for part in RELEASED:
        start = course.root / part
        _refuse_link(start)
        found += [start] if start.is_file() else []
        for place, folders, names in os.walk(start):
            folders[:] = sorted(name for name in folders if name not in _BY_PRODUCTS and not name.startswith("."))
            for name in [*folders, *names]:
                _refuse_link(Path(place, name))
            found += [Path(place, name) for name in sorted(names) if not name.startswith(".")]
    return [path.relative_to(course.root) for path in found]


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise UserError(f"{path}: a release holds no symbolic links; put a copy there")


def leaks(released: Mapping[str, str], assignments: Iterable[Assignment]) -> list[Leak]:
    """The secrets of `assignments` in released files (path -> text).

    A secret is a file of hidden checks or chaffs, a hidden check's function, and a line of `TELLING` characters or more
    from between solution markers or from a chaff, unless it also stands in the references outside the markers, in the
    files that a course gives out or in the engine: those are public anyway.
    """
    assignments = list(assignments)
    texts = {path: _searchable(path, text) for path, text in released.items()}
    public = "\n".join(_public(assignments, texts))
    found = [leak for assignment in assignments for leak in _secret_files(assignment, texts)]
    for assignment in assignments:
        secrets = [secret for secret in _secret_lines(assignment) if secret[0] not in public]
        secrets += _hidden_functions(assignment)
        for path, text in texts.items():
            found += [Leak(path, secret, origin) for secret, origin in secrets if secret in text]
    return found


def _secret_files(assignment: Assignment, texts: Mapping[str, str]) -> Iterator[Leak]:
    """Released files that have the name of a secret one."""
    secret = {assignment.hidden_checks.name, chaffs.chaffs_path(assignment).name, "equivalent.toml"}
    for path in texts:
        if Path(path).name in secret:
            yield Leak(path, Path(path).name, str(assignment.solution_folder))


def _hidden_functions(assignment: Assignment) -> list[tuple[str, str]]:
    """Each hidden check's body as it is written, and where."""
    path = assignment.hidden_checks
    if not path.is_file():
        return []
    source = starter.read_source(path)
    functions = [node for node in parse(source, path).body if isinstance(node, ast.FunctionDef)]
    checks = [ast.get_source_segment(source, node) for node in functions if node.name.startswith("test_")]
    return [(text, str(path)) for text in checks if text]


def _secret_lines(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """The telling lines of solutions and chaffs, and where they stand."""
    for module, source in starter.reference_sources(assignment).items():
        path = starter.reference_path(assignment, module)
        lines = source.split("\n")
        for region in regions(source, path):
            yield from _telling(lines[region.begin : region.end - 1], str(path))
    for chaff in chaffs.load(assignment):
        for text in (chaff.body or "", *(edit.new for edit in chaff.edits)):
            yield from _telling(text.split("\n"), str(chaff.path))


def _telling(lines: Iterable[str], origin: str) -> Iterator[tuple[str, str]]:
    for line in dict.fromkeys(line.strip() for line in lines):
        if len(line) >= TELLING:
            yield line, origin


def _public(assignments: Iterable[Assignment], texts: Mapping[str, str]) -> Iterator[str]:
    """What anybody may read: the references outside the markers, given files, the engine."""
    for assignment in assignments:
        for module, source in starter.reference_sources(assignment).items():
            yield starter.starter_source(source, starter.reference_path(assignment, module))
        for name in assignment.given:
            start = assignment.folder / name
            for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
                yield starter.read_source(path)
    yield from (text for path, text in texts.items() if Path(path).parts[0] == "autograder")


def _searchable(path: str, text: str) -> str:
    """A file's text; of a notebook, its cells as one reads them."""
    if not path.endswith(".ipynb"):
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def _text(path: Path) -> str:
    """A released file's text; bytes that are no text hold no line to find."""
    return path.read_bytes().decode("utf-8", errors="replace")

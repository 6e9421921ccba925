"""A notebook from an assignment's starters: the same problems, a function a cell, the open checks one call away.

All modules of the assignment share the notebook's one namespace, so imports between them are left out.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.authoring.markers import parse, span
from autograder.authoring.outline import Piece, bound_names, is_main_block, is_own_import, outline
from autograder.course import Assignment, Problem
from autograder.errors import UserError
from autograder.text import Text

_REPEATABLE = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
COURSE = "LLM 101 · 一起入门大语言模型"
_HOW_TO = Text(
    en="Write your code in place of each `raise NotImplementedError(...)` and run its cell. The cell that closes a "
    "problem runs the problem's open checks; hidden checks follow when your work is graded. Hand in this notebook or "
    "the `.py` files.",
    zh="请把每一处 `raise NotImplementedError(...)` 换成你的代码，然后运行所在的单元格。每道题的最后一个单元格会"
    "运行该题的公开测试；正式评分时还有隐藏测试。提交时，交这份笔记本或者那些 `.py` 文件都可以。",
)


@dataclass
class _Section:
    """The cells between two headings; `problems` is empty for what stands above a module's first problem."""

    module: str
    problems: list[str]
    intro: str = ""
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class _Cell:
    """One cell before it has an id; `name` is what the id is made from."""

    kind: str
    name: str
    source: str


def notebook(assignment: Assignment, starters: Mapping[str, str]) -> str:
    """The notebook (nbformat 4.5) of the starters (module name -> text); the same starters give the same bytes.

    Raises UserError for what one namespace cannot hold (a name that two modules define differently, `import` of an own
    module), for a problem without a `# Problem` comment and for a comment that names no problem.
    """
    _check_one_namespace(assignment, starters)
    sections = [section for module in assignment.modules for section in _sections(assignment, module, starters[module])]
    _check_problems(assignment, sections)
    node = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": list(_with_ids(_cells(assignment, sections))),
    }
    return json.dumps(node, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sections(assignment: Assignment, module: str, source: str) -> list[_Section]:
    """A module's pieces, parted where a comment opens another problem."""
    path = f"{assignment.solution_folder / module}.py"
    found = [_Section(module, [], intro=ast.get_docstring(parse(source, path)) or "")]
    for piece in outline(source, path, assignment.modules):
        problems = list(dict.fromkeys(piece.opens + piece.holds))
        if not set(problems) <= set(found[-1].problems):
            found.append(_Section(module, problems))
        found[-1].pieces.append(piece)
    return found


def _check_problems(assignment: Assignment, sections: Iterable[_Section]) -> None:
    toml = assignment.folder / "assignment.toml"
    known = [problem.number for problem in assignment.problems]
    named = {number: section.module for section in sections for number in section.problems}
    for number, module in named.items():
        if number not in known:
            path = assignment.solution_folder / f"{module}.py"
            raise UserError(f"{path}: the comment `# Problem {number}` names no [[problems]] entry of {toml}")
    for number in known:
        if number not in named:
            raise UserError(
                f"{assignment.solution_folder}: no comment `# Problem {number}` says where problem {number} begins; "
                "write it, alone on a line, above the problem's first function"
            )


def _check_one_namespace(assignment: Assignment, starters: Mapping[str, str]) -> None:
    """Refuse a name that two modules bind to different things."""
    seen: dict[str, tuple[str, str]] = {}
    for module, source in starters.items():
        path = assignment.solution_folder / f"{module}.py"
        body = [node for node in parse(source, path).body if not is_main_block(node)]
        for name, text in bound_names(node for node in body if not is_own_import(node, assignment.modules)).items():
            other, before = seen.setdefault(name, (module, text))
            if other != module and before != text:
                raise UserError(
                    f"{path}: {name!r} is something else in {other}.py; in the notebook, where both share one "
                    "namespace, one would replace the other: rename it"
                )


def _cells(assignment: Assignment, sections: list[_Section]) -> Iterator[_Cell]:
    """The notebook's cells in order: title, then section after section, then all open checks."""
    problems = {problem.number: problem for problem in assignment.problems}
    last = {number: section for section in sections for number in section.problems}
    begun: set[str] = set()
    seen: set[str] = set()
    yield _title(assignment)
    yield from _future(sections)
    for section in sections:
        if section.intro:
            yield _Cell("markdown", section.module, _introduction(section))
        for number in section.problems:
            yield _heading(problems[number], continued=number in begun)
            begun.add(number)
        yield from _code(section.pieces, seen)
        for number in section.problems:
            if last[number] is section:
                yield _check(number)
    yield _Cell("markdown", "all-checks", "## All open checks · 全部公开测试")
    yield _Cell("code", "check-all", "from autograder.live import check\n\ncheck()")


def _title(assignment: Assignment) -> _Cell:
    lines = [
        f"# {assignment.title.en} · {assignment.title.zh}",
        f"*{COURSE}*",
        _HOW_TO.en,
        _HOW_TO.zh,
    ]
    return _Cell("markdown", "title", "\n\n".join(lines))


def _introduction(section: _Section) -> str:
    """The module's docstring as Markdown, its examples fenced."""
    paragraphs = re.split(r"\n{2,}", section.intro)
    shown = [f"```python\n{text}\n```" if text.lstrip().startswith(">>>") else text for text in paragraphs]
    return "\n\n".join([f"**`{section.module}.py`**", *shown])


def _heading(problem: Problem, continued: bool) -> _Cell:
    number, name = problem.number, f"problem-{problem.number}"
    if continued:
        return _Cell("markdown", name, f"## Problem {number}, continued · 第 {number} 题（续）")
    points = f"{problem.points:g}"
    unit = "point" if points == "1" else "points"
    worth = Text(en=f"{points} {unit}", zh=f"{points} 分")
    if problem.bonus:
        worth = Text(en=f"{points} bonus {unit}", zh=f"附加题，{points} 分")
    lines = [f"## Problem {number}: {problem.title.en} ({worth.en})"]
    if problem.read:
        lines.append(f"Read: {problem.read.en}")
    lines.append(f"**第 {number} 题：{problem.title.zh}（{worth.zh}）**")
    if problem.read:
        lines.append(f"阅读：{problem.read.zh}")
    return _Cell("markdown", name, "\n\n".join(lines))


def _future(sections: Iterable[_Section]) -> Iterator[_Cell]:
    """`from __future__` imports come first: Python allows them nowhere else."""
    pieces = [piece for section in sections for piece in section.pieces if piece.kind == "future"]
    lines = dict.fromkeys(line for piece in pieces for line in piece.source.split("\n"))
    if lines:
        yield _Cell("code", "future", "\n".join(lines))


def _code(pieces: Iterable[Piece], seen: set[str]) -> Iterator[_Cell]:
    """Code cells; an import or a constant that an earlier module has brought in already is left out."""
    for piece in pieces:
        source = piece.source if piece.kind == "definition" else _unseen(piece.source, seen)
        if source and piece.kind != "future":
            yield _Cell("code", piece.name, source)


def _unseen(source: str, seen: set[str]) -> str:
    """`source` without the imports and assignments in `seen`, which learns the rest; "" when no statement is left."""
    lines: list[str | None] = list(source.split("\n"))
    nodes = ast.parse(source).body
    repeated = [node for node in nodes if isinstance(node, _REPEATABLE) and ast.unparse(node) in seen]
    for node in repeated:
        first, last = span(node)
        lines[first - 1 : last] = [None] * (last - first + 1)
    seen.update(map(ast.unparse, nodes))
    if len(repeated) == len(nodes):
        return ""
    return "\n".join(line for line in lines if line is not None).strip("\n")


def _check(number: str) -> _Cell:
    return _Cell("code", f"check-{number}", f'from autograder.live import check\n\ncheck("{number}")')


def _with_ids(cells: Iterable[_Cell]) -> Iterator[dict[str, Any]]:
    """Cells as nbformat has them; ids are the cells' names, so that an unchanged cell keeps its id."""
    taken: set[str] = set()
    for cell in cells:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", cell.name)[:48].strip("-") or "cell"
        unique, count = stem, 1
        while unique in taken:
            count += 1
            unique = f"{stem}-{count}"
        taken.add(unique)
        node: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": unique,
            "metadata": {},
            "source": cell.source.splitlines(keepends=True),
        }
        yield {**node, "execution_count": None, "outputs": []} if cell.kind == "code" else node

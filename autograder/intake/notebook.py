"""From the cells of a notebook to the source of one module, without what only runs or shows things.

A notebook trains, prints, plots and tries things out between its definitions. A module made from it keeps the public
functions and classes, whatever they need (helpers, imports, constants), and other definitions that cost nothing.
Every line keeps its text; `place` finds the cell again.
"""

import ast
import keyword
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.markers import span
from autograder.intake import mishaps
from autograder.intake.cells import python_of
from autograder.intake.slicing import Piece, piece_of, wanted
from autograder.intake.source import parse
from autograder.text import Text

MAX_STATEMENTS = 10_000
"""Top-level statements of one notebook; people write a few hundred."""
MAX_NOTES = 20

_HEAD = "# Taken from the code cells of a notebook."
_CELL = "# %% cell "
_DEFINED = re.compile(r"^(?:async[ ]+def|def|class)[ ]+([^\W\d]\w*)", re.MULTILINE)


@dataclass(frozen=True)
class Extract:
    """A module's source, the names it defines, and notes on the cells that could not be used."""

    source: str
    names: frozenset[str] = frozenset()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Cell:
    """One cell: its Python, all statements in it, what they bind and need, and what is wrong with it.

    A cell that does not parse has no statements.
    """

    number: int
    python: str
    statements: tuple[ast.stmt, ...] = ()
    pieces: tuple[Piece, ...] = ()
    errors: tuple[SyntaxError, ...] = ()


def extract(sources: Sequence[str], *, exports: Collection[str] = (), own: Collection[str] = ()) -> Extract:
    """The source of a module that holds `exports` (every definition if none are named), from code cells in order.

    Later definitions win, as in a notebook. `own` are the modules that the source stands for: importing from them is
    left out. A cell that is not valid Python costs only itself; names that nothing else defines raise its error.

    >>> print(extract(["import math\\nx = 3", "def f():\\n    return x", "print(f())"]).source)
    # Taken from the code cells of a notebook.
    # %% cell 1
    import math
    x = 3
    # %% cell 2
    def f():
        return x
    # %% cell 3
    pass
    <BLANKLINE>
    """
    cells: list[_Cell] = []
    for number, source in enumerate(sources, start=1):
        cells.append(_read(number, source, MAX_STATEMENTS - sum(len(cell.statements) for cell in cells)))
    pieces = [piece for cell in cells for piece in cell.pieces]
    keep = wanted(pieces, exports, own)
    names = frozenset(name for piece in pieces if piece in keep for name in piece.defines)
    lines = [_HEAD, *_future(pieces)]
    for cell in cells:
        lines += [f"{_CELL}{cell.number}", _text(cell, keep)]
    lines += _broken(cells, names)
    notes = tuple(_note(cell.number, error) for cell in cells for error in cell.errors)[:MAX_NOTES]
    return Extract("\n".join(lines) + "\n", names, notes)


def modules_source(sources: Sequence[str], *, exports: Collection[str] = (), own: Collection[str] = ()) -> str:
    """The source that `extract` finds, for a live notebook's history."""
    return extract(sources, exports=exports, own=own).source


def place(source: bytes, line: int) -> tuple[int, int] | None:
    """The cell, and the line in it, of a line in a source made by `extract`; None for any other source."""
    lines = source.decode("utf-8", "replace").split("\n")[:line]
    if not lines or lines[0] != _HEAD:
        return None
    for back, text in enumerate(reversed(lines)):
        if text.startswith(_CELL) and text[len(_CELL) :].isdigit():
            return int(text[len(_CELL) :]), back
    return None


def _read(number: int, source: str, most: int) -> _Cell:
    """Parse one cell; a statement that cannot stand outside a function is left out of it."""
    python = python_of(source)
    try:
        tree = parse(python, f"cell {number}")
        if len(tree.body) > most:
            raise SyntaxError(f"more than {MAX_STATEMENTS} statements")
    except SyntaxError as error:
        return _Cell(number, python, errors=(error,))
    data = python.encode()
    starts = _line_starts(data)
    pieces: list[Piece] = []
    errors: list[SyntaxError] = []
    for node in tree.body:
        try:
            pieces.append(piece_of(node, data[slice(*_extent(starts, node))].decode()))
        except SyntaxError as error:
            errors.append(error)
    return _Cell(number, python, tuple(tree.body), tuple(pieces), tuple(errors))


def _future(pieces: Sequence[Piece]) -> Iterator[str]:
    """`from __future__` belongs above everything else."""
    names = dict.fromkeys(
        alias.name
        for piece in pieces
        if isinstance(piece.node, ast.ImportFrom) and piece.node.module == "__future__"
        for alias in piece.node.names
    )
    if names:
        yield f"from __future__ import {', '.join(names)}"


def _text(cell: _Cell, keep: Collection[Piece]) -> str:
    """A cell's Python, line by line: what is not kept becomes `pass`, a cell that does not parse a comment."""
    if not cell.statements and cell.errors:
        return "\n".join(f"# {line}" for line in cell.python.split("\n"))
    kept = {piece.node for piece in cell.pieces if piece in keep}
    data = cell.python.encode()
    starts = _line_starts(data)
    parts, at = [], 0
    for node in cell.statements:
        if node not in kept:
            start, end = _extent(starts, node)
            parts += [data[at:start], b"\n" * data.count(b"\n", start, end), b"pass"]
            at = end
    return b"".join([*parts, data[at:]]).decode()


def _line_starts(data: bytes) -> list[int]:
    return [0, *(found.end() for found in re.finditer(b"\n", data))]


def _extent(starts: Sequence[int], node: ast.stmt) -> tuple[int, int]:
    """Where a statement stands in its cell, as offsets of bytes; decorators belong to it."""
    first, last = span(node)
    start = starts[first - 1] + (node.col_offset if first == node.lineno else 0)
    return start, starts[last - 1] + (node.end_col_offset or 0)


def _broken(cells: Sequence[_Cell], names: Collection[str]) -> Iterator[str]:
    """Functions that raise the error of the cell that would have defined them, unless another cell does."""
    for cell in cells:
        if cell.statements or not cell.errors:
            continue
        message = f"cell {cell.number}, line {cell.errors[0].lineno or 1}: {cell.errors[0].msg}"
        for name in dict.fromkeys(_DEFINED.findall(cell.python)):
            if name not in names and not keyword.iskeyword(name):
                yield f"def {name}(*_, **__):\n    raise SyntaxError({message!a})"


def _note(number: int, error: SyntaxError) -> Text:
    reason = mishaps.syntax_text(error)
    line = error.lineno or 1
    return Text(
        en=f"cell {number}, line {line} was left out: {reason.en}", zh=f"单元 {number} 第 {line} 行未使用：{reason.zh}"
    )

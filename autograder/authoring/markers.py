"""Where a reference's solutions stand: the regions between `# BEGIN SOLUTION` and `# END SOLUTION`.

The markers are Otter-Grader's. A region holds whole statements of one block, so that what is left of the block
still reads, and compiles, as the author laid it out.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
_LIKE_A_MARKER = re.compile(r"#\W*(begin|end)\W+solution", re.IGNORECASE)


@dataclass(frozen=True)
class Region:
    """One solution: the lines of its markers (from 1), and the place it stands in.

    `owner` is the qualified name of the innermost function around it, or None at module or class level;
    `fills_block` says that nothing else would be left in its block.
    """

    begin: int
    end: int
    owner: str | None
    column: int
    fills_block: bool


@dataclass(frozen=True)
class _Place:
    """The statements of one block that lie inside a region."""

    block: Sequence[ast.stmt]
    inside: Sequence[ast.stmt]
    owner: str | None


def parse(source: str, path: Path | str) -> ast.Module:
    """The syntax tree of `source`; a syntax error is a UserError that names `path` and the line."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise UserError(f"{path}:{line}: this is not valid Python: {getattr(error, 'msg', error)}") from None


def comments(source: str) -> dict[int, str]:
    """The comments that have a line to themselves, by line number (from 1), with their indentation.

    >>> comments("x = 1  # one\\n# two\\n")
    {2: '# two'}
    """
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    alone = (token for token in tokens if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#"))
    return {token.start[0]: " " * token.start[1] + token.string.rstrip() for token in alone}


def regions(source: str, path: Path | str) -> tuple[Region, ...]:
    """The solution regions of `source`, in order.

    Raises UserError, with `path` and the line, for a marker without its partner or not alone on its line, and for a
    region that is empty or cuts through a statement (a `def` line inside, its body's end outside).
    """
    tree = parse(source, path)
    lines = source.split("\n")
    return tuple(_region(tree, lines, begin, end, path) for begin, end in _pairs(source, path))


def _pairs(source: str, path: Path | str) -> Iterator[tuple[int, int]]:
    """The line numbers of each pair of markers."""
    _refuse_near_misses(source, path)
    open_at: int | None = None
    for line, comment in comments(source).items():
        if comment.strip() == BEGIN:
            if open_at is not None:
                raise UserError(
                    f"{path}:{line}: {BEGIN} inside the region that began in line {open_at}; end that first"
                )
            open_at = line
        elif comment.strip() == END:
            if open_at is None:
                raise UserError(f"{path}:{line}: {END} without a {BEGIN} above it")
            yield open_at, line
            open_at = None
    if open_at is not None:
        raise UserError(f"{path}:{open_at}: {BEGIN} without an {END} below it")


def _refuse_near_misses(source: str, path: Path | str) -> None:
    """A misspelt marker would hand the solution to the students."""
    alone = comments(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or not _LIKE_A_MARKER.match(token.string):
            continue
        line = token.start[0]
        if alone.get(line, "").strip() not in (BEGIN, END):
            raise UserError(f"{path}:{line}: write the marker as `{BEGIN}` or `{END}`, alone on its line")


def _region(tree: ast.Module, lines: Sequence[str], begin: int, end: int, path: Path | str) -> Region:
    places = list(_places(tree.body, (), None, begin, end))
    if not places:
        raise UserError(f"{path}:{begin}: the region holds no whole statement")
    covered = {
        line for place in places for node in place.inside for line in range(_first_line(node), _last_line(node) + 1)
    }
    for line in range(begin + 1, end):
        text = lines[line - 1].strip()
        if line not in covered and text and not text.startswith("#"):
            raise UserError(f"{path}:{line}: the region from line {begin} cuts through a statement here: {text}")
    if len(places) > 1:
        raise UserError(f"{path}:{begin}: the region reaches from one block into another; give each its own markers")
    place = places[0]
    return Region(begin, end, place.owner, place.inside[0].col_offset, len(place.inside) == len(place.block))


def _places(
    block: Sequence[ast.stmt], names: tuple[str, ...], owner: str | None, begin: int, end: int
) -> Iterator[_Place]:
    """The blocks that have statements between the lines `begin` and `end`, without those inside such a statement."""
    inside = [node for node in block if begin < _first_line(node) and _last_line(node) < end]
    if inside:
        yield _Place(block, inside, owner)
    for node in block:
        if node in inside or _last_line(node) < begin or _first_line(node) > end:
            continue
        inner_names, inner_owner = names, owner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner_names = (*names, node.name)
            inner_owner = None if isinstance(node, ast.ClassDef) else ".".join(inner_names)
        for child in child_blocks(node):
            yield from _places(child, inner_names, inner_owner, begin, end)


def child_blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly below `node`: bodies, else branches, handlers, cases."""
    for _, value in ast.iter_fields(node):
        if not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value[0], ast.ExceptHandler | ast.match_case):
            for part in value:
                yield part.body


def _first_line(node: ast.stmt) -> int:
    """The line a statement begins in, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def span(node: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement (from 1, both included), decorators included."""
    return _first_line(node), _last_line(node)

"""A module's top-level pieces, in order: what becomes a cell when the module becomes a notebook.

A comment `# Problem 2` alone on its line opens problem 2 for the pieces below it; inside a class or function it says
that this piece belongs to that problem as well.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.markers import child_blocks, comments, parse, span
from autograder.errors import UserError

_PROBLEM = re.compile(r"# Problem (\w+)\s*")


@dataclass(frozen=True)
class Piece:
    """One function or class, or a run of imports ("import") or other statements ("code").

    `opens` are the problems that a comment above it opens, `holds` those that a comment inside it adds.
    """

    kind: str
    name: str
    source: str
    opens: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


def outline(source: str, path: str, own_modules: Collection[str] = ()) -> list[Piece]:
    """The pieces of a module, without its docstring, its main block and its imports from `own_modules`.

    Raises UserError for an import of an own module that cannot be dropped (`import sgd`, `from sgd import f as g`, or
    one inside a function) and for two statements on one line.
    """
    tree = parse(source, path)
    dropped = {node for node in tree.body if _is_droppable(node, path, own_modules)}
    _refuse_inner_imports(tree, path, own_modules)
    return list(_merged(_statements(tree, source, path, dropped)))


def bound_names(block: Iterable[ast.stmt]) -> dict[str, str]:
    """The names that statements bind at their own level, branches included, and the code that binds each."""
    names: dict[str, str] = {}
    for node in block:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = ast.unparse(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                names[name] = f"{getattr(node, 'module', None)}: {alias.name if alias.asname else name}"
        else:
            parts = (part for part in ast.walk(node) if isinstance(part, ast.Name))
            names.update({part.id: ast.unparse(node) for part in parts if isinstance(part.ctx, ast.Store)})
            for child in child_blocks(node):
                names.update(bound_names(child))
    return names


def is_main_block(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def is_own_import(node: ast.stmt, own_modules: Collection[str]) -> bool:
    """Whether a statement imports one of the assignment's own modules, or from one."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in own_modules
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] in own_modules for alias in node.names)


def _is_droppable(node: ast.stmt, path: str, own_modules: Collection[str]) -> bool:
    if not is_own_import(node, own_modules):
        return is_main_block(node)
    if isinstance(node, ast.Import) or any(alias.asname for alias in getattr(node, "names", ())):
        raise UserError(
            f"{path}:{node.lineno}: write `from module import name` for an own module: a notebook has one namespace, "
            "so the line is dropped there and the names must stay what they are"
        )
    return True


def _refuse_inner_imports(tree: ast.Module, path: str, own_modules: Collection[str]) -> None:
    top = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node not in top and is_own_import(node, own_modules):
            raise UserError(f"{path}:{node.lineno}: import own modules at the top of the file, outside every block")


def _statements(tree: ast.Module, source: str, path: str, dropped: Collection[ast.stmt]) -> Iterator[Piece]:
    """One piece a statement, with the comments above it; what a dropped one opens passes to the next."""
    lines = source.split("\n")
    alone = comments(source)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    done = span(tree.body[0])[1] if len(body) < len(tree.body) else 0
    pending: tuple[str, ...] = ()
    for position, node in enumerate(body):
        first, last = span(node)
        if first <= done:
            raise UserError(f"{path}:{first}: write one statement a line")
        limit = span(body[position + 1])[0] if position + 1 < len(body) else len(lines) + 1
        last = _with_trailing_comments(alone, last, limit)
        above, within = range(done + 1, first), range(first, last + 1)
        pending += tuple(_announced(alone, above))
        kept = [
            lines[line - 1] for line in range(done + 1, last + 1) if not (line in above and _is_problem(alone, line))
        ]
        done = last
        if node not in dropped:
            yield Piece(_kind(node), _name(node), "\n".join(kept), pending, tuple(_announced(alone, within)))
            pending = ()


def _with_trailing_comments(alone: dict[int, str], last: int, limit: int) -> int:
    """The last line of a statement whose block ends in comments: they are indented, so they are its own."""
    indented = [line for line in alone if last < line < limit and alone[line].startswith(" ")]
    return max([last, *indented])


def _is_problem(alone: dict[int, str], line: int) -> bool:
    return _PROBLEM.fullmatch(alone.get(line, "").strip()) is not None


def _announced(alone: dict[int, str], lines: Iterable[int]) -> Iterator[str]:
    """The problems named by the comments in these lines."""
    for line in lines:
        match = _PROBLEM.fullmatch(alone.get(line, "").strip())
        if match:
            yield match[1]


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "definition"
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return "future"
    return "import" if isinstance(node, ast.Import | ast.ImportFrom) else "code"


def _name(node: ast.stmt) -> str:
    names = bound_names([node])
    return next(iter(names), "code")


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbouring imports as one piece, neighbouring other statements as one; a function or class stays alone."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        joins = runs and piece.kind == runs[-1][-1].kind != "definition" and not piece.opens
        if joins:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    for run in runs:
        name = run[0].kind if run[0].kind in ("import", "future") else run[0].name
        yield Piece(run[0].kind, name, _joined(run), run[0].opens, tuple(p for piece in run for p in piece.holds))


def _joined(run: Sequence[Piece]) -> str:
    return "\n".join(piece.source for piece in run).strip("\n")

"""Which top-level statements a set of definitions needs: a slice of a notebook, found without running it."""

import ast
import builtins
import symtable
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.outline import is_main_block, is_own_import
from autograder.intake.source import refuse_outside_functions, running

_MUTATORS = frozenset({"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "register"})
_MUTATORS |= {"remove", "reverse", "setdefault", "sort", "update"}
_HARMLESS_PACKAGES = sys.stdlib_module_names | {"numpy"}
_NOT_FOR_MODULES = frozenset({"autograder", "pytest"})
_DYNAMIC = frozenset({"eval", "exec", "globals"})
_COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Import = ast.Import | ast.ImportFrom
_Loop = ast.For | ast.AsyncFor | ast.While


@dataclass(frozen=True, eq=False)
class Piece:
    """One top-level statement of a cell.

    `binds` and `mutates`: names; `now`: names that running it reads; `later`: names that calling what it defines reads;
    `calls`: the functions ("f") and methods (".f") that running it calls.
    """

    node: ast.stmt
    binds: frozenset[str]
    mutates: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]
    calls: frozenset[str]

    @property
    def defines(self) -> frozenset[str]:
        """The names it binds, unless by importing them."""
        return frozenset() if isinstance(self.node, _Import) else self.binds


def piece_of(node: ast.stmt, text: str) -> Piece:
    """What a statement, whose source is `text`, binds and reads.

    Raises SyntaxError for what only a function may do (`return`, `await`).
    """
    running_now = tuple(running(node))
    refuse_outside_functions(running_now)
    try:
        table = symtable.symtable(text, "<cell>", "exec")
    except (RecursionError, MemoryError, ValueError):
        raise SyntaxError("too deeply nested") from None
    later: set[str] = set()
    now = {name.get_name() for name in table.get_symbols() if name.is_referenced()} | _inner(table, later)
    binds = frozenset(n.get_name() for n in table.get_symbols() if n.is_assigned() or n.is_imported())
    mutates, calls = frozenset(_mutated(running_now)), frozenset(_called(running_now))
    return Piece(node, binds, mutates, frozenset(now), frozenset(later), calls)


def _inner(table: symtable.SymbolTable, later: set[str]) -> set[str]:
    """The module's names that scopes inside `table` read when it runs; those read by its functions go to `later`."""
    now: set[str] = set()
    for child in table.get_children():
        read = {name.get_name() for name in child.get_symbols() if name.is_global() and name.is_referenced()}
        if child.get_type() == "function" and child.get_name() not in _COMPREHENSIONS:
            later |= read | _inner(child, later)
        else:
            now |= read | _inner(child, later)
    return now


def _mutated(parts: Iterable[ast.AST]) -> Iterator[str]:
    """Names whose object a statement changes in place: `d[k] = v`, `C.f = g`, `d.update(e)`, `n += 1`."""
    for part in parts:
        if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store | ast.Del):
            yield from _root(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in _MUTATORS:
            yield from _root(part.func)
        elif isinstance(part, ast.AugAssign):
            yield from _root(part.target)


def _called(parts: Iterable[ast.AST]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield f".{part.func.attr}"


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def wanted(pieces: Sequence[Piece], exports: Collection[str], own: Collection[str]) -> frozenset[Piece]:
    """The pieces that a module with the names `exports` is made of; all definitions are its aim if it defines none.

    What they need is kept, whatever it costs, except loops and changes that run the student's own functions: those
    train or try out. Beyond that, imports and definitions stay which can do no harm.
    """
    usable = [piece for piece in pieces if not _is_for_the_notebook(piece.node, own)]
    functions = _functions(usable)
    makers: dict[str, list[Piece]] = {}
    for piece in usable:
        for name in piece.binds | piece.mutates:
            makers.setdefault(name, []).append(piece)
    keep = {piece for piece in usable if _is_star(piece.node)}
    waiting = list(exports) if makers.keys() & set(exports) else _definitions(usable)
    if _DYNAMIC & {name for piece in usable for name in piece.later}:
        waiting += [
            name for p in usable if isinstance(p.node, ast.Assign) and not p.calls & functions for name in p.binds
        ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = {piece for piece in makers.get(name, ()) if piece not in keep and _serves(piece, name, functions)}
        keep |= found
        waiting.extend(needed for piece in found for needed in piece.now | piece.later)
    return frozenset(keep | _harmless(usable, keep, functions))


def _definitions(pieces: Sequence[Piece]) -> list[str]:
    return [name for piece in pieces if isinstance(piece.node, _Definition) for name in piece.binds]


def _is_star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _is_for_the_notebook(node: ast.stmt, own: Collection[str]) -> bool:
    """Main blocks, imports of the modules that the notebook itself stands for, imports of the grader."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return True
    return is_main_block(node) or is_own_import(node, {*own, *_NOT_FOR_MODULES})


def _functions(pieces: Sequence[Piece]) -> frozenset[str]:
    """The names of the student's functions and methods; calling one may take long."""
    names = {"input"}
    for piece in pieces:
        if isinstance(piece.node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(piece.node.name)
        elif isinstance(piece.node, ast.ClassDef):
            names.update(f".{part.name}" for part in piece.node.body if isinstance(part, ast.FunctionDef))
    return frozenset(names)


def _serves(piece: Piece, name: str, functions: frozenset[str]) -> bool:
    """Whether a statement makes, or cheaply changes, the object that `name` stands for."""
    if isinstance(piece.node, ast.Delete):
        return False
    if name in piece.binds and not isinstance(piece.node, _Loop | ast.AugAssign):
        return True
    return not piece.calls & functions


def _harmless(pieces: Sequence[Piece], keep: set[Piece], functions: frozenset[str]) -> set[Piece]:
    """Further definitions, in order, whose defining needs nothing but what is there; imports that always work."""
    there = set(dir(builtins))
    more: set[Piece] = set()
    for piece in pieces:
        node = piece.node
        if piece in keep or (isinstance(node, _Import) and _is_always_there(node)):
            ok = True
        else:
            ok = isinstance(node, _Definition) and piece.now <= there and not piece.calls & functions
        if ok:
            more.add(piece)
            there |= piece.binds
    return more


def _is_always_there(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").split(".")[0] in _HARMLESS_PACKAGES
    return all(alias.name.split(".")[0] in _HARMLESS_PACKAGES for alias in node.names)

"""Chaffs: wrong solutions on purpose, each a small change to the reference and a hint for whoever makes that mistake.

`solutions/<name>/chaffs.toml` holds them. A chaff proves that the checks catch its mistake, and lends its hint to a
submission that behaves like it (Wrenn & Krishnamurthi, "Executable Examples for Programming Problem Comprehension",
ICER 2019).
"""

import ast
import functools
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.authoring.markers import child_blocks, parse, span
from autograder.authoring.starter import reference_sources
from autograder.course import Assignment
from autograder.errors import UserError
from autograder.text import Text

_KEYS = {"id", "problem", "module", "function", "body", "replace", "hint"}
_EDIT_KEYS = {"old", "new", "module", "function"}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Edit:
    """One replacement: `old`, found exactly once in the module (in `function`, if that is given), becomes `new`."""

    module: str
    old: str
    new: str
    function: str | None = None


@dataclass(frozen=True)
class Chaff:
    """One mistake: either `edits`, or a `body` that stands in place of `function` ("softmax", "Model.forward")."""

    id: str
    problem: str
    module: str
    hint: Text
    edits: tuple[Edit, ...] = ()
    function: str | None = None
    body: str | None = None
    path: Path = field(default=Path("chaffs.toml"), compare=False)


def chaffs_path(assignment: Assignment) -> Path:
    """Where the assignment's chaffs are written."""
    return assignment.solution_folder / "chaffs.toml"


def load(assignment: Assignment) -> tuple[Chaff, ...]:
    """The assignment's chaffs, in the file's order; none when there is no such file (a release has none).

    Raises UserError, naming the file and the chaff, for a mistake in the file, for a chaff that no longer applies to
    the reference and for two that make the same change.
    """
    path = chaffs_path(assignment)
    if not path.is_file():
        return ()
    chaffs = tuple(_chaff(path, entry, assignment) for entry in _entries(path))
    sources = reference_sources(assignment)
    by_id: dict[str, Chaff] = {}
    by_change: dict[tuple[str, ...], Chaff] = {}
    for chaff in chaffs:
        if by_id.setdefault(chaff.id, chaff) is not chaff:
            raise _error(path, chaff.id, "has the id of an earlier chaff; ids are unique in an assignment")
        change = tuple(_changed(chaff, sources).values())
        twin = by_change.setdefault(change, chaff)
        if twin is not chaff:
            raise _error(path, chaff.id, f"makes the same change as {twin.id!r}; keep one of them")
    return chaffs


def apply(chaff: Chaff, sources: Mapping[str, str]) -> dict[str, str]:
    """The module sources (module name -> text) with the chaff's mistake in them; all modules, changed or not.

    Raises UserError when the chaff does not apply, does not compile, or leaves the program what it was.

    >>> chaff = Chaff("sign", "1", "m", Text("", ""), edits=(Edit("m", "-x", "x"),))
    >>> apply(chaff, {"m": "def f(x): return -x", "n": "y = 1"})
    {'m': 'def f(x): return x', 'n': 'y = 1'}
    """
    return {**sources, **_applied(chaff, tuple(sources.items()))}


@functools.lru_cache(maxsize=512)
def _applied(chaff: Chaff, reference: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The changed modules, proven to be a change; a chaff is applied for its hint, its answers and its proof."""
    sources = dict(reference)
    changed = _changed(chaff, sources)
    for text in changed.values():
        _check_syntax(chaff, text)
    if all(_program(text) == _program(sources[module]) for module, text in changed.items()):
        raise _error(chaff.path, chaff.id, "leaves the reference as it is (comments and docstrings apart)")
    return changed


def _changed(chaff: Chaff, sources: Mapping[str, str]) -> dict[str, str]:
    """The texts of the modules that the chaff touches, not compiled yet."""
    if chaff.body is not None and chaff.function is not None:
        return {chaff.module: _with_body(chaff, chaff.function, chaff.body, sources[chaff.module])}
    modules = dict.fromkeys(edit.module for edit in chaff.edits)
    return {module: _with_edits(chaff, module, sources[module]) for module in modules}


def _with_edits(chaff: Chaff, module: str, source: str) -> str:
    """All the chaff's edits of one module; each is looked for in the reference, not in what the others leave."""
    places = [(_place(chaff, edit, source), edit) for edit in chaff.edits if edit.module == module]
    text, done = "", 0
    for start, edit in sorted(places, key=lambda place: place[0]):
        if start < done:
            raise _error(chaff.path, chaff.id, f"replaces texts of {module}.py that overlap, at {_shown(edit.old)}")
        text += source[done:start] + edit.new
        done = start + len(edit.old)
    return text + source[done:]


def _place(chaff: Chaff, edit: Edit, source: str) -> int:
    """Where the edit's text begins in `source`."""
    scope, offset, where = source, 0, f"{edit.module}.py"
    if edit.function is not None:
        first, last, _ = _find_function(chaff, edit.module, edit.function, source)
        lines = [line + "\n" for line in source.split("\n")]
        scope, offset = "".join(lines[first - 1 : last]), len("".join(lines[: first - 1]))
        where += f", {edit.function}"
    count = scope.count(edit.old)
    if count != 1:
        problem = f"no longer applies to {where}: its text {_shown(edit.old)} occurs {count} times"
        raise _error(chaff.path, chaff.id, problem)
    return offset + scope.index(edit.old)


def _with_body(chaff: Chaff, function: str, body: str, source: str) -> str:
    first, last, column = _find_function(chaff, chaff.module, function, source)
    name = function.split(".")[-1]
    body = textwrap.dedent(body).strip("\n")
    tree = parse(body, f"{chaff.path}: chaff {chaff.id!r}: body")
    if name not in {getattr(node, "name", None) for node in tree.body}:
        raise _error(chaff.path, chaff.id, f"has a `body` that does not define {name!r}")
    lines = source.split("\n")
    return "\n".join([*lines[: first - 1], textwrap.indent(body, " " * column), *lines[last:]])


def _find_function(chaff: Chaff, module: str, function: str, source: str) -> tuple[int, int, int]:
    """First line, last line and column of a function or method, its decorators included."""
    found = list(_definitions(_reference_tree(source, f"{module}.py").body, function.split(".")))
    if len(found) != 1:
        problem = f"no longer applies to {module}.py: {function!r} is defined {len(found)} times"
        raise _error(chaff.path, chaff.id, problem)
    return (*span(found[0]), found[0].col_offset)


def _definitions(block: list[ast.stmt], names: list[str]) -> Iterator[ast.stmt]:
    """The functions and classes of a qualified name, under `if` and `try` too."""
    for node in block:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == names[0]:
                yield from _definitions(node.body, names[1:]) if len(names) > 1 else [node]
        else:
            for child in child_blocks(node):
                yield from _definitions(child, names)


@functools.cache
def _reference_tree(source: str, name: str) -> ast.Module:
    """The syntax tree of a module of the reference, made once for all its chaffs; only to be read."""
    return parse(source, name)


def _check_syntax(chaff: Chaff, source: str) -> None:
    try:
        compile(source, "<chaff>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "text", None) or ""
        raise _error(chaff.path, chaff.id, f"does not compile: {error.args[0]}, at {_shown(line.strip())}") from None


@functools.lru_cache(maxsize=16)
def _program(source: str) -> str:
    """What a module does: its syntax tree without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[:1]
            if first and isinstance(first[0], ast.Expr) and isinstance(first[0].value, ast.Constant):
                del node.body[0]
    return ast.dump(tree)


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid TOML: {error}") from None
    for key in sorted(set(data) - {"chaff"}):
        raise UserError(f"{path}: unknown key {key!r}; the file holds [[chaff]] tables only")
    entries = data.get("chaff", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UserError(f"{path}: write chaffs as [[chaff]] tables")
    return entries


def _chaff(path: Path, entry: Mapping[str, Any], assignment: Assignment) -> Chaff:
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise UserError(
            f'{path}: every chaff has an id of lower-case words with hyphens ("sum-not-mean"), not {name!r}'
        )
    _only_known(path, name, "", entry, _KEYS)
    function = _string(path, name, entry, "function") if "function" in entry else None
    module = _module(path, name, entry, assignment)
    problem = _string(path, name, entry, "problem")
    if problem not in {known.number for known in assignment.problems}:
        raise _error(path, name, f"belongs to problem {problem!r}, which is not in the assignment.toml")
    if ("body" in entry) == ("replace" in entry):
        raise _error(path, name, "needs either `replace`, or `function` and `body`")
    if "body" in entry and function is None:
        raise _error(path, name, "has a `body` but no `function`, the name of what it replaces")
    return Chaff(
        id=name,
        problem=problem,
        module=module,
        hint=_hint(path, name, entry.get("hint")),
        edits=_edits(path, name, entry["replace"], module, function, assignment) if "replace" in entry else (),
        function=function,
        body=_string(path, name, entry, "body") if "body" in entry else None,
        path=path,
    )


def _edits(
    path: Path, name: str, entries: object, module: str, function: str | None, assignment: Assignment
) -> tuple[Edit, ...]:
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise _error(path, name, 'needs a list as `replace`: [{ old = "...", new = "..." }]')
    edits = []
    for entry in entries:
        _only_known(path, name, "replace.", entry, _EDIT_KEYS)
        target = _module(path, name, entry, assignment) if "module" in entry else module
        within = function if target == module else None
        if "function" in entry:
            within = _string(path, name, entry, "function")
        new = entry.get("new")
        if not isinstance(new, str):
            raise _error(path, name, "has a replacement without `new`, the text that takes the place of `old`")
        edits.append(Edit(target, _string(path, name, entry, "old"), new, within))
    return tuple(edits)


def _module(path: Path, name: str, entry: Mapping[str, Any], assignment: Assignment) -> str:
    module = _string(path, name, entry, "module")
    if module not in assignment.modules:
        raise _error(path, name, f"is about module {module!r}, which is not one of {', '.join(assignment.modules)}")
    return module


def _hint(path: Path, name: str, value: object) -> Text:
    texts = value if isinstance(value, dict) else {}
    _only_known(path, name, "hint.", texts, {"en", "zh"})
    for language in ("en", "zh"):
        text = texts.get(language)
        if not isinstance(text, str) or not text.strip():
            raise _error(path, name, f'lacks the hint in `{language}`; write hint = {{ en = "...", zh = "..." }}')
    return Text(en=texts["en"].strip(), zh=texts["zh"].strip())


def _string(path: Path, name: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _error(path, name, f"needs `{key}`, a text")
    return value


def _only_known(path: Path, name: str, where: str, entry: Mapping[str, Any], known: set[str]) -> None:
    for key in sorted(set(entry) - known):
        raise _error(path, name, f"has an unknown key '{where}{key}' (known: {', '.join(sorted(known))})")


def _shown(text: str) -> str:
    first = text.strip().split("\n")[0]
    return repr(first if len(first) <= 60 else first[:57] + "...")


def _error(path: Path, name: str, problem: str) -> UserError:
    """`problem` is what the chaff does wrong, as a verb phrase."""
    return UserError(f"{path}: chaff {name!r} {problem}")

"""Mutants of the reference: small changes that cosmic-ray's operators make inside the solution markers."""

import ast
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring import starter
from autograder.authoring.markers import parse, regions
from autograder.course import Assignment
from autograder.errors import UserError


@dataclass(frozen=True)
class Mutant:
    """One change: `old` lines of `function` became `new` ones; `source` is the whole module with it."""

    module: str
    function: str
    line: int
    old: str
    new: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies a mutant in equivalent.toml: it survives edits elsewhere in the file."""
        return (self.module, self.function, self.old, self.new)

    @property
    def diff(self) -> str:
        """The change as a unified diff's lines, with where it is."""
        lines = [f"{self.module}.py:{self.line} in {self.function}"]
        lines += [f"- {line}" for line in self.old.splitlines()] + [f"+ {line}" for line in self.new.splitlines()]
        return "\n".join(lines)


def mutants(assignment: Assignment) -> list[Mutant]:
    """Every mutant of the reference, each change once, in the order of the lines.

    Raises:
        UserError: cosmic-ray is not installed.
    """
    try:
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError:
        raise UserError("mutation needs cosmic-ray: pip install 'llm101-assignments[dev]'") from None
    found: dict[tuple[str, int, str], Mutant] = {}
    for module, source in starter.reference_sources(assignment).items():
        for name in sorted(operator_names()):
            kind = get_operator(name)
            if kind.arguments():  # those that need to be told which variables to confuse
                continue
            for mutant in _of_operator(module, source, kind()):
                found.setdefault((mutant.module, mutant.line, mutant.new), mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.module, mutant.line, mutant.new))


def _of_operator(module: str, source: str, operator: object) -> Iterator[Mutant]:
    from cosmic_ray.mutating import mutate_code

    occurrence = 0
    while (mutated := mutate_code(source, operator, occurrence)) is not None:
        occurrence += 1
        mutant = _mutant(module, source, mutated)
        if mutant is not None and _compiles(mutated):
            yield mutant


def _mutant(module: str, source: str, mutated: str) -> Mutant | None:
    """The change between two sources, if it is inside the solution markers."""
    before, after = source.splitlines(), mutated.splitlines()
    if before == after:
        return None
    first = _alike(before, after)
    tail = min(_alike(before[::-1], after[::-1]), len(before) - first - 1, len(after) - first)
    last = len(before) - tail
    around = [one for one in regions(source, module) if one.begin < first + 1 and last < one.end]
    if not around:
        return None
    return Mutant(
        module=module,
        function=_function_at(source, first + 1),
        line=first + 1,
        old=_stripped(before[first:last]),
        new=_stripped(after[first : len(after) - tail]),
        source=mutated,
    )


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines the two begin with in common."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _function_at(source: str, line: int) -> str:
    """The outermost function, or class and method, that holds `line`; "" at module level."""
    names = []
    body: list[ast.stmt] = parse(source, "reference").body
    while found := [node for node in body if isinstance(node, _DEFINITIONS) and node.lineno <= line <= _end(node)]:
        names.append(found[0].name)
        if not isinstance(found[0], ast.ClassDef):
            break
        body = found[0].body
    return ".".join(names)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _stripped(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of `x is 1`, one of the operators' changes
            compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def equivalents(assignment: Assignment) -> dict[tuple[str, str, str, str], str]:
    """The mutants that change nothing, by their keys, with the reason; from `solutions/<name>/equivalent.toml`."""
    path = assignment.solution_folder / "equivalent.toml"
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
        return {(one["module"], one["function"], one["old"], one["new"]): one["reason"] for one in entries}
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UserError(f"{path}: each [[mutant]] has module, function, old, new and reason ({error})") from None

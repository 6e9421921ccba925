"""Starters from references: what a student receives is generated, never written twice.

Every solution region becomes `raise NotImplementedError("<function>")`; the files are committed beside the
assignment.toml, and `drift` finds those that no longer match.
"""

from collections.abc import Mapping
from pathlib import Path

from autograder.authoring import notebook_writer
from autograder.authoring.markers import Region, parse, regions
from autograder.authoring.outline import bound_names
from autograder.course import Assignment
from autograder.errors import UserError


def starter_source(source: str, path: Path | str = "<reference>") -> str:
    """`source` with its solutions taken out.

    The first region of a function becomes `raise NotImplementedError("<qualified name>")`, its further regions and
    those at module or class level go. Raises UserError, with `path` and the line, for what `markers.regions` refuses
    and for a starter that does not compile.

    >>> print(starter_source('''def double(x):
    ...     # BEGIN SOLUTION
    ...     return 2 * x
    ...     # END SOLUTION
    ... '''), end="")
    def double(x):
        raise NotImplementedError("double")
    """
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = source.split("\n")
    found = regions(source, path)
    for position in reversed(range(len(found))):
        region = found[position]
        raises_already = region.owner in {earlier.owner for earlier in found[:position]}
        if region.owner is None or (raises_already and not region.fills_block):
            _remove(lines, region)
        else:
            lines[region.begin - 1 : region.end] = [f'{" " * region.column}raise NotImplementedError("{region.owner}")']
    starter = "\n".join(lines).strip("\n") + "\n"
    _check_compiles(starter, path)
    return starter


def _remove(lines: list[str], region: Region) -> None:
    """Take the region's lines out, leaving as many blank lines as stood on its wider side."""
    start, stop = region.begin - 1, region.end
    before = after = 0
    while start - before > 0 and not lines[start - before - 1].strip():
        before += 1
    while stop + after < len(lines) and not lines[stop + after].strip():
        after += 1
    lines[start - before : stop + after] = [""] * max(before, after)


def _check_compiles(starter: str, path: Path | str) -> None:
    try:
        compile(starter, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        text = starter.split("\n")[(error.lineno or 1) - 1].strip()
        raise UserError(f"{path}: without its solutions the file does not compile: {error.msg}, at: {text}") from None


def read_source(path: Path) -> str:
    """The text of a Python file, with "\\n" line ends."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; the assignment.toml lists it under modules") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: save this file as UTF-8 ({error.reason} at byte {error.start})") from None


def reference_path(assignment: Assignment, module: str) -> Path:
    """Where the reference of `module` is written."""
    return assignment.solution_folder / f"{module}.py"


def reference_sources(assignment: Assignment) -> dict[str, str]:
    """The text of every reference module, by module name."""
    return {module: read_source(reference_path(assignment, module)) for module in assignment.modules}


def notebook_path(assignment: Assignment) -> Path:
    """Where the assignment's notebook is written."""
    return assignment.folder / f"{assignment.name}.ipynb"


def generated(assignment: Assignment) -> dict[Path, str]:
    """Every file that comes from the reference, with the text it must have: a starter a module, and the notebook."""
    starters = {
        module: starter_source(source, reference_path(assignment, module))
        for module, source in reference_sources(assignment).items()
    }
    _check_exports(assignment, starters)
    files = {assignment.folder / f"{module}.py": text for module, text in starters.items()}
    return {**files, notebook_path(assignment): notebook_writer.notebook(assignment, starters)}


def _check_exports(assignment: Assignment, starters: Mapping[str, str]) -> None:
    """A public name that stands inside a module-level region would vanish from the starter."""
    toml = assignment.folder / "assignment.toml"
    for module, names in assignment.exports.items():
        if module not in starters:
            raise UserError(f"{toml}: exports names the module {module!r}, which is not in modules")
        path = reference_path(assignment, module)
        present = bound_names(parse(starters[module], path).body)
        for name in names:
            if name not in present:
                raise UserError(
                    f"{path}: the starter would lack the exported name {name!r}; keep it outside the markers"
                )


def write(assignment: Assignment) -> list[Path]:
    """Write what `generated` gives; the paths whose content changed."""
    changed = drift(assignment)
    for path, text in generated(assignment).items():
        if path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    return changed


def drift(assignment: Assignment) -> list[Path]:
    """The generated files whose committed bytes are not what the reference gives, missing ones included."""
    return [
        path for path, text in generated(assignment).items() if not path.is_file() or path.read_bytes() != text.encode()
    ]

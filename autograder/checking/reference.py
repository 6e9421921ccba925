"""The reference solution, imported apart: reachable through the `reference` fixture, invisible to a plain import."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from autograder.course import Assignment
from autograder.errors import UserError
from autograder.student.payload import REFERENCE_PACKAGE


class Reference:
    """`reference.<module>`: the real modules of `solutions/<name>/`."""

    def __init__(self, modules: dict[str, ModuleType]) -> None:
        self.__dict__.update(modules)

    @classmethod
    def of(cls, assignment: Assignment) -> "Reference":
        """The reference of `assignment`, imported once a process.

        Raises:
            UserError: the course holds no solution, as a release does not.
        """
        if assignment.solution_folder not in _loaded:
            _loaded[assignment.solution_folder] = cls._import(assignment)
        return _loaded[assignment.solution_folder]

    @classmethod
    def _import(cls, assignment: Assignment) -> "Reference":
        if not assignment.solution_folder.is_dir():
            raise UserError(f"{assignment.solution_folder}: not there; hidden checks need the reference solution")
        with _importable(assignment):
            return cls({name: _load(assignment, name) for name in assignment.modules})


_loaded: dict[Path, Reference] = {}


@contextmanager
def _importable(assignment: Assignment) -> Iterator[None]:
    """The reference's folder and the given files on `sys.path`; afterwards none of their names in `sys.modules`."""
    folders = [assignment.solution_folder, assignment.folder]
    path, known = sys.path[:], dict(sys.modules)
    for name in list(sys.modules):
        if name.split(".")[0] in (*assignment.modules, *assignment.given):
            del sys.modules[name]
    sys.path[:0] = map(str, folders)
    try:
        yield
    finally:
        sys.path[:] = path
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            ours = isinstance(file, str) and any(Path(file).is_relative_to(folder) for folder in folders)
            if ours and not name.startswith(REFERENCE_PACKAGE) and known.get(name) is not module:
                del sys.modules[name]
        sys.modules.update({name: module for name, module in known.items() if name not in sys.modules})


def _load(assignment: Assignment, name: str) -> ModuleType:
    """One module under a name that exists in the grader alone.

    Pickled by reference, a piece of it fails to import on the student's side; importing it by its own name, as the
    reference's modules do among themselves, gives the same object.
    """
    if name in sys.modules:
        return sys.modules[name]
    base = assignment.solution_folder / name
    file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    full = f"{REFERENCE_PACKAGE}.{assignment.name}.{name}"
    spec = importlib.util.spec_from_file_location(full, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise UserError(f"{file}: not there; the reference has every module that assignment.toml lists")
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

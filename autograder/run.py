"""`llm101 run NAME`: a result worth seeing, made by the student's own code on real text."""

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from autograder.course import Assignment
from autograder.errors import UserError
from autograder.sandbox.host import Host, Modules
from autograder.submission import read
from autograder.text import Language


def run(assignment: Assignment, submission: Path | None, out: Path, language: Language) -> None:
    """Call `main(modules, out, language)` of the assignment's run.py on a submission (default: the student's files).

    Raises:
        UserError: the assignment has no run.py, or a function it needs is not written yet.
    """
    script = assignment.folder / "run.py"
    if not script.is_file():
        raise UserError(f"{script}: not there; {assignment.name} has nothing to run")
    os.environ["MPLBACKEND"] = "Agg"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="llm101-run-") as folder:
        read(submission or assignment.folder, assignment).write(Path(folder))
        sys.path.insert(0, folder)
        try:
            _load(script).main(Modules(Host(Path(folder))), out.resolve(), language)
        except NotImplementedError as error:
            raise UserError(f"{assignment.name}: {error} is not written yet; write it first (`llm101 check`)") from None
        finally:
            sys.path.remove(folder)


def _load(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"llm101_run_{script.parent.name}", script)
    if spec is None or spec.loader is None:
        raise UserError(f"{script}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

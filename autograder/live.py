"""The open checks one call away from a notebook cell: `check("2")`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course import load
from autograder.errors import UserError
from autograder.intake.notebook import modules_source


def check(problem: str | int | None = None, *, lang: str | None = None) -> None:
    """Run the open checks (of one problem, or all) on what this notebook's cells have defined so far.

    The cells that were run count, in the order in which they were run; nothing has to be saved.
    """
    folder = Path.cwd()
    assignment = load(folder / "assignment.toml")
    exports = [name for names in assignment.exports.values() for name in names]
    with tempfile.TemporaryDirectory(prefix="llm101-live-") as place:
        file = Path(place, f"{assignment.name}_cells.py")
        file.write_text(modules_source(_cells_run(), exports=exports, own=assignment.modules), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", str(assignment.open_checks), f"--rootdir={assignment.root}"]
        command += ["-q", "--no-header", "--import-mode=importlib", "-p", "no:cacheprovider", f"--submission={file}"]
        command += [f"--problem={problem}"] if problem is not None else []
        command += [f"--lang={lang}"] if lang else []
        print(subprocess.run(command, capture_output=True, text=True, encoding="utf-8").stdout)


def _cells_run() -> list[str]:
    """The sources of the cells that this kernel ran, oldest first."""
    try:
        from IPython import get_ipython
    except ImportError:
        raise UserError("check() runs in a Jupyter notebook; in a terminal, run `llm101 check NAME`") from None
    shell = get_ipython()
    if shell is None:
        raise UserError("check() runs in a Jupyter notebook; in a terminal, run `llm101 check NAME`")
    return [str(cell) for cell in shell.user_ns.get("In", [])[1:]]

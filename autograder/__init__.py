"""The autograder of LLM 101: what an author of checks imports, and the map of the engine.

The way of a submission:

    submission.py, intake/   a file, folder, .zip or .ipynb becomes clean files, or a refusal that says why
    static/                  library calls that a problem forbids
    sandbox/                 the confined process that imports the files; `host` is its side of the conversation
    student/                 the other side: what `submission.module.function(...)` means
    checking/                pytest: the checks are collected, run, and their failures explained
    hints/                   the known mistake that a failing submission behaves like
    job.py, batch.py         what to grade; one grader or several side by side, quickly started
    grading.py               all of this for one submission after another
    report.py                what comes out: plain values
    summary.py, output.py    the report for a person

What authors use: `checks`, `numeric` (with `diagnosis/` and `legible`) inside a check, `authoring/` around it. The ways
in: `plugin` for pytest, `cli` for the command `llm101`, `live` for a notebook.

The names are loaded when first used: the pytest plugin lies in this package, and must not make every pytest in the
environment import numpy.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder import numeric
    from autograder.checks import Failure, any_of, failure_of, require, title, together
    from autograder.text import Text

__all__ = ["Failure", "Text", "any_of", "failure_of", "numeric", "require", "title", "together"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    if name == "numeric":
        return importlib.import_module("autograder.numeric")
    home = "autograder.text" if name == "Text" else "autograder.checks"
    return getattr(importlib.import_module(home), name)

"""A new assignment to start from: small, complete, and right as it stands.

Everything an assignment consists of is there once (a problem, open and hidden checks, chaffs, a wheat, a wrong program,
both handouts), so that `llm101 verify` accepts it before its author changes the first line.
"""

import importlib.util
import keyword
import re
import sys
from importlib.resources import files
from pathlib import Path

from autograder.authoring import generated
from autograder.course import Course
from autograder.errors import UserError

_FILES = {
    "assignment.toml": "assignments/{{name}}/assignment.toml",
    "open_checks.py": "assignments/{{name}}/test_{{name}}.py",
    "reference.py": "solutions/{{name}}/{{name}}.py",
    "hidden_checks.py": "solutions/{{name}}/test_{{name}}_hidden.py",
    "chaffs.toml": "solutions/{{name}}/chaffs.toml",
    "handout.en.md": "handouts/{{name}}.en.md",
    "handout.zh.md": "handouts/{{name}}.zh.md",
    "wheat.py": "tests/wheats/{{name}}/cumulative_sums/{{name}}.py",
    "wrong.py": "tests/wheats/{{name}}/wrong_last_window.py",
}
"""Template -> where it goes in a course; `{{name}}` is the assignment's name, in paths and texts alike."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PYTEST_NAMES = re.compile(r"test_.*|.*_test|conftest")


def create(course: Course, name: str) -> list[Path]:
    """Write the assignment `name` into the course, generated files included; the paths written.

    Raises UserError, before anything is written, for a name that no module can have and for files that are there.
    """
    check_name(name)
    texts = {course.root / _filled(place, name): _filled(_template(file), name) for file, place in _FILES.items()}
    for path in (course.root / "assignments" / name, course.root / "solutions" / name, *texts):
        if path.exists():
            raise UserError(f"{path}: already there; choose another name or remove it")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return [*texts, *generated.write(course.assignment(name))]


def check_name(name: str) -> None:
    """Refuse what cannot be the name of an assignment and of its module.

    >>> check_name("json")
    Traceback (most recent call last):
    autograder.errors.UserError: 'json' is the name of an installed module, which the assignment's own would hide
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UserError(f"{name!r} cannot name a Python module: use lower-case letters, digits and _, a letter first")
    if _PYTEST_NAMES.fullmatch(name):
        raise UserError(f"{name!r} would be taken for a file of tests by pytest: choose another name")
    if name in sys.stdlib_module_names or _is_installed(name):
        raise UserError(f"{name!r} is the name of an installed module, which the assignment's own would hide")


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # a module that is loaded but has no spec
        return True


def _template(file: str) -> str:
    return (files("autograder.authoring") / "templates" / f"{file}.tmpl").read_text(encoding="utf-8")


def _filled(text: str, name: str) -> str:
    return text.replace("{{name}}", name)

"""Which files of a submission never come near a grading process: tests, configuration, compiled code, shadows.

A student's `random.py` would be imported by numpy in place of the library's, a conftest.py by pytest.
"""

import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder
from pathlib import PurePosixPath

from autograder.course import Assignment
from autograder.intake.archive import listed
from autograder.text import Text

_CONFIGURATION = frozenset(
    {"pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "sitecustomize.py", "usercustomize.py", "assignment.toml"}
)
_CONFIGURATION_ENDINGS = (".pth", ".egg-link")
_METADATA_FOLDERS = (".dist-info", ".egg-info")
_COMPILED = frozenset({".so", ".pyc", ".pyo", ".pyd", ".dll", ".dylib", ".o", ".a"})
_COURSE_PACKAGES = frozenset({"autograder", "click", "cloudpickle", "gradescope_utils", "hypothesis", "matplotlib"})
_COURSE_PACKAGES |= {"msgpack", "nbformat", "numpy", "pandas", "pytest", "regex", "rich", "scipy", "torch", "tqdm"}


def kept(files: Mapping[str, bytes], assignment: Assignment) -> tuple[dict[str, bytes], tuple[Text, ...]]:
    """The files that may be graded, and a note for each kind that was set aside.

    What the course itself handed out (its open checks) is left out without a word when it is unchanged.
    """
    good: dict[str, bytes] = {}
    aside: dict[str, list[str]] = {}
    for name, data in files.items():
        kind = _kind(name, assignment)
        if kind is None:
            good[name] = data
        elif not _handed_out(name, data, assignment):
            aside.setdefault(kind, []).append(name)
    return good, tuple(_NOTES[kind](listed(names)) for kind, names in aside.items())


def _kind(name: str, assignment: Assignment) -> str | None:
    path = PurePosixPath(name)
    if _is_asked_for(path, assignment):
        return None
    if path.suffix.lower() in _COMPILED:
        return "compiled"
    if path.name in _CONFIGURATION or path.name.endswith(_CONFIGURATION_ENDINGS):
        return "configuration"
    if any(part.endswith(_METADATA_FOLDERS) for part in path.parts):
        return "configuration"
    if path.suffix != ".py":
        return None
    if is_test(path.name):
        return "tests"
    top = path.parts[0].removesuffix(".py")
    given = {PurePosixPath(given).parts[0].removesuffix(".py") for given in assignment.given}
    return "shadow" if top not in given and shadows(top, assignment.preload) else None


def is_test(name: str) -> bool:
    """Whether pytest would take a file of this name for tests or for their configuration."""
    return name in ("conftest.py", *_CONFIGURATION) or name.startswith("test_") or name.endswith("_test.py")


def _is_asked_for(path: PurePosixPath, assignment: Assignment) -> bool:
    """Whether a file is a module of the assignment, or the Python source inside a package of that name."""
    if path.suffix != ".py" or path.name == "conftest.py":
        return False
    return path.parts[0].removesuffix(".py") in assignment.modules


def shadows(top: str, preload: tuple[str, ...] = ()) -> bool:
    """Whether a module of this name would hide one of Python's own or an installed one."""
    return top in sys.stdlib_module_names or top in _COURSE_PACKAGES or top in preload or _is_installed(top)


@cache
def _is_installed(top: str) -> bool:
    paths = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    spec = PathFinder.find_spec(top, paths) if top.isidentifier() else None
    return spec is not None and spec.origin is not None


def _handed_out(name: str, data: bytes, assignment: Assignment) -> bool:
    """Whether a file is the course's own, unchanged but for its line ends."""
    own = assignment.folder / name
    return own.is_file() and _lines(own.read_bytes()) == _lines(data)


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


_NOTES = {
    "tests": lambda names: Text(
        en=f"set aside (tests are the course's own): {names}", zh=f"未使用（测试由课程提供）：{names}"
    ),
    "configuration": lambda names: Text(
        en=f"set aside (configuration is the course's own): {names}", zh=f"未使用（配置由课程提供）：{names}"
    ),
    "compiled": lambda names: Text(
        en=f"set aside (compiled code is not graded): {names}", zh=f"未使用（不评阅编译后的代码）：{names}"
    ),
    "shadow": lambda names: Text(
        en=f"set aside: {names} would hide a Python or installed module of that name; rename it",
        zh=f"未使用：{names} 与 Python 自带或已安装的模块重名，会将其遮盖；请改名",
    ),
}

"""Corpora: packages pinned in `assignments/corpora.txt`, installed without their dependencies."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

from autograder.course import Course
from autograder.errors import UserError


def missing(course: Course) -> list[str]:
    """The pinned packages that are not installed in the pinned version."""
    return [line for line in _pinned(course) if not _installed(line)]


def install(course: Course) -> list[str]:
    """Install what is missing; returns what was installed.

    Raises:
        UserError: pip could not, with its last line.
    """
    wanted = missing(course)
    if wanted:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *wanted]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["pip failed"]
            raise UserError(f"{_file(course)}: {lines[-1]}")
    return wanted


def _file(course: Course) -> Path:
    return course.root / "assignments" / "corpora.txt"


def _pinned(course: Course) -> list[str]:
    if not _file(course).is_file():
        return []
    lines = [line.split("#")[0].strip() for line in _file(course).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line]


def _installed(requirement: str) -> bool:
    name, _, version = requirement.partition("==")
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False

"""All files of an assignment that are made from its reference and chaffs: starters, notebook, hints.json."""

from pathlib import Path

from autograder.authoring import openhints, starter
from autograder.course import Assignment
from autograder.hints.selfhints import path_of


def texts(assignment: Assignment) -> dict[Path, str]:
    """Every generated file with the text it must have."""
    return {**starter.generated(assignment), path_of(assignment): openhints.generate(assignment)}


def write(assignment: Assignment) -> list[Path]:
    """Write what differs; the paths that changed. Starters come first: the hints need checks that load."""
    changed = starter.write(assignment)
    for path, text in _drifted(assignment).items():
        path.write_bytes(text.encode())
        changed.append(path)
    return changed


def drift(assignment: Assignment) -> list[Path]:
    """The generated files whose committed bytes are not what the sources give, missing ones included."""
    return list(_drifted(assignment))


def _drifted(assignment: Assignment) -> dict[Path, str]:
    return {
        path: text
        for path, text in texts(assignment).items()
        if not path.is_file() or path.read_bytes() != text.encode()
    }

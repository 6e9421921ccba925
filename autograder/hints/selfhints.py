"""hints.json: hints for self-checks, which have no chaffs to ask.

For the open checks with fixed inputs it maps a fingerprint of each chaff's wrong answers to the chaff's hint. What is
released holds hashes and hints, no answer.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.hints.alike import decode, fingerprint
from autograder.student.proxy import Call
from autograder.text import Text

FILE = "hints.json"

Table = dict[str, dict[str, dict[str, str]]]
"""Check number -> fingerprint -> the hint in both languages."""


def path_of(assignment: Assignment) -> Path:
    """Where the assignment's hints.json is."""
    return assignment.folder / FILE


def lookup(assignment: Assignment, number: str, calls: Sequence[Call]) -> Text | None:
    """The hint for a failed open check, if its answers are those of one known mistake."""
    try:
        table: Table = json.loads(path_of(assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    hint = table.get(number, {}).get(fingerprint(decoded(calls)))
    return Text(en=hint["en"], zh=hint["zh"]) if hint else None


def decoded(calls: Sequence[Call]) -> list[Any]:
    """The answers of `calls`, those apart that say nothing of the code.

    Imports, where a file was laid, and that a name is a function: some are known before they are asked for.
    """
    return [decode(call.answer) for call in calls if call.answer is not None and not _is_aside(call)]


def _is_aside(call: Call) -> bool:
    if call.operation == "get" and call.answer is not None:
        match decode(call.answer):
            case ("value", ("handle", True)):
                return True
    return call.operation in ("import", "file")

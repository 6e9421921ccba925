"""hints.json: hints for self-checks, which have no chaffs to ask.

For the open checks with fixed inputs it maps a fingerprint of each chaff's wrong answers to the chaff's hint. What is
released holds hashes and hints, no answer.
"""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder import chaffs
from autograder.alike import alike, decode, fingerprint, telling
from autograder.collecting import info_of
from autograder.course import Assignment
from autograder.local import LocalSide
from autograder.proxy import Call, Conversation
from autograder.session import CheckSession
from autograder.submission import Submission
from autograder.text import Text
from autograder.variants import reference_submission, with_chaff

FILE = "hints.json"

Table = dict[str, dict[str, dict[str, str]]]
"""Check number -> fingerprint -> the hint in both languages."""


def path_of(assignment: Assignment) -> Path:
    return assignment.folder / FILE


def generate(assignment: Assignment) -> str:
    """The text of hints.json, made by running every chaff through its problem's open checks."""
    found: dict[str, dict[str, set[Text]]] = {}
    with CheckSession(assignment, [assignment.open_checks]) as session:
        fixed = {info_of(item).number for item in session.items if not _draws(item)}
        right = dict(_answers(session, reference_submission(assignment), None))
        for chaff in chaffs.load(assignment):
            wrong = with_chaff(assignment, chaff)
            for number, answers in _answers(session, wrong, chaff.problem):
                if number in fixed and _differs(answers, right.get(number, [])):
                    found.setdefault(number, {}).setdefault(fingerprint(answers), set()).add(chaff.hint)
    table: Table = {}
    for number, hints in found.items():
        for mark, texts in hints.items():
            if len(texts) == 1:  # a mark that two mistakes leave points to neither
                text = next(iter(texts))
                table.setdefault(number, {})[mark] = {"en": text.en, "zh": text.zh}
    return json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def lookup(assignment: Assignment, number: str, calls: Sequence[Call]) -> Text | None:
    """The hint for a failed open check, if its answers are those of one known mistake."""
    try:
        table: Table = json.loads(path_of(assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    hint = table.get(number, {}).get(fingerprint(_decoded(calls)))
    return Text(en=hint["en"], zh=hint["zh"]) if hint else None


def _answers(session: CheckSession, submission: Submission, problem: str | None) -> Iterator[tuple[str, list[Any]]]:
    """The answers in each check of `problem` that the submission fails (of all checks, when `problem` is None)."""
    with tempfile.TemporaryDirectory(prefix="llm101-") as folder:
        submission.write(Path(folder))
        side = LocalSide(Path(folder), session.assignment.limits, quiet=True)
        with contextlib.closing(side):
            results = session.run(Conversation(side, submission), problem=problem)
        for result in results:
            if problem is None or result.status != "passed":
                yield result.number, _decoded(session.checks.logs[result.number])


def _decoded(calls: Sequence[Call]) -> list[Any]:
    return [decode(call.answer) for call in calls if call.answer is not None and call.operation != "import"]


def _differs(wrong: list[Any], right: list[Any]) -> bool:
    """Whether an answer that says something is another than the reference's."""
    pairs = zip(wrong, right, strict=False)
    return any(telling(one) and not alike(one, other) for one, other in pairs)


def _draws(item: Any) -> bool:
    return bool(getattr(item.obj, "is_hypothesis_test", False))

"""Making hints.json: every chaff goes through its problem's open checks, and its wrong answers are remembered."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.authoring import chaffs
from autograder.authoring.variants import Variants
from autograder.checking.session import CheckSession
from autograder.course import Assignment
from autograder.hints.alike import alike, fingerprint, telling
from autograder.hints.selfhints import Table, decoded
from autograder.student.local import LocalSide
from autograder.student.proxy import Conversation
from autograder.submission import Submission
from autograder.text import Text


def generate(assignment: Assignment) -> str:
    """The text of hints.json, made by running every chaff through its problem's open checks."""
    found: dict[str, dict[str, set[Text]]] = {}
    variants = Variants.of(assignment)
    with CheckSession(assignment, [assignment.open_checks]) as session:
        session.items = [item for item in session.items if not _draws(item)]
        right = dict(_answers(session, variants.reference, None))
        for chaff in chaffs.load(assignment):
            for number, answers in _answers(session, variants.with_chaff(chaff), chaff.problem):
                if _differs(answers, right.get(number, [])):
                    found.setdefault(number, {}).setdefault(fingerprint(answers), set()).add(chaff.hint)
    table: Table = {}
    for number, hints in found.items():
        for mark, texts in hints.items():
            if len(texts) == 1:  # a mark that two mistakes leave points to neither
                text = next(iter(texts))
                table.setdefault(number, {})[mark] = {"en": text.en, "zh": text.zh}
    return json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _answers(session: CheckSession, submission: Submission, problem: str | None) -> Iterator[tuple[str, list[Any]]]:
    """The answers in each check of `problem` that the submission fails (of all checks, when `problem` is None)."""
    with tempfile.TemporaryDirectory(prefix="llm101-") as folder:
        submission.write(Path(folder))
        assignment = session.assignment
        side = LocalSide(Path(folder), assignment.limits, assignment.preload, quiet=True)
        with contextlib.closing(side):
            results = session.run(Conversation(side, submission), problem=problem, shrink=False)
        for result in results:
            if problem is None or result.status != "passed":
                yield result.number, decoded(session.checks.logs[result.number])


def _differs(wrong: list[Any], right: list[Any]) -> bool:
    """Whether an answer that says something is another than the reference's."""
    pairs = zip(wrong, right, strict=False)
    return any(telling(one) and not alike(one, other) for one, other in pairs)


def _draws(item: Any) -> bool:
    return bool(getattr(item.obj, "is_hypothesis_test", False))

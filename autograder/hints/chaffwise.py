"""A failing submission that behaves exactly like one chaff gets that chaff's hint.

Precision before recall: a wrong hint is worse than none. The evidence is every call of the failing check, and of the
problem's other checks that call the same functions; each is asked again of every chaff of the problem, outside the
jail, and one different answer acquits the chaff.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.authoring import chaffs
from autograder.authoring.variants import reference_submission, with_chaff
from autograder.course import Assignment
from autograder.hints.alike import alike, decode, telling
from autograder.sandbox.interrupts import Interrupt
from autograder.student.local import LocalSide
from autograder.student.proxy import Call
from autograder.submission import Submission
from autograder.text import Text

SECONDS = 4.0
"""Time for the hints of one submission; when it is over, the rest gets none."""

Logs = Mapping[str, Sequence[Call]]
"""The answered calls of each check, by the check's number."""


class Suspect:
    """A chaff (or the reference itself) that can be asked what the submission was asked."""

    def __init__(self, submission: Submission, assignment: Assignment, hint: Text) -> None:
        self.hint = hint
        self._submission = submission
        self._assignment = assignment
        self._folder = tempfile.TemporaryDirectory(prefix="llm101-chaff-")

    @cached_property
    def _side(self) -> LocalSide:
        self._submission.write(Path(self._folder.name))
        assignment = self._assignment
        return LocalSide(Path(self._folder.name), assignment.limits, assignment.preload, quiet=True)

    def close(self) -> None:
        """Remove its files."""
        if "_side" in self.__dict__:
            self._side.close()
        self._folder.cleanup()

    def answers(self, calls: Sequence[Call]) -> Iterator[Any]:
        """What it answers to `calls`, one after the other."""
        try:
            for call in calls:
                yield decode(self._side.ask(call.request))
        finally:
            self._side.leave()

    def behaves_like(self, calls: Sequence[Call], deadline: float) -> bool:
        """Whether it gives the very answers that the submission gave, and one of them says something."""
        told = False
        try:
            for call, answer in zip(calls, self.answers(calls), strict=True):
                if call.answer is None or time.monotonic() > deadline or not alike(decode(call.answer), answer):
                    return False
                told = told or telling(answer)
        except Interrupt:
            return False
        return told


class Hints:
    """The suspects of an assignment, made once a process."""

    def __init__(self, assignment: Assignment) -> None:
        self._reference = Suspect(reference_submission(assignment), assignment, Text(en="", zh=""))
        self._suspects: dict[str, list[Suspect]] = {}
        for chaff in chaffs.load(assignment):
            suspect = Suspect(with_chaff(assignment, chaff), assignment, chaff.hint)
            self._suspects.setdefault(chaff.problem, []).append(suspect)

    def close(self) -> None:
        """Remove the suspects' files."""
        for suspect in (self._reference, *(one for many in self._suspects.values() for one in many)):
            suspect.close()

    def for_checks(self, failed: Sequence[str], logs: Logs) -> dict[str, Text]:
        """Hints by the numbers of failed checks; most checks get none."""
        deadline = time.monotonic() + SECONDS
        found = {}
        for number in failed:
            calls = evidence(number, logs)
            if calls and (hint := self._hint(number.split(".")[0], calls, deadline)):
                found[number] = hint
        return found

    def holds_throughout(self, number: str, logs: Logs) -> bool:
        """Whether the chaff that check `number` points to behaves alike in all checks of its problem."""
        problem = number.split(".")[0]
        every = [call for other, log in logs.items() if other.split(".")[0] == problem for call in log]
        deadline = time.monotonic() + 10 * SECONDS
        suspects = self._guilty(problem, evidence(number, logs), deadline)
        return any(suspect.behaves_like(every, deadline) for suspect in suspects)

    def _hint(self, problem: str, calls: Sequence[Call], deadline: float) -> Text | None:
        hints = {suspect.hint for suspect in self._guilty(problem, calls, deadline)}
        if len(hints) != 1 or self._reference.behaves_like(calls, deadline):
            return None
        return hints.pop()

    def _guilty(self, problem: str, calls: Sequence[Call], deadline: float) -> list[Suspect]:
        return [suspect for suspect in self._suspects.get(problem, []) if suspect.behaves_like(calls, deadline)]


def evidence(number: str, logs: Logs) -> list[Call]:
    """The calls of check `number`, then those of its problem's checks that call no other functions."""
    own = logs.get(number, ())
    labels = _labels(own)
    if not labels:
        return []
    calls = list(own)
    for other, log in logs.items():
        if other != number and other.split(".")[0] == number.split(".")[0] and _labels(log) <= labels:
            calls += log
    return calls


def _labels(calls: Sequence[Call]) -> set[str]:
    return {call.label for call in calls if call.operation in ("call", "probe") and call.label}

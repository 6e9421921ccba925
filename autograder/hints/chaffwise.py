"""A failing submission that behaves exactly like one chaff gets that chaff's hint.

Precision before recall: a wrong hint is worse than none. The evidence is every call of the failing check and of all
other checks of its problem; each is asked again of every chaff of the problem, outside the jail, and one different
answer acquits the chaff. The failing check's come first, then those of other failed checks: they acquit most; what
took the submission long is asked last. Whoever is left must give the submission's answers in the smallest failing
example, too.

Checks ask every submission of a batch the same, so what a chaff answers is remembered.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.authoring import chaffs
from autograder.authoring.variants import Variants
from autograder.course import Assignment
from autograder.hints.alike import alike, decode, telling
from autograder.sandbox.interrupts import Interrupt
from autograder.student.local import LocalSide
from autograder.student.proxy import Call
from autograder.submission import Submission
from autograder.text import Text

SLOW = 0.5
"""Seconds of a check that trains: another machine may find another one slow, and gives the same hints, later."""

MOST_COMPARED = 20_000
"""Answers that may be compared for the hints of one submission; then the rest gets none. A count and not a time, so
that a loaded machine reports the same."""

Example = Sequence["Exchange"]
"""What was said between two fresh starts: no object or random number is carried over from one to the next."""

Logs = Mapping[str, Sequence[Call]]
"""The calls of each check, by the check's number."""


@dataclass(frozen=True)
class Exchange:
    """A request, the submission's answer as bytes and as a value; `key` stands for it after those before it."""

    request: bytes
    said: bytes | None
    answer: Any
    key: bytes
    says_something: bool

    def like(self, answer: bytes) -> bool:
        """Whether `answer` says the same."""
        return answer == self.said or alike(self.answer, decode(answer))


class Patience:
    """How many more answers may be compared."""

    def __init__(self, left: int = MOST_COMPARED) -> None:
        self._left = left

    def lasts(self) -> bool:
        self._left -= 1
        return self._left >= 0


class Suspect:
    """A chaff (or the reference itself) that can be asked what the submission was asked."""

    def __init__(self, submission: Submission, assignment: Assignment, hint: Text) -> None:
        self.hint = hint
        self._submission = submission
        self._assignment = assignment
        self._answered: dict[bytes, bytes | None] = {}

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="llm101-chaff-")

    @cached_property
    def _side(self) -> LocalSide:
        folder, assignment = Path(self._folder.name), self._assignment
        self._submission.write(folder)
        return LocalSide(folder, assignment.limits, assignment.preload, quiet=True)

    def close(self) -> None:
        """Remove its files, if it was ever asked."""
        if "_side" in self.__dict__:
            self._side.close()
        if "_folder" in self.__dict__:
            self._folder.cleanup()

    def behaves_like(self, examples: Sequence[Example], patience: Patience) -> bool:
        """Whether it gives the very answers that the submission gave."""
        return all(self._agrees(example, patience) for example in examples)

    def _agrees(self, example: Example, patience: Patience) -> bool:
        for exchange, answer in zip(example, self._answers(example), strict=False):
            if exchange.says_something and not (answer is not None and patience.lasts() and exchange.like(answer)):
                return False
        return True

    def differs_from(self, example: Example) -> list[Exchange]:
        """The exchanges in which the submission said something else."""
        answers = self._answers(example)
        return [
            exchange
            for exchange, answer in zip(example, answers, strict=False)
            if exchange.says_something and not (answer is not None and exchange.like(answer))
        ]

    def _answers(self, example: Example) -> Iterator[bytes | None]:
        """What it answers to one request after the other; None where no answer comes."""
        asking = False
        try:
            for place, exchange in enumerate(example):
                if not asking and exchange.key not in self._answered:
                    asking = True
                    for earlier in example[:place]:
                        self._ask(earlier.request)
                if asking:
                    self._answered[exchange.key] = self._ask(exchange.request)
                yield self._answered[exchange.key]
        finally:
            if asking:
                self._side.leave()

    def _ask(self, request: bytes) -> bytes | None:
        try:
            return self._side.ask(request)
        except Interrupt:
            return None


class Hints:
    """The suspects of an assignment, made once a process; those of a problem when it first fails."""

    def __init__(self, assignment: Assignment) -> None:
        self._chaffs = chaffs.load(assignment)
        self._variants = Variants.of(assignment)
        self._reference = Suspect(self._variants.reference, assignment, Text(en="", zh=""))
        self._suspects: dict[str, list[Suspect]] = {}

    def close(self) -> None:
        """Remove the suspects' files."""
        for suspect in (self._reference, *(one for many in self._suspects.values() for one in many)):
            suspect.close()

    def for_checks(self, smallest: Logs, logs: Logs, seconds: Mapping[str, float]) -> dict[str, Text]:
        """Hints by the numbers of failed checks; most checks get none.

        `smallest`: for each failed check, the calls of its smallest failing example; `seconds`: what each check took.
        """
        patience = Patience()
        found = {}
        for number, calls in smallest.items():
            problem = [other for other in logs if other.split(".")[0] == number.split(".")[0]]
            problem.sort(key=lambda other: (seconds[other] > SLOW, other != number, other not in smallest))
            if hint := self._hint(number, {other: logs[other] for other in problem}, calls, patience):
                found[number] = hint
        return found

    def _hint(self, number: str, logs: Logs, smallest: Sequence[Call], patience: Patience) -> Text | None:
        evidence = {other: examples(log) for other, log in logs.items()}
        own = evidence.get(number, [])  # a forbidden call forfeits a check before it asks anything
        if not any(telling(exchange.answer) for example in own for exchange in example):
            return None  # not written yet, most often: no need to ask anybody
        own.sort(key=lambda example: not self._reference.differs_from(example))
        wrong = [exchange for example in own for exchange in self._reference.differs_from(example)]
        if not any(telling(exchange.answer) for exchange in wrong):
            return None
        known = [example for many in evidence.values() for example in many]
        guilty = self._guilty(number.split(".")[0], [*known, *examples(smallest)], patience)
        hints = {suspect.hint for suspect in guilty}
        return hints.pop() if len(hints) == 1 else None

    def _guilty(self, problem: str, known: Sequence[Example], patience: Patience) -> list[Suspect]:
        if problem not in self._suspects:
            own = [chaff for chaff in self._chaffs if chaff.problem == problem]
            self._suspects[problem] = [self._suspect(chaff) for chaff in own]
        return [suspect for suspect in self._suspects[problem] if suspect.behaves_like(known, patience)]

    def _suspect(self, chaff: chaffs.Chaff) -> Suspect:
        return Suspect(self._variants.with_chaff(chaff), self._variants.assignment, chaff.hint)


def same_answers(one: Logs, other: Logs) -> bool:
    """Whether two submissions gave the same answers to the same questions."""
    pairs = [(examples(one[number]), examples(other.get(number, ()))) for number in one]
    return all(len(mine) == len(theirs) and all(map(_same, mine, theirs)) for mine, theirs in pairs)


def _same(mine: Example, theirs: Example) -> bool:
    return all(a.key == b.key and a.like(b.said or b"") for a, b in zip(mine, theirs, strict=False) if a.says_something)


def examples(calls: Sequence[Call]) -> list[Example]:
    """`calls` as evidence; an import, a file's place or a name that is missing says nothing about a mistake."""
    found: list[list[Exchange]] = []
    key = b""
    for call in calls:
        if call.begins or not found:
            found.append([])
            key = b""
        key = hashlib.blake2b(key + call.request, digest_size=16).digest()
        answer = decode(call.answer) if call.answer is not None else None
        silent = call.operation in ("import", "file") or (isinstance(answer, tuple) and answer[:1] in _ABSENT)
        found[-1].append(Exchange(call.request, call.answer, answer, key, not silent))
    return [tuple(example) for example in found]


_ABSENT = (("absent",), ("missing",), ("unimportable",))

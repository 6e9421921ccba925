"""Grading: submissions in, reports out."""

import time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from autograder.checking.collecting import info_of
from autograder.checking.session import CheckSession
from autograder.errors import Refusal
from autograder.job import Job
from autograder.report import CheckResult, Report, summarise
from autograder.sandbox.client import Zygote
from autograder.sandbox.side import SandboxSide
from autograder.static.judging import judged_calls
from autograder.student.proxy import Conversation
from autograder.submission import Submission, read
from autograder.text import Text

if TYPE_CHECKING:
    from autograder.hints.chaffwise import Hints


class Grader:
    """Grades one submission after another: one zygote, one collection of the checks, for all of them."""

    def __init__(self, job: Job, zygote: Zygote | None = None, *, seed: int | None = None) -> None:
        """`zygote`: one that was started for `job` before this module was imported; `seed`: for other examples."""
        self.assignment = assignment = job.assignment
        self._zygote = zygote or job.zygote()
        try:
            job.require(self._zygote)
            self.session = CheckSession(assignment, [assignment.open_checks, assignment.hidden_checks], seed)
        except BaseException:
            self._zygote.close()
            raise

    def grade_path(self, path: Path) -> Report:
        """Grade a file, folder, archive or notebook; one that cannot be taken in gets a report that says why."""
        try:
            submission = read(path, self.assignment)
        except Refusal as error:
            return self.refused(path.name, error.text)
        return self.grade(submission)

    def grade(
        self,
        submission: Submission,
        *,
        problem: str | None = None,
        until_loss: bool = False,
        shrink: bool = True,
    ) -> Report:
        """Grade a submission in a fresh sandbox.

        A chaff: only its own `problem`, `until_loss`. A program without a reader: without `shrink`ing failures.
        """
        started = time.perf_counter()
        vetoes, flags = judged_calls(self.assignment, submission)
        side = SandboxSide(self._zygote, submission.files, self.assignment.limits)
        try:
            conversation = Conversation(side, submission, self.assignment.preload)
            results = self.session.run(
                conversation,
                vetoes,
                problem=problem,
                until_loss=until_loss,
                shrink=shrink and not until_loss,
                gather=not until_loss,
            )
            results = results if until_loss else self._hinted(results)
        finally:
            side.close()
        return summarise(
            self.assignment,
            submission,
            mode="graded",
            tier=self.tier,
            checks=results,
            notes=submission.notes,
            flags=(*flags, *self._weakness()),
            leaderboard=tuple(self.session.checks.leaderboard),
            timed_out=bool(side.timed_out),
            seconds=round(time.perf_counter() - started, 4),
            cpu_seconds=round(side.cpu_seconds, 4),
        )

    def _hinted(self, results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
        """The results with the hints of the chaffs that the submission behaves like."""
        mistaken = [check.number for check in results if self.session.is_mistaken(check.number)]
        failed = {number: self.session.failing_calls(number) for number in mistaken}
        seconds = {check.number: check.seconds for check in results}
        hints = self._hints.for_checks(failed, self.session.checks.logs, seconds) if failed else {}
        return tuple(replace(check, hint=hints.get(check.number)) for check in results)

    @cached_property
    def _hints(self) -> "Hints":
        from autograder.hints.chaffwise import Hints  # no start waits for it: a right submission needs no hint

        return Hints(self.assignment)

    def refused(self, name: str, why: Text) -> Report:
        """The report on something that is no submission: every check failed, for one reason."""
        infos = [info_of(item) for item in self.session.items]
        checks = tuple(
            CheckResult(info.number, info.title, "failed", 0.0, info.weight, info.visibility, info.bonus, why)
            for info in infos
        )
        nothing = Submission(name=name, files={}, notes=(), problems={}, digest="")
        return summarise(self.assignment, nothing, mode="graded", tier=self.tier, checks=checks, error=why)

    def _weakness(self) -> tuple[Text, ...]:
        """What whoever trusts the grade should know of a weak sandbox."""
        if self._zygote.tier.warning is None:
            return ()
        name = self._zygote.tier.name
        return (
            Text(
                en=f"graded in a weak sandbox ({name}): a submission could read this user's files, hidden checks too",
                zh=f"沙箱较弱（{name}）：提交的代码可能读到当前用户的文件，包括隐藏检查",
            ),
        )

    @property
    def tier(self) -> str:
        """The sandbox in use, with its layers: "bubblewrap (namespaces, landlock, seccomp, rlimits)"."""
        tier = self._zygote.tier
        return f"{tier.name} ({', '.join(tier.layers)})" if tier.layers else tier.name

    def close(self) -> None:
        if "_hints" in self.__dict__:
            self._hints.close()
        self.session.close()
        self._zygote.close()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

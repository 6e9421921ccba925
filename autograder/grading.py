"""Grading: submissions in, reports out."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from types import TracebackType

from autograder.checking.collecting import info_of
from autograder.checking.session import CheckSession
from autograder.course import Assignment
from autograder.errors import Refusal, UserError
from autograder.hints.chaffwise import Hints
from autograder.report import CheckResult, Report, summarise
from autograder.sandbox.client import Zygote
from autograder.sandbox.side import SandboxSide
from autograder.sandbox.tiers import STRENGTH
from autograder.student.proxy import Conversation
from autograder.submission import Submission, read
from autograder.text import Text


@dataclass(frozen=True, eq=False)
class Job:
    """How to grade: which assignment, and the weakest sandbox that will do."""

    assignment: Assignment
    require_tier: str | None = None
    tier: str | None = None


class Grader:
    """Grades one submission after another: one zygote, one collection of the checks, for all of them."""

    def __init__(self, job: Job) -> None:
        assignment = job.assignment
        self.assignment = assignment
        # The zygote imports its packages while this process imports pytest's and collects the checks.
        self._zygote = Zygote(assignment.preload, assignment.limits, tier=job.tier)
        try:
            _require(self._zygote, job.require_tier)
            self.session = CheckSession(assignment, [assignment.open_checks, assignment.hidden_checks])
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
        failed = {c.number: self.session.failing_calls(c.number) for c in results if c.status == "failed"}
        hints = self._hints.for_checks(failed, self.session.checks.logs) if failed else {}
        return tuple(replace(check, hint=hints.get(check.number)) for check in results)

    def hint_holds_throughout(self, number: str) -> bool:
        """Whether the chaff whose hint check `number` got behaves alike in all of the problem's checks."""
        return self._hints.holds_throughout(number, self.session.checks.logs)

    @cached_property
    def _hints(self) -> Hints:
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


def judged_calls(assignment: Assignment, submission: Submission) -> tuple[dict[str, Text], tuple[Text, ...]]:
    """Which problems a forbidden library call forfeits, and what a person should look at."""
    if not assignment.forbidden:
        return {}, ()
    from autograder.static import forbidden

    vetoes: dict[str, Text] = {}
    flags: list[Text] = []
    for rule in assignment.forbidden:
        found, suspicious = forbidden.violations(submission.files, rule)
        if found:
            first = found[0]
            vetoes[rule.problem] = Text(
                en=f"{first.file}, line {first.line} calls {first.call}, which this problem asks you to do without",
                zh=f"{first.file} 第 {first.line} 行调用了 {first.call}，本题要求不使用它",
            )
        flags += [
            Text(
                en=f"problem {rule.problem}: {flag.file}, line {flag.line}: {flag.what}",
                zh=f"第 {rule.problem} 题：{flag.file} 第 {flag.line} 行：{flag.what}",
            )
            for flag in suspicious
        ]
    return vetoes, tuple(flags)


def grade_all(job: Job, paths: Sequence[Path], jobs: int) -> Iterator[Report]:
    """Grade many submissions in `jobs` processes; reports come as they are ready.

    A time-out may be a loaded machine's fault, so it is confirmed by one run alone, after all others.
    """
    again: list[Path] = []
    for path, report in _first_runs(job, paths, jobs):
        if report.timed_out and len(paths) > 1:
            again.append(path)
        else:
            yield report
    if again:
        with Grader(job) as grader:
            yield from map(grader.grade_path, again)


def _first_runs(job: Job, paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, Report]]:
    if min(jobs, len(paths)) <= 1:
        with Grader(job) as grader:
            for path in paths:
                yield path, grader.grade_path(path)
        return
    with ProcessPoolExecutor(min(jobs, len(paths)), mp_context=get_context("spawn")) as executor:
        yield from submit_all(executor, job, paths)


def submit_all(executor: Executor, job: Job, paths: Sequence[Path]) -> Iterator[tuple[Path, Report]]:
    """Grade `paths` on any executor whose workers are processes; each keeps one grader for the whole batch."""
    futures = {executor.submit(_grade_in_worker, job, path): path for path in paths}
    for future in as_completed(futures):
        yield futures[future], future.result()


_graders: dict[str, Grader] = {}


def _grade_in_worker(job: Job, path: Path) -> Report:
    return grader_for(job).grade_path(path)


def grader_for(job: Job) -> Grader:
    """This process's grader for the job's assignment, kept until the process ends."""
    name = job.assignment.name
    if name not in _graders:
        _graders[name] = Grader(job)
        Finalize(None, _graders[name].close, exitpriority=10)  # a worker process runs no atexit callbacks
    return _graders[name]


def _require(zygote: Zygote, tier: str | None) -> None:
    """Refuse a weaker sandbox than the caller asked for."""
    if tier is not None and STRENGTH.index(zygote.tier.name) > list[str](STRENGTH).index(tier):
        missing = "; ".join(zygote.tier.missing) or "see `llm101 doctor`"
        raise UserError(f"the sandbox here is only {zygote.tier.name!r}, not {tier!r}: {missing}")

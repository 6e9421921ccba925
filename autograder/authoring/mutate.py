"""`llm101 mutate`: how many mutants of the reference the checks kill, and every one that survives."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from autograder.authoring import chaffs
from autograder.authoring.mutants import Mutant, equivalents, mutants
from autograder.authoring.variants import Variants, reference_submission
from autograder.authoring.verify import grade_locally
from autograder.batch import grader_for, pool, start
from autograder.course import Assignment
from autograder.grading import Grader
from autograder.hints.chaffwise import Logs, same_answers
from autograder.job import Job
from autograder.report import CheckResult, Report
from autograder.submission import Submission

AT_LEAST, TIMES = 1.0, 3
"""Seconds that a call of a mutant may take, and how many times as long as the reference's slowest check: a mutant
whose loop never ends is killed by its time, and need not be waited for long."""


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the check that caught it, and whether a hint of a chaff it does not equal was given."""

    mutant: Mutant
    caught_by: str | None
    false_hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mutation:
    """All mutants of an assignment and their fates."""

    assignment: str
    killed: tuple[Fate, ...]
    equivalent: tuple[tuple[Fate, str], ...]
    survivors: tuple[Fate, ...]

    @property
    def rate(self) -> float:
        """Share of the mutants that are not equivalent and were killed."""
        return len(self.killed) / max(1, len(self.killed) + len(self.survivors))

    @property
    def false_hints(self) -> tuple[Fate, ...]:
        return tuple(fate for fate in self.killed if fate.false_hints)


def mutate(assignment: Assignment, console: Console, modules: Sequence[str] = ()) -> Mutation:
    """Grade every mutant of the reference; print what survives and whose hint was another's, then the rate.

    `modules`: only those that are changed there.
    """
    job = _job(assignment)
    known = equivalents(assignment)
    killed: list[Fate] = []
    equivalent: list[tuple[Fate, str]] = []
    survivors: list[Fate] = []
    found = [mutant for mutant in mutants(assignment) if not modules or mutant.module in modules]
    for fate in track(_fates(job, found), assignment.name, len(found), console=Console(stderr=True), transient=True):
        _print_flaw(fate, known, console)
        if fate.caught_by is not None:
            killed.append(fate)
        elif fate.mutant.key in known:
            equivalent.append((fate, known[fate.mutant.key]))
        else:
            survivors.append(fate)
    done = Mutation(assignment.name, tuple(killed), tuple(equivalent), tuple(survivors))
    console.print(
        f"{done.assignment}: {len(found)} mutants, {len(done.equivalent)} equivalent, {len(done.killed)} killed, "
        f"{len(done.survivors)} survive: {done.rate:.1%}; hints of another mistake: {len(done.false_hints)}"
    )
    return done


def _job(assignment: Assignment) -> Job:
    """As the assignment is graded, with the patience that its own reference needs."""
    with start(Job(assignment)) as grader:
        slowest = max(check.seconds for check in grader.grade(reference_submission(assignment)).checks)
    limits = replace(assignment.limits, cpu_per_call=AT_LEAST + TIMES * slowest)
    return Job(replace(assignment, limits=limits))


def _fates(job: Job, found: Sequence[Mutant]) -> Iterator[Fate]:
    with pool(os.cpu_count() or 1) as executor:
        yield from executor.map(_fate, [job] * len(found), found, chunksize=4)


def _fate(job: Job, mutant: Mutant) -> Fate:
    grader = grader_for(job)
    submission = Variants.of(grader.assignment).replacing("mutant", {mutant.module: mutant.source})
    for problem in _likely(mutant):  # most are caught where they are, by a fraction of the checks
        report = grader.grade(submission, problem=problem, shrink=False)
        if (caught := _caught_by(report)) is not None:
            false = [check.number for check in report.checks if check.hint and not _deserved(job, submission, check)]
            return Fate(replace(mutant, source=""), caught, tuple(false))
    return Fate(replace(mutant, source=""), _caught_by(grader.grade(submission, until_loss=True)))


def _likely(mutant: Mutant) -> list[str]:
    """The problems that `# Problem N` comments name: first the one above the change, then the module's others."""
    lines = mutant.source.splitlines()
    above = [match[1] for line in lines[: mutant.line] if (match := _PROBLEM.fullmatch(line.strip()))]
    every = [match[1] for line in lines if (match := _PROBLEM.fullmatch(line.strip()))]
    return list(dict.fromkeys([*above[-1:], *every]))


_PROBLEM = re.compile(r"# Problem (\w+)")


def _caught_by(report: Report) -> str | None:
    return next((check.number for check in report.checks if check.status != "passed"), None)


def _deserved(job: Job, submission: Submission, check: CheckResult) -> bool:
    """Whether the chaff of the hint that `check` got answers as the submission does, on examples drawn anew."""
    grader = grader_for(job, seed=1)
    problem = check.number.split(".")[0]
    mine = _answers(grader, submission, problem)
    named = [chaff for chaff in chaffs.load(job.assignment) if chaff.problem == problem and chaff.hint == check.hint]
    variants = Variants.of(job.assignment)
    return any(same_answers(mine, _answers(grader, variants.with_chaff(chaff), problem)) for chaff in named)


def _answers(grader: Grader, submission: Submission, problem: str) -> Logs:
    grade_locally(grader, submission, problem)
    return dict(grader.session.checks.logs)


def _print_flaw(fate: Fate, known: Mapping[tuple[str, str, str, str], str], console: Console) -> None:
    if fate.caught_by is None and fate.mutant.key not in known:
        console.print(escape(f"survives: {fate.mutant.diff}"), soft_wrap=True)
    if fate.false_hints:
        console.print(escape(f"another's hint ({', '.join(fate.false_hints)}): {fate.mutant.diff}"), soft_wrap=True)

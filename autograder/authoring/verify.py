"""The autograder proves itself: what must get full marks does, what must lose points does, nothing has drifted.

The method is Examplar's (Wrenn & Krishnamurthi 2019): wheats are right programs that no check may reject, chaffs are
wrong ones that some check must.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from autograder.authoring import chaffs, generated, release
from autograder.authoring.variants import Variants
from autograder.batch import pool
from autograder.checking.collecting import info_of
from autograder.course import Assignment, Course
from autograder.errors import UserError
from autograder.grading import Grader
from autograder.job import Job
from autograder.report import CheckResult, Report
from autograder.student.local import LocalSide
from autograder.student.proxy import Conversation
from autograder.submission import Submission, read

MAX_BONUS = 20
WIDTH = 160
"""Of the table, where no terminal says how wide it is."""


@dataclass(frozen=True)
class Claim:
    """One thing that must hold, whether it does, and what was seen."""

    name: str
    holds: bool
    seen: str


@dataclass(frozen=True)
class Verdict:
    """All claims about one assignment."""

    assignment: str
    claims: tuple[Claim, ...]
    cpu_seconds: float

    @property
    def good(self) -> bool:
        return all(claim.holds for claim in self.claims)

    def to_data(self) -> dict[str, Any]:
        claims = [{"name": claim.name, "holds": claim.holds, "seen": claim.seen} for claim in self.claims]
        return {
            "assignment": self.assignment,
            "good": self.good,
            "cpu_seconds": round(self.cpu_seconds, 1),
            "claims": claims,
        }


def verify_all(assignments: Sequence[Assignment]) -> Iterator[Verdict]:
    """The verdicts in order, each as soon as it is there; several assignments are verified side by side."""
    if len(assignments) == 1:
        yield verify(assignments[0])
        return
    with pool(os.cpu_count() or 1) as executor:
        yield from executor.map(verify, assignments)


def verify(assignment: Assignment) -> Verdict:
    """Every claim about one assignment."""
    started = sum(os.times()[:4])
    claims = list(_static_claims(assignment))
    try:
        with Grader(Job(assignment)) as grader:
            claims += _point_claims(grader)
            claims += _graded_claims(grader)
    except UserError as error:
        claims.append(Claim("checks load", False, str(error)))
    claims.append(_open_checks_alone(assignment))
    return Verdict(assignment.name, tuple(claims), sum(os.times()[:4]) - started)


def print_verdicts(verdicts: Iterable[Verdict], console: Console | None = None) -> bool:
    """A table an assignment, a line a claim; what does not hold is red and says all. True if every claim holds."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(file=console.file, width=WIDTH)
    failed: list[str] = []
    for verdict in verdicts:
        title = f"{verdict.assignment}  ({verdict.cpu_seconds:.1f} s of CPU)"
        table = Table(title=title, box=None, title_justify="left")
        table.add_column("")
        table.add_column("claim", no_wrap=True)
        table.add_column("seen")
        for claim in verdict.claims:
            seen = Text(claim.seen, no_wrap=claim.holds, overflow="ellipsis" if claim.holds else "fold")
            style = None if claim.holds else "red"
            table.add_row("✓" if claim.holds else "✗", escape(claim.name), seen, style=style)
        console.print(table)
        failed += [f"{verdict.assignment}: {claim.name}" for claim in verdict.claims if not claim.holds]
    console.print(escape(f"{len(failed)} claims do not hold: {'; '.join(failed)}") if failed else "Every claim holds.")
    return not failed


def _static_claims(assignment: Assignment) -> list[Claim]:
    drifted = [str(path.relative_to(assignment.root)) for path in generated.drift(assignment)]
    seen = f"differ: {', '.join(drifted)}; run `llm101 starter {assignment.name}`" if drifted else "as generated"
    return [Claim("generated files", not drifted, seen)]


def _point_claims(grader: Grader) -> list[Claim]:
    """Core points sum to 100, each problem's to what it says; bonus stays small; every problem has an open check."""
    assignment = grader.assignment
    infos = [info_of(item) for item in grader.session.items]
    core = sum(info.weight for info in infos if not info.bonus)
    bonus = sum(info.weight for info in infos if info.bonus)
    wrong, blind = [], []
    for problem in assignment.problems:
        own = [info for info in infos if info.number.split(".")[0] == problem.number]
        total = sum(info.weight for info in own)
        if abs(total - problem.points) > 1e-9 or any(info.bonus != problem.bonus for info in own):
            wrong.append(f"problem {problem.number}: checks give {total:g}, assignment.toml says {problem.points:g}")
        if not any(info.visibility == "visible" for info in own):
            blind.append(problem.number)
    claims = [Claim("core points", abs(core - 100) < 1e-9, f"{core:g}")]
    if bonus:
        claims.append(Claim("bonus points", bonus <= MAX_BONUS, f"{bonus:g}"))
    claims.append(Claim("points by problem", not wrong, "; ".join(wrong) or "as in assignment.toml"))
    claims.append(Claim("open check for every problem", not blind, f"none for {', '.join(blind)}" if blind else "yes"))
    return claims


def _graded_claims(grader: Grader) -> list[Claim]:
    assignment = grader.assignment
    variants = Variants.of(assignment)
    known = chaffs.load(assignment)
    claims = [*_right_claims("reference", grader, variants.reference), _starter_zero(grader)]
    for wheat in wheats(assignment):
        claims += _right_claims(f"wheat {wheat.name}", grader, read(wheat, assignment))
    claims += [_chaff_loses(chaff, variants, grader) for chaff in known]
    for path in wrongs(assignment):
        claims += _wrong_claims(grader, path, known)
    return claims


def wheats(assignment: Assignment) -> list[Path]:
    """Right solutions in other styles: folders, files, notebooks or archives."""
    folder = assignment.root / "tests" / "wheats" / assignment.name
    return sorted(path for path in folder.glob("*") if not path.name.startswith(("wrong_", "_", ".")))


def wrongs(assignment: Assignment) -> list[Path]:
    """Wrong programs written by hand, in other styles than the reference."""
    return sorted((assignment.root / "tests" / "wheats" / assignment.name).glob("wrong_*.py"))


def _right_claims(name: str, grader: Grader, submission: Submission) -> list[Claim]:
    """A right program gets full marks, and the same report (times apart) in the sandbox as in this process."""
    report = grader.grade(submission)
    lost = [f"{check.number} {first_line(check)}" for check in report.checks if check.status != "passed"]
    differing = [
        f"{one.number}: {first_line(one)} / {first_line(other)}"
        for one, other in zip(report.checks, grade_locally(grader, submission), strict=True)
        if replace(one, seconds=0.0) != replace(other, seconds=0.0)
    ]
    return [
        Claim(f"{name}: full marks", not lost, "; ".join(lost) or f"{report.score:g} + {report.bonus:g}"),
        Claim(f"{name}: equal in both modes", not differing, "; ".join(differing) or "equal"),
    ]


def first_line(check: CheckResult) -> str:
    return check.message.en.splitlines()[0] if check.message else check.status


def _starter_zero(grader: Grader) -> Claim:
    """A fresh starter scores nothing, and no other error than that it is not written yet."""
    report = grader.grade_path(grader.assignment.folder)
    odd = [
        f"{check.number}: {first_line(check)}"
        for check in report.checks
        if check.score or "is not written yet" not in first_line(check)
    ]
    return Claim("starter: no points", not odd, "; ".join(odd) or "0")


def _chaff_loses(chaff: chaffs.Chaff, variants: Variants, grader: Grader) -> Claim:
    report = grader.grade(variants.with_chaff(chaff), problem=chaff.problem, until_loss=True)
    caught = [check for check in report.checks if check.status != "passed"]
    seen = f"caught by {caught[0].number}: {first_line(caught[0])}" if caught else "passes every check of its problem"
    return Claim(f"chaff {chaff.id}", bool(caught), seen)


def _wrong_claims(grader: Grader, path: Path, known: Sequence[chaffs.Chaff]) -> list[Claim]:
    """A wrong program loses points where it has code, and gets the hint of its own mistake or none."""
    report = grader.grade(read(path, grader.assignment), shrink=False)
    caught = [check for check in report.checks if check.status != "passed" and not _is_absent(check)]
    seen = f"caught by {caught[0].number}: {first_line(caught[0])}" if caught else "loses no point for its mistake"
    own = own_chaffs(path, known)
    hints = {check.hint for check in caught if check.hint is not None}
    others = hints - {chaff.hint for chaff in known if chaff.id in own}
    told = "; ".join(hint.en for hint in sorted(others or hints, key=lambda hint: hint.en)) or "no hint"
    return [Claim(path.stem, bool(caught), seen), Claim(f"{path.stem}: no other's hint", not others, told)]


def own_chaffs(path: Path, known: Sequence[chaffs.Chaff]) -> set[str]:
    """The chaffs that a wrong program's docstring names: `chaff: id`, or `chaff: none`.

    Raises:
        UserError: the docstring names none, or one that does not exist.
    """
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    named = set(re.findall(r"^chaff: ([\w-]+)$", docstring, flags=re.MULTILINE))
    if not named or named - {chaff.id for chaff in known} - {"none"}:
        raise UserError(
            f"{path}: its docstring needs a line `chaff: ID`, an id of chaffs.toml or none;"
            f" it has {', '.join(sorted(named)) or 'no such line'}"
        )
    return named - {"none"}


def _is_absent(check: CheckResult) -> bool:
    return any(words in first_line(check) for words in ("defines no", "is not written yet", ".py is missing"))


def grade_locally(grader: Grader, submission: Submission, problem: str | None = None) -> tuple[CheckResult, ...]:
    """All checks (or a problem's, each to its end) with the student's side in this process: for code that we trust."""
    with tempfile.TemporaryDirectory(prefix="llm101-") as folder:
        submission.write(Path(folder))
        side = LocalSide(Path(folder), grader.assignment.limits, grader.assignment.preload, quiet=True)
        try:
            conversation = Conversation(side, submission, grader.assignment.preload)
            return grader.session.run(conversation, problem=problem, shrink=problem is None, gather=problem is not None)
        finally:
            side.close()


def _open_checks_alone(assignment: Assignment) -> Claim:
    """A student's folder, without secrets beside it, with the reference as the hand-in."""
    with tempfile.TemporaryDirectory(prefix="llm101-release-") as folder:
        course = Path(folder, "course")
        release.copy(Course(assignment.root), course)
        report_path = Path(folder, "report.json")
        command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", f"--report={report_path}"]
        command += [f"--submission={assignment.solution_folder}", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [*command, f"assignments/{assignment.name}"], cwd=course, env=environment, capture_output=True, text=True
        )
        if not report_path.is_file():
            return Claim("open checks alone", False, (done.stdout + done.stderr).strip()[-300:])
        report = Report.from_json(report_path.read_text(encoding="utf-8"))
    lost = [f"{check.number}: {first_line(check)}" for check in report.checks if check.status != "passed"]
    seen = "; ".join(lost) or f"{report.possible:g} points"
    return Claim("open checks alone", not lost and bool(report.checks), seen)

"""What `llm101 grade` and `llm101 doctor` print and write."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.batch import grade_all
from autograder.errors import UserError
from autograder.job import Job
from autograder.report import Report
from autograder.sandbox.client import probe
from autograder.sandbox.tiers import STRENGTH
from autograder.summary import print_report, print_table
from autograder.text import Language


def grade_and_show(
    job: Job, paths: Sequence[Path], jobs: int, language: Language, *, report: Path | None, folder: Path | None
) -> int:
    """Grade `paths`, print what came out, write the reports; returns how many submissions were refused."""
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: no such file or folder")
    console = Console()
    order = {name: place for place, name in enumerate(path.name for path in paths)}
    reports = sorted(_with_progress(job, paths, jobs), key=lambda one: order.get(one.submission, len(order)))
    if len(reports) == 1:
        print_report(reports[0], language, console, failures=True)
    else:
        print_table(reports, language, console)
    if report is not None:
        _write(report, reports[0].to_json() if len(paths) == 1 else _array(reports))
    if folder is not None:
        for place, one in enumerate(reports):
            _write(folder / f"{place + 1:04d}-{_file_name(one.submission)}.json", one.to_json())
        console.print(f"reports: {folder}")
    return sum(one.error is not None for one in reports)


def _with_progress(job: Job, paths: Sequence[Path], jobs: int) -> list[Report]:
    if len(paths) == 1 or not sys.stderr.isatty():
        return list(grade_all(job, paths, jobs))
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("grading", total=len(paths))
        reports = []
        for one in grade_all(job, paths, jobs):
            reports.append(one)
            progress.advance(task)
        return reports


def _array(reports: Sequence[Report]) -> str:
    return json.dumps([json.loads(one.to_json()) for one in reports], ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)


def print_doctor() -> None:
    """The sandboxes this machine offers, strongest first."""
    console = Console(soft_wrap=True)
    offered = {tier.name: tier for tier in probe()}
    for place, name in enumerate(STRENGTH):
        if tier := offered.get(name):
            used = " — used for grading" if place == min(map(STRENGTH.index, offered)) else ""
            console.print(f"[green]✓[/green] {name}: {', '.join(tier.layers) or 'no layers'}{used}")
        else:
            console.print(f"[red]✗[/red] {name}: not available here")
    for line in dict.fromkeys(line for tier in offered.values() for line in tier.missing):
        console.print(f"missing: {line}", markup=False)

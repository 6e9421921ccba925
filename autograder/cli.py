"""The command `llm101`: one function a subcommand, each a thin way into a room of the house."""

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from autograder.course import Assignment, Course
from autograder.errors import UserError
from autograder.text import Language, default_language


class OneLineErrors(click.Group):
    """A group whose commands end with one line when the person at the keyboard can mend what went wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"llm101: {error}", err=True)
            ctx.exit(2)


@click.group(cls=OneLineErrors)
@click.option("--course", type=click.Path(path_type=Path, exists=True, file_okay=False), help="root of the course")
@click.version_option(package_name="llm101-assignments")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Assignments and autograder of the course LLM 101."""
    ctx.obj = course


lang_option = click.option("--lang", type=click.Choice(["en", "zh"]), help="language (default: the locale's)")


def language(lang: str | None) -> Language:
    return "zh" if lang == "zh" else "en" if lang == "en" else default_language()


@main.command("list")
@lang_option
@click.pass_obj
def list_command(course: Path | None, lang: str | None) -> None:
    """List the course's assignments."""
    for name, assignment in Course.find(course).assignments.items():
        bonus = sum(problem.points for problem in assignment.problems if problem.bonus)
        extra = f" + {bonus:g}" if bonus else ""
        click.echo(f"{name:<12} {assignment.core_points:g}{extra} points  {assignment.title.lang(language(lang))}")


@main.command()
@click.argument("name")
@click.argument("submission", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--report", type=click.Path(path_type=Path), help="also write the report as JSON")
@lang_option
@click.pass_obj
def check(course: Path | None, name: str, submission: Path | None, report: Path | None, lang: str | None) -> None:
    """Self-check: run the open checks of NAME on your own files (or on SUBMISSION)."""
    import pytest

    assignment = Course.find(course).assignment(name)
    arguments = [str(assignment.open_checks), f"--rootdir={assignment.root}", "-q", "--import-mode=importlib"]
    arguments += [f"--submission={submission}"] if submission else []
    arguments += [f"--report={report}"] if report else []
    arguments += [f"--lang={lang}"] if lang else []
    sys.exit(pytest.main(arguments))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--assignment", "name", required=True, help="which assignment they hand in")
@click.option("--report", type=click.Path(path_type=Path), help="JSON: one report, or a list for several paths")
@click.option("--reports", type=click.Path(path_type=Path, file_okay=False), help="a folder for one JSON a submission")
@click.option("--jobs", type=click.IntRange(1), help="processes (default: one a core, fewer for few submissions)")
@click.option("--require-tier", type=click.Choice(["bubblewrap", "landlock", "rlimits", "subprocess"]))
@click.option("--limit", "limits", multiple=True, metavar="KEY=NUMBER", help="override a limit of assignment.toml")
@lang_option
@click.pass_obj
def grade(
    course: Path | None,
    paths: tuple[Path, ...],
    name: str,
    report: Path | None,
    reports: Path | None,
    jobs: int | None,
    require_tier: str | None,
    limits: tuple[str, ...],
    lang: str | None,
) -> None:
    """Grade submissions: files, folders, .zip archives or notebooks, each a submission."""
    from autograder.job import Job
    from autograder.output import grade_and_show

    assignment = with_limits(Course.find(course).assignment(name), limits)
    job = Job(assignment, require_tier)
    workers = jobs or max(1, min(os.cpu_count() or 1, len(paths) // 3))
    refused = grade_and_show(job, paths, workers, language(lang), report=report, folder=reports)
    sys.exit(1 if refused else 0)


def with_limits(assignment: Assignment, overrides: Sequence[str]) -> Assignment:
    """The assignment with some of its limits replaced ("cpu_per_call=10")."""
    values: dict[str, float] = {}
    known = {field.name for field in dataclasses.fields(assignment.limits)}
    for override in overrides:
        key, _, number = override.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = 0.0
        if key not in known or value <= 0:
            raise UserError(f"--limit {override}: write KEY=NUMBER, KEY one of {', '.join(sorted(known))}")
        values[key] = int(value) if value.is_integer() else value
    return dataclasses.replace(assignment, limits=dataclasses.replace(assignment.limits, **values))  # type: ignore[arg-type]


def chosen(course: Path | None, names: Sequence[str]) -> list[Assignment]:
    """The named assignments, or all."""
    found = Course.find(course)
    return [found.assignment(name) for name in names] or list(found.assignments.values())


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="change nothing; fail if a file would change")
@click.pass_obj
def starter(course: Path | None, names: tuple[str, ...], only_check: bool) -> None:
    """Write starters, notebooks and self-check hints from the reference solutions and chaffs."""
    from autograder.authoring import generated

    for assignment in chosen(course, names):
        if only_check:
            for path in generated.drift(assignment):
                raise UserError(
                    f"{path}: differs from what the reference gives; run `llm101 starter {assignment.name}`"
                )
        else:
            for path in generated.write(assignment):
                click.echo(f"wrote {path.relative_to(assignment.root)}")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="print the table as JSON")
@lang_option
@click.pass_obj
def verify(course: Path | None, names: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Prove that the assignments grade rightly: reference, starter, chaffs, wheats, points, drift."""
    from autograder.authoring.verify import print_verdicts, verify_all

    found = verify_all(chosen(course, names))
    if as_json:
        verdicts = list(found)
        click.echo(json.dumps([verdict.to_data() for verdict in verdicts], ensure_ascii=False, indent=2))
        good = all(verdict.good for verdict in verdicts)
    else:
        good = print_verdicts(found)
    sys.exit(0 if good else 1)


@main.command()
@click.argument("submission", type=click.Path(path_type=Path, exists=True))
@click.option("--check", "number", required=True, help='number of the failed check ("2.1")')
@click.option("--assignment", "name", required=True, help="which assignment it hands in")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="folder (default build/replay)")
@click.pass_obj
def replay(course: Path | None, submission: Path, number: str, name: str, out: Path | None) -> None:
    """Write the failing call of a check as a script to run and debug."""
    from autograder.authoring.replay import replay as write_replay

    assignment = Course.find(course).assignment(name)
    script = write_replay(assignment, submission, number, out or Path("build", "replay"))
    click.echo(f"wrote {script}; run it with: cd {script.parent} && python {script.name}")


@main.command()
@click.argument("name")
@click.pass_obj
def new(course: Path | None, name: str) -> None:
    """Scaffold an assignment NAME that verifies at once."""
    from autograder.authoring.scaffold import create

    for path in create(Course.find(course), name):
        click.echo(f"wrote {path}")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--module", "modules", multiple=True, help="only changes in this module")
@click.pass_obj
def mutate(course: Path | None, names: tuple[str, ...], modules: tuple[str, ...]) -> None:
    """Grade small mutations of the references and show those that no check catches."""
    from rich.console import Console

    from autograder.authoring.mutate import mutate as mutate_assignment

    done = [mutate_assignment(assignment, Console(), modules) for assignment in chosen(course, names)]
    sys.exit(1 if any(one.survivors or one.false_hints for one in done) else 0)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--write", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="replace the table in FILE")
@click.pass_obj
def accuracy(course: Path | None, names: tuple[str, ...], write: Path | None) -> None:
    """Measure the autograder itself: wheats, chaffs, hints and mutants, as one table (Markdown)."""
    from autograder.authoring.accuracy import measure, put_into

    table = ""
    for table in measure(chosen(course, names)):
        if write is not None:
            put_into(write, table)  # after each assignment: a run that is stopped keeps what it has measured
    click.echo(table)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def release(course: Path | None, folder: Path) -> None:
    """Copy what students receive into FOLDER, after searching it for secrets."""
    from autograder.authoring.release import build

    click.echo(f"{len(build(Course.find(course), folder))} files in {folder}")


@main.command()
@click.argument("name")
@click.argument("submission", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="folder for pictures (default build/NAME)"
)
@lang_option
@click.pass_obj
def run(course: Path | None, name: str, submission: Path | None, out: Path | None, lang: str | None) -> None:
    """Run your own code of assignment NAME on real text and show what it makes of it."""
    from autograder.run import run as run_assignment

    assignment = Course.find(course).assignment(name)
    run_assignment(assignment, submission, out or Path("build", name), language(lang))


@main.command()
@click.pass_obj
def data(course: Path | None) -> None:
    """Install the course's corpora (pinned in assignments/corpora.txt)."""
    from autograder.data import install

    installed = install(Course.find(course))
    click.echo(f"installed {', '.join(installed)}" if installed else "all corpora are installed")


@main.command()
def doctor() -> None:
    """Say which sandboxes this machine offers, what is missing and how to get it."""
    from autograder.output import print_doctor

    print_doctor()


if __name__ == "__main__":
    main()

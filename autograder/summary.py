"""The report as a person reads it in a terminal."""

from collections.abc import Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from autograder.report import CheckResult, ProblemResult, Report
from autograder.text import Language, Text

BAR = 20

WORDS = {
    "submission": Text(en="Submission", zh="提交"),
    "first": Text(en="What is wrong first", zh="首个问题"),
    "problem": Text(en="Problem", zh="题目"),
    "points": Text(en="Points", zh="得分"),
    "bonus": Text(en="bonus", zh="附加"),
    "total": Text(en="Total", zh="总分"),
    "next": Text(en="Next", zh="下一步"),
    "read": Text(en="Read", zh="阅读"),
    "done": Text(en="Every check passes.", zh="全部检查通过。"),
    "hidden": Text(en="hidden", zh="隐藏"),
    "notes": Text(en="Notes", zh="说明"),
    "person": Text(en="For a person to look at", zh="需要人工查看"),
}


def points(value: float) -> str:
    """Points without a needless ".0": 3, 2.5."""
    return f"{value:g}"


def bar(score: float, possible: float, width: int = BAR) -> Line:
    """A bar of `width` cells, coloured by how full it is."""
    share = score / possible if possible else 0.0
    filled = round(width * share)
    colour = "green" if share >= 1 else "yellow" if share > 0 else "red"
    return Line("█" * filled, style=colour) + Line("░" * (width - filled), style="dim")


def print_report(report: Report, language: Language, console: Console | None = None, *, failures: bool = False) -> None:
    """Print the table of problems, the notes and the next step; with `failures`, every failed check as well."""
    console = console or Console()
    if report.error is not None:
        console.print(Line(f"{report.submission}: {report.error.lang(language)}", style="red"))
        return
    if failures:
        for checks in _with_one_message(report.checks):
            console.print(failed_checks(checks, language))
    parts: list[Table | Line | Padding] = [problem_table(report, language), total_line(report, language)]
    parts += [Line(line) for line in remarks(report, language)]
    parts += next_step(report, language)
    heading = f"{report.title.lang(language)} · {report.submission}"
    console.print(Panel(Group(*parts), title=Line(heading), expand=False, padding=(1, 2)))


def _with_one_message(checks: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """The failed checks, those of a problem that failed for one and the same reason together."""
    groups: dict[tuple[str, Text | None, Text | None], list[CheckResult]] = {}
    for check in checks:
        if check.status != "passed":
            groups.setdefault((check.problem, check.message, check.hint), []).append(check)
    return list(groups.values())


def failed_checks(checks: Sequence[CheckResult], language: Language) -> Group:
    """Checks that failed for one reason: numbers, titles, and what is wrong."""
    line = Line()
    for check in checks:
        hidden = f" ({WORDS['hidden'].lang(language)})" if check.visibility != "visible" else ""
        line.append(f"✗ {check.number}  {check.title.lang(language)}{hidden}\n", style="red")
    line.rstrip()
    parts: list[Line | Padding] = [line]
    if checks[0].message is not None:
        parts.append(_indented(checks[0].message.lang(language)))
    if checks[0].hint is not None:
        parts.append(_indented("→ " + checks[0].hint.lang(language), style="cyan"))
    return Group(*parts, Line())


def _indented(text: str, style: str = "") -> Padding:
    return Padding(Line(text, style=style), (0, 0, 0, 4), expand=False)


def problem_table(report: Report, language: Language) -> Table:
    """Per problem: number, title, points reached and possible, a bar."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(WORDS["problem"].lang(language))
    table.add_column(WORDS["points"].lang(language), justify="right")
    table.add_column("")
    for problem in report.problems:
        checks = report.of_problem(problem.number)
        if not checks:
            continue
        score, possible = sum(c.score for c in checks), sum(c.weight for c in checks)
        name = f"{problem.number}  {problem.title.lang(language)}"
        if problem.bonus:
            name += f" ({WORDS['bonus'].lang(language)})"
        table.add_row(Line(name), Line(f"{points(score)} / {points(possible)}"), bar(score, possible))
    return table


def total_line(report: Report, language: Language) -> Line:
    """The total; for a self-check it says how many points hidden checks will add."""
    share = 100 * report.score / report.possible if report.possible else 0.0
    text = f"\n{WORDS['total'].lang(language)}  {points(report.score)} / {points(report.possible)}"
    if report.mode == "self-check":
        text += f" ({share:.0f} %)"
    if any(check.bonus for check in report.checks):
        text += f"  + {points(report.bonus)} {WORDS['bonus'].lang(language)}"
    line = Line(text, style="bold")
    ran = {check.number.split(".")[0] for check in report.checks}  # `--problem` runs those of one
    core = sum(problem.points for problem in report.problems if not problem.bonus and problem.number in ran)
    if report.mode == "self-check" and core > report.possible:
        rest = points(core - report.possible)
        more = Text(
            en=f"\nThese are the open checks. Hidden checks decide on {rest} more points when your work is graded.",
            zh=f"\n以上是公开检查。提交评分时，隐藏检查还将决定另外 {rest} 分。",
        )
        line.append(more.lang(language), style="not bold")
    return line


def remarks(report: Report, language: Language) -> list[str]:
    """What was set aside, and what a person should look at."""
    lines = []
    for word, texts in (("notes", report.notes), ("person", report.flags)):
        if texts:
            lines.append(f"\n{WORDS[word].lang(language)}:")
            lines += [f"  • {text.lang(language)}" for text in texts]
    if report.mode == "graded":
        sandbox = Text(en=f"\nSandbox: {report.tier}", zh=f"\n沙箱：{report.tier}")
        lines.append(sandbox.lang(language))
    return lines


def next_step(report: Report, language: Language) -> list[Line | Padding]:
    """The first problem that is not finished: what to mend and where to read."""
    unfinished = [check for check in report.checks if check.status != "passed"]
    if not report.checks:
        return []
    if not unfinished:
        return [Line("\n" + WORDS["done"].lang(language), style="green")]
    check = _easiest(unfinished, report.problems)
    heading = f"\n{WORDS['next'].lang(language)}: {check.number}  {check.title.lang(language)}"
    lines: list[Line | Padding] = [Line(heading, style="bold")]
    if check.message is not None:
        lines.append(_indented(check.message.lang(language)))
    if check.hint is not None:
        lines.append(_indented("→ " + check.hint.lang(language), style="cyan"))
    for problem in report.problems:
        if problem.number == check.problem and problem.read is not None:
            lines.append(Line(f"{WORDS['read'].lang(language)}: {problem.read.lang(language)}"))
    return lines


def _easiest(unfinished: Sequence[CheckResult], problems: Sequence[ProblemResult]) -> CheckResult:
    """The first open check of the first unfinished core problem: what it says, the student can act on."""
    order = {problem.number: (problem.bonus, place) for place, problem in enumerate(problems)}
    return min(unfinished, key=lambda check: (order[check.problem], check.visibility != "visible"))


def print_table(reports: Sequence[Report], language: Language, console: Console | None = None) -> None:
    """A batch at a glance: one row a submission."""
    table = Table(header_style="bold", box=None, pad_edge=False, expand=True)
    table.add_column(WORDS["submission"].lang(language), no_wrap=True)
    table.add_column(WORDS["points"].lang(language), no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(WORDS["first"].lang(language), overflow="ellipsis", no_wrap=True, ratio=1)
    for report in reports:
        table.add_row(*_row(report, language))
    (console or Console()).print(table)


def _row(report: Report, language: Language) -> tuple[Line, Line, Line, Line]:
    if report.error is not None:
        return Line(report.submission), Line("–"), Line(""), Line(report.error.lang(language), style="red")
    score = f"{points(report.score)} / {points(report.possible)}" + (
        f" + {points(report.bonus)}" if report.bonus else ""
    )
    failed = next((check for check in report.checks if check.message is not None), None)
    first = ""
    if failed is not None and failed.message is not None:
        first = f"{failed.number} {failed.message.lang(language).splitlines()[0]}"
    return Line(report.submission), Line(score), bar(report.score, report.possible, BAR // 2), Line(first)

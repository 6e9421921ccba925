"""`llm101 accuracy`: the measuring instrument's own error, as a table for the README."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from autograder.authoring.mutate import mutate
from autograder.authoring.verify import Claim, Verdict, verify_all
from autograder.course import Assignment
from autograder.errors import UserError

BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"

HEAD = """\
| assignment | wheats, full marks | chaffs caught | wrong programs caught | another's hint | mutants killed | rate |
|---|---|---|---|---|---|---|"""


def measure(assignments: Sequence[Assignment]) -> Iterator[str]:
    """The table, longer by a row each time an assignment is done; every figure is counted in this run."""
    table = HEAD
    for assignment, verdict in zip(assignments, list(verify_all(assignments)), strict=True):
        table += f"\n{_row(assignment, verdict)}"
        yield table


def _row(assignment: Assignment, verdict: Verdict) -> str:
    claims = verdict.claims
    mutation = mutate(assignment, Console(stderr=True))
    wrong = [claim for claim in claims if claim.name.startswith("wrong_")]
    hints = [claim for claim in wrong if claim.name.endswith("hint")]
    cells = [
        assignment.name,
        _share(claims, lambda name: name.startswith("wheat ") and name.endswith("full marks")),
        _share(claims, lambda name: name.startswith("chaff ")),
        _share([claim for claim in wrong if claim not in hints], lambda name: True),
        f"{sum(not claim.holds for claim in hints) + len(mutation.false_hints)}",
        f"{len(mutation.killed)} / {len(mutation.killed) + len(mutation.survivors)}",
        f"{mutation.rate:.1%}",
    ]
    return "| " + " | ".join(cells) + " |"


def _share(claims: Sequence[Claim], wanted: Callable[[str], bool]) -> str:
    chosen = [claim for claim in claims if wanted(claim.name)]
    return f"{sum(claim.holds for claim in chosen)} / {len(chosen)}"


def put_into(path: Path, table: str) -> None:
    """Replace what stands between the accuracy markers of a Markdown file.

    Raises:
        UserError: the file has no such markers.
    """
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", flags=re.DOTALL)
    if not pattern.search(text):
        raise UserError(f"{path}: has no lines {BEGIN} and {END} to put the table between")
    path.write_text(pattern.sub(lambda _: f"{BEGIN}\n{table}\n{END}", text), encoding="utf-8")

"""What grading produces: plain frozen values, the only thing a sink ever sees.

A report holds nothing secret: it is made for the student's eyes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from autograder.course import Assignment
from autograder.errors import UserError
from autograder.submission import Submission
from autograder.text import Text

SCHEMA_VERSION = 1

Status = Literal["passed", "partial", "failed"]
Mode = Literal["self-check", "graded"]


@dataclass(frozen=True)
class CheckResult:
    """One check: points of `weight`, and if any are missing, why."""

    number: str
    title: Text
    status: Status
    score: float
    weight: float
    visibility: str
    bonus: bool
    message: Text | None = None
    hint: Text | None = None
    seconds: float = 0.0

    @property
    def problem(self) -> str:
        """The number of the problem this check belongs to."""
        return self.number.split(".")[0]


@dataclass(frozen=True)
class ProblemResult:
    """A problem's heading: `points` is what it is worth in all, hidden checks included."""

    number: str
    title: Text
    points: float
    bonus: bool
    read: Text | None = None


@dataclass(frozen=True)
class Leader:
    """A value for the leaderboard."""

    name: str
    value: float
    order: str


@dataclass(frozen=True)
class Report:
    """All that is known about one submission. `error` says why nothing could be graded at all."""

    assignment: str
    title: Text
    submission: str
    digest: str
    mode: Mode
    tier: str
    problems: tuple[ProblemResult, ...]
    checks: tuple[CheckResult, ...]
    notes: tuple[Text, ...] = ()
    flags: tuple[Text, ...] = ()
    leaderboard: tuple[Leader, ...] = ()
    error: Text | None = None
    timed_out: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    schema: int = SCHEMA_VERSION

    @property
    def score(self) -> float:
        """Core points reached."""
        return _sum(check.score for check in self.checks if not check.bonus)

    @property
    def possible(self) -> float:
        """Core points of the checks that ran."""
        return _sum(check.weight for check in self.checks if not check.bonus)

    @property
    def bonus(self) -> float:
        """Bonus points reached, on top of `score`."""
        return _sum(check.score for check in self.checks if check.bonus)

    def of_problem(self, number: str) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.problem == number)

    def without_times(self) -> "Report":
        """The same report with every duration zero: what must be equal for equal submissions."""
        checks = tuple(replace(check, seconds=0.0) for check in self.checks)
        return replace(self, checks=checks, seconds=0.0, cpu_seconds=0.0)

    def to_json(self) -> str:
        """JSON with sorted keys; `from_json` gives the same value back."""
        data = asdict(self) | {"score": self.score, "possible": self.possible, "bonus": self.bonus}
        return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """Read what `to_json` wrote.

        Raises:
            UserError: the text is no report, or one of another schema version.
        """
        try:
            data: Any = json.loads(text)
            version = data["schema"]
        except (ValueError, KeyError, TypeError):
            raise UserError("this is no report: it is not the JSON that --report writes") from None
        if version != SCHEMA_VERSION:
            raise UserError(f"a report of schema {version}; this version reads schema {SCHEMA_VERSION}: grade again")
        for derived in ("score", "possible", "bonus"):
            data.pop(derived, None)
        try:
            return cls(**_thawed(data))
        except (KeyError, TypeError) as error:
            raise UserError(f"this is no report: {error}") from None


def summarise(
    assignment: Assignment,
    submission: Submission,
    *,
    mode: Mode,
    tier: str,
    checks: tuple[CheckResult, ...],
    **more: Any,
) -> Report:
    """The report on `submission`: the results of its checks under the assignment's headings."""
    problems = tuple(
        ProblemResult(problem.number, problem.title, problem.points, problem.bonus, problem.read)
        for problem in assignment.problems
    )
    return Report(
        assignment=assignment.name,
        title=assignment.title,
        submission=submission.name,
        digest=submission.digest,
        mode=mode,
        tier=tier,
        problems=problems,
        checks=checks,
        **more,
    )


def _thawed(data: dict[str, Any]) -> dict[str, Any]:
    """The JSON object with its texts, checks and problems as values again."""
    return data | {
        "title": _text(data["title"]),
        "error": _text(data["error"]),
        "problems": tuple(ProblemResult(**_texts(entry, "title", "read")) for entry in data["problems"]),
        "checks": tuple(CheckResult(**_texts(entry, "title", "message", "hint")) for entry in data["checks"]),
        "notes": tuple(Text(**entry) for entry in data["notes"]),
        "flags": tuple(Text(**entry) for entry in data["flags"]),
        "leaderboard": tuple(Leader(**entry) for entry in data["leaderboard"]),
    }


def _texts(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return entry | {key: _text(entry[key]) for key in keys}


def _text(entry: Mapping[str, str] | None) -> Text | None:
    return None if entry is None else Text(**entry)


def _sum(values: Iterable[float]) -> float:
    """A sum of points that does not show 0.1 + 0.2."""
    return round(sum(values, 0.0), 6)

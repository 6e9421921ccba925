"""From what a check raised to what the student reads: what was asked, what came back, what was expected."""

from typing import Any

import pytest

from autograder.checking import messages
from autograder.checking.collecting import CheckInfo
from autograder.checks import Failure
from autograder.errors import UserError
from autograder.legible import show
from autograder.report import CheckResult, Leader, Status
from autograder.sandbox.interrupts import Interrupt
from autograder.student.proxy import Call, MissingName, Unusable
from autograder.text import Text

MAX_LINES = 8
MAX_WIDTH = 110


def result(
    item: pytest.Item,
    info: CheckInfo,
    error: BaseException | None,
    calls: tuple[Call, ...],
    seconds: float,
) -> CheckResult:
    """A check's points and, where some are missing, the reason."""
    score = _score(item, info, error)
    status: Status = "passed" if score >= info.weight else "partial" if score > 0 else "failed"
    message = None
    if error is not None:
        message = explain(error, calls, hidden=info.visibility != "visible")
    elif status != "passed":
        message = Text(en="partly right", zh="部分正确")
    return CheckResult(
        number=info.number,
        title=info.title,
        status=status,
        score=score,
        weight=info.weight,
        visibility=info.visibility,
        bonus=info.bonus,
        message=message,
        seconds=round(seconds, 4),
    )


def _score(item: pytest.Item, info: CheckInfo, error: BaseException | None) -> float:
    """Points: what `set_score` said of a partial-credit check (also when it then failed), else all or nothing."""
    said = getattr(item.obj, "__score__", None)  # type: ignore[attr-defined]
    if said is not None:
        return min(max(float(said), 0.0), info.weight)
    return 0.0 if error is not None else info.weight


def leader(item: pytest.Item) -> list[Leader]:
    """The leaderboard value that the check set, if it is one that sets any."""
    function: Any = getattr(item, "obj", None)
    value = getattr(function, "__leaderboard_value__", None)
    if value is None:
        return []
    return [Leader(function.__leaderboard_column__, float(value), function.__leaderboard_sort_order__)]


def explain(error: BaseException, calls: tuple[Call, ...], *, hidden: bool) -> Text:
    """The message of a failed check, at most `MAX_LINES` lines.

    For a hidden check it holds no input, no expected value and no word of the student's.
    """
    asked: Call | None = vars(error)["asked"] if "asked" in vars(error) else _latest(calls)
    label = asked.label if asked else None
    lines = [_headline(error, label, hidden=hidden)]
    if not hidden:
        if asked is not None and not isinstance(error, MissingName):
            lines.append(_asked(asked))
        if isinstance(error, Failure):
            lines.extend(error.details)
    return Text(en=_clipped(lines, "en"), zh=_clipped(lines, "zh"))


def _headline(error: BaseException, label: str | None, *, hidden: bool) -> Text:
    raised = getattr(error, "raised", None)
    match error:
        case Unusable() if hidden:
            return error.in_hidden
        case Failure() | MissingName():
            return error.headline
        case Interrupt():
            return messages.interrupted(error, label)
        case _ if isinstance(raised, messages.Raised):
            return messages.raised(raised, label, hidden=hidden)
        case pytest.fail.Exception():
            return Text(en="an error was due here, but the call returned normally", zh="这里应当报错，但调用正常返回了")
        case UserError():
            return Text(en=str(error), zh=str(error))
        case _:
            kind = type(error).__name__
            return Text(
                en=f"the answer does not have the form that the check works with ({kind})",
                zh=f"返回值的形式不对，检查无法使用它（{kind}）",
            )


def _latest(calls: tuple[Call, ...]) -> Call | None:
    """The call whose answer was judged; None where that came from a probe, which is none of the student's functions."""
    last = next((call for call in reversed(calls) if call.operation in ("call", "probe")), None)
    return last if last is not None and last.operation == "call" else None


def _asked(call: Call) -> Text:
    """The call as the student would write it: `sigmoid(array([0.]))`."""
    _, arguments, keywords = call.operands
    assert isinstance(arguments, tuple) and isinstance(keywords, dict)
    shown = [show(value, width=60) for value in arguments]
    shown += [f"{name}={show(value, width=60)}" for name, value in keywords.items()]
    text = f"{call.label or '...'}({', '.join(shown)})"
    return Text(en=f"asked:    {text}", zh=f"调用：{text}")


def _clipped(lines: list[Text], language: Any) -> str:
    """All lines, each cut to the width of a terminal; the headline may be several lines and is never cut."""
    head, *rest = [line.lang(language) for line in lines]
    split = [part for line in rest for part in line.splitlines()]
    cut = [part if len(part) <= MAX_WIDTH else part[: MAX_WIDTH - 1] + "…" for part in split]
    return "\n".join([head, *cut][: MAX_LINES - head.count("\n")])

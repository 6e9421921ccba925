"""Diagnoses of what a container holds: keys and members that are missing or do not belong."""

from typing import Any

from autograder.diagnosis.findings import Finding
from autograder.diagnosis.kinds import wrong_kind
from autograder.diagnosis.labels import Labels
from autograder.legible import show, type_name
from autograder.text import Text


def compare_keys(actual: dict[Any, Any], expected: dict[Any, Any], labels: Labels) -> Finding | None:
    """None when both dicts have the same keys."""
    missing, extra = _difference(expected, actual), _difference(actual, expected)
    if not missing and not extra:
        return None
    if len(missing) == len(extra) == len(expected) and {str(k) for k in missing} == {str(k) for k in extra}:
        shown = [f"{show(key)} ({type_name(key)})" for key in (extra[0], missing[0])]
        return Finding(Text(en="the keys are of another type", zh="键的类型不对"), labels.lines(*shown))
    return Finding(_headline(missing, extra, "keys", "键"), _lines(missing, extra))


def compare_sets(actual: Any, expected: set[Any] | frozenset[Any]) -> Finding | None:
    """None when `actual` is a set of the same members."""
    if not isinstance(actual, set | frozenset):
        return wrong_kind(actual, expected)
    missing, extra = _difference(expected, actual), _difference(actual, expected)
    if not missing and not extra:
        return None
    return Finding(_headline(missing, extra, "members", "元素"), _lines(missing, extra))


def _difference(these: Any, those: Any) -> list[Any]:
    """What is in `these` and not in `those`, in an order that does not depend on the hash seed."""
    return sorted((item for item in these if item not in those), key=lambda item: show(item, 400))


def _headline(missing: list[Any], extra: list[Any], en: str, zh: str) -> Text:
    if not extra:
        return Text(en=f"some {en} are missing", zh=f"缺少一些{zh}")
    if not missing:
        return Text(en=f"there are {en} that do not belong", zh=f"多出了一些{zh}")
    return Text(en=f"some {en} are missing, and others do not belong", zh=f"缺少一些{zh}，又多出了一些{zh}")


def _lines(missing: list[Any], extra: list[Any]) -> tuple[Text, ...]:
    lines = []
    for items, en, zh in ((missing, "missing", "缺少"), (extra, "too many", "多出")):
        if items:
            shown = show(items, 70)[1:].removesuffix("]")
            lines.append(Text(en=f"{en} ({len(items)}): {shown}", zh=f"{zh}（{len(items)} 个）：{shown}"))
    return tuple(lines)

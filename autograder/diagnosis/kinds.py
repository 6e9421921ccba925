"""What kind of value something is, in words; and what to say when it is of the wrong kind."""

import numpy as np

from autograder.diagnosis.findings import Finding
from autograder.diagnosis.values import is_tensor, leaves, read_numbers
from autograder.legible import show, type_name
from autograder.text import Text

NOTHING = Finding(Text(en="nothing was returned (is a return missing?)", zh="没有返回值（是不是漏写了 return？）"))
UNEXPECTED = Text(en="a value was returned where None belongs", zh="这里应该返回 None，却返回了一个值")

_KINDS: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    ((str, np.str_), "text", "字符串"),
    ((bytes, np.bytes_), "bytes", "字节串"),
    ((bool, np.bool_), "True or False", "布尔值"),
    ((int, float, complex, np.number), "a number", "一个数"),
    (list, "a list", "列表"),
    (tuple, "a tuple", "元组"),
    (dict, "a dict", "字典"),
    ((set, frozenset), "a set", "集合"),
    (np.ndarray, "an array", "数组"),
    (np.dtype, "a dtype", "一个 dtype"),
)


def kind_of(value: object) -> Text:
    """The kind of a value in words."""
    if value is None:
        return Text(en="None", zh="None")
    if isinstance(value, np.ndarray) and value.dtype.kind in "US":
        return Text(en="an array of text", zh="字符串数组")
    if is_tensor(value):
        return Text(en="a tensor", zh="张量")
    for kind, en, zh in _KINDS:
        if isinstance(value, kind):
            return Text(en=en, zh=zh)
    if callable(value):  # whatever stays on the student's side is, as far as one can see from here
        return Text(en="an object or a function", zh="一个对象或函数")
    return Text(en="an object", zh="一个对象")


def wrong_kind(actual: object, expected: object) -> Finding:
    """`actual` is of a kind that cannot be compared with `expected`. The type's own name stays in the details."""
    if isinstance(actual, np.ndarray) and actual.dtype.kind == "O" and not actual.ndim:
        actual = actual.item()  # what a check's np.asarray makes of anything that is no array
    if actual is None:
        return NOTHING
    got, right = kind_of(actual), kind_of(expected)
    numeric = read_numbers(expected) is not None
    remark = _inside(actual) if numeric and not isinstance(expected, tuple) else None
    if remark is not None:
        return Finding(remark, _shown(actual))
    if got == right:
        return Finding(Text(en="wrong type", zh="类型不对"), _shown(actual))
    return Finding(
        Text(en=f"wrong type: {got.en} instead of {right.en}", zh=f"类型不对：应为{right.zh}，得到的却是{got.zh}"),
        _shown(actual),
    )


def _inside(actual: object) -> Text | None:
    """Why a list or tuple is no array of numbers."""
    if not isinstance(actual, list | tuple):
        return None
    try:
        items = list(leaves(actual))
    except RecursionError:
        return Text(en="lists nested too deeply", zh="列表嵌套得太深")
    if any(item is None for item in items):
        return Text(en="None stands among the numbers", zh="数字中间混有 None")
    if any(isinstance(item, str | bytes) for item in items):
        return Text(en="text stands among the numbers", zh="数字中间混有字符串")
    if any(read_numbers(item) is None for item in items):
        return Text(en="other things than numbers stand in the list", zh="列表里有不是数字的东西")
    if isinstance(actual, tuple):
        return Text(en="several values were returned where one belongs", zh="应返回一个值，却返回了多个")
    return Text(en="the rows of the list have different lengths", zh="列表各行的长度不一致")


def _shown(actual: object) -> tuple[Text, ...]:
    name = type_name(actual)
    shown = show(actual)
    line = f"{shown} ({name})" if shown != name and len(shown) + len(name) < 90 else shown
    return (Text(en=f"got: {line}", zh=f"得到：{line}"),)

"""Diagnoses of a text that is not the expected one."""

from autograder.diagnosis.findings import Finding
from autograder.diagnosis.labels import LABELS, Labels
from autograder.legible import show_text_pair
from autograder.text import Text


def compare_texts(actual: str | bytes, expected: str | bytes, labels: Labels = LABELS) -> Finding | None:
    """None when equal; otherwise what is wrong and where the texts part. Both are str, or both are bytes."""
    if actual == expected:
        return None
    first, got, right = show_text_pair(actual, expected)
    unit = ("byte", "字节") if isinstance(expected, bytes) else ("character", "字符")
    where = Text(
        en=f"first difference at {unit[0]} {first} (counted from 0); lengths {len(actual)} and {len(expected)}",
        zh=f"第一处不同在第 {first} 个{unit[1]}（从 0 数起）；长度分别为 {len(actual)} 和 {len(expected)}",
    )
    short = max(len(actual), len(expected)) <= 10
    return Finding(_headline(actual, expected), (where,) * (not short) + labels.lines(got, right))


def _headline(actual: str | bytes, expected: str | bytes) -> Text:
    if not actual:
        return Text(en="the text is empty", zh="得到的是空字符串")
    if actual.lower() == expected.lower():
        return Text(en="right except for upper and lower case", zh="除大小写外都对")
    if actual.split() == expected.split():
        return Text(en="right except for spaces or line breaks", zh="除空格或换行外都对")
    if b"".join(_encoded(actual).split()) == b"".join(_encoded(expected).split()):
        return Text(en="right except for spaces or line breaks", zh="除空格或换行外都对")
    if len(expected) >= 3 and actual == expected[::-1]:
        return Text(en="the right text in reverse order", zh="内容对，但顺序反了")
    return _ends(_encoded(actual), _encoded(expected))


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _ends(actual: bytes, expected: bytes) -> Text:
    if expected and expected.startswith(actual):
        return Text(en="the end of the text is missing", zh="缺了结尾的部分")
    if expected and expected.endswith(actual):
        return Text(en="the beginning of the text is missing", zh="缺了开头的部分")
    if expected and actual.startswith(expected):
        return Text(en="the text goes on after its end", zh="结尾多出了内容")
    if expected and actual.endswith(expected):
        return Text(en="something stands before the beginning of the text", zh="开头多出了内容")
    return Text(en="wrong text", zh="文本不对")

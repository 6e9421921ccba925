"""What a student reads when something went wrong around an answer: exceptions, time-outs, lost processes."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake import mishaps
from autograder.sandbox.interrupts import Broken, Death, GivenUp, Interrupt, TimeOut
from autograder.text import Text


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code: nearest built-in class, own class, text, and where in the student's file."""

    builtin: str
    kind: str
    text: str
    file: str | None
    line: int | None
    source: str | None
    function: str | None
    cell: int | None = None

    @property
    def place(self) -> Text | None:
        """ "gradients.py, line 12", or None when no line of the student's was on the way."""
        if self.file is None:
            return None
        if self.cell is not None:
            return Text(en=f"cell {self.cell}, line {self.line}", zh=f"第 {self.cell} 个代码单元第 {self.line} 行")
        if self.line is None:
            return Text(en=self.file, zh=self.file)
        return Text(en=f"{self.file}, line {self.line}", zh=f"{self.file} 第 {self.line} 行")


def raised(error: Raised, label: str | None, *, hidden: bool) -> Text:
    """One or two lines on an exception that a call raised; a hidden check never shows the student's own words."""
    if error.builtin == "NotImplementedError":
        own = None if hidden else error.function
        name = f"`{label}`" if label else (f"`{own}`" if own else "this function")
        return Text(en=f"{name} is not written yet", zh=f"{name} 还没有实现")
    text = "" if hidden else _first_line(error.text)
    what = _with_place(error, hidden=hidden)
    if text:
        what = Text(en=f"{what.en}: {text}", zh=f"{what.zh}：{text}")
    reason = _explained(error, hidden=hidden)
    return join(what, reason) if reason else what


def unimportable(error: Raised, packages: Sequence[str], *, hidden: bool) -> Text:
    """Why a module cannot be imported, for every check that needs it.

    A hidden check does not show the student's own words even here: another module of theirs may have seen its input.
    """
    place = _with_place(error, hidden=hidden)
    what = Text(en=f"your file cannot be imported: {place.en}", zh=f"你的文件无法导入：{place.zh}")
    reason = _explained(error, packages, hidden=hidden)
    if reason:
        return join(what, reason)
    text = "" if hidden else _first_line(error.text)
    return Text(en=f"{what.en}: {text}", zh=f"{what.zh}：{text}") if text else what


def import_interrupted(module: str, interrupt: BaseException) -> Text:
    """What every check of a module says whose import never ended or ended the process."""
    match interrupt:
        case TimeOut(seconds=seconds):
            return Text(
                en=f"importing {module}.py ran for more than {seconds:g} s: move training and loops at module level "
                'under `if __name__ == "__main__":`',
                zh=f"导入 {module}.py 用时超过 {seconds:g} 秒：请把模块级的训练和循环放到 "
                '`if __name__ == "__main__":` 之下',
            )
        case _:
            reason = interrupted(interrupt, None)
            return Text(en=f"importing {module}.py: {reason.en}", zh=f"导入 {module}.py 时：{reason.zh}")


def interrupted(interrupt: BaseException, label: str | None) -> Text:
    """Why a request was never answered."""
    who = Text(en=f"your `{label}`", zh=f"你的 `{label}`") if label else Text(en="your code", zh="你的代码")
    match interrupt:
        case GivenUp(seconds=None):
            return Text(en="not run: earlier calls had run out of time too often", zh="未运行：之前的调用超时次数过多")
        case GivenUp(seconds=seconds):
            return Text(
                en=f"not run: your code had used up its {seconds:g} s of CPU time for the whole assignment",
                zh=f"未运行：你的代码已用完整个作业的 {seconds:g} 秒 CPU 时间",
            )
        case TimeOut(seconds=seconds, clock="cpu"):
            return Text(
                en=f"{who.en} ran for more than {seconds:g} s (is there a loop that never ends?)",
                zh=f"{who.zh} 运行超过 {seconds:g} 秒（是否有不会结束的循环？）",
            )
        case TimeOut():
            return Text(
                en=f"{who.en} did not return in time: it seems to wait for something (input, sleep, a lock)",
                zh=f"{who.zh} 没有按时返回：似乎在等待什么（输入、sleep 或锁）",
            )
        case Death(reason="memory"):
            return Text(
                en=f"{who.en} used more memory than this assignment allows",
                zh=f"{who.zh} 使用的内存超过了本作业的限制",
            )
        case Death(reason="files"):
            return Text(
                en=f"{who.en} wrote more data to files than this assignment allows",
                zh=f"{who.zh} 写入文件的数据超过了本作业的限制",
            )
        case Death(reason=reason) if reason.startswith("signal"):
            name = reason.removeprefix("signal ")
            return Text(en=f"{who.en} crashed the Python process ({name})", zh=f"{who.zh} 使 Python 进程崩溃（{name}）")
        case Death():
            return Text(
                en=f"{who.en} ended the Python process (exit, quit or os._exit)",
                zh=f"{who.zh} 结束了 Python 进程（exit、quit 或 os._exit）",
            )
        case Broken():
            return Text(
                en=f"{who.en} gave no readable answer (too large, or the channel to the grader was disturbed)",
                zh=f"{who.zh} 没有给出可读取的结果（结果过大，或与评分程序的通信被干扰）",
            )
        case Interrupt() | _:
            return Text(en=f"{who.en} was stopped", zh=f"{who.zh} 被中止")


def join(*lines: Text) -> Text:
    """Several messages, one below the other."""
    return Text(en="\n".join(line.en for line in lines), zh="\n".join(line.zh for line in lines))


def _with_place(error: Raised, *, hidden: bool) -> Text:
    """The class and the line; the name of a class is the student's own word too, so a hidden check shows Python's."""
    kind, place = error.builtin if hidden else error.kind, error.place
    if place is None:
        return Text(en=kind, zh=kind)
    return Text(en=f"{kind} ({place.en})", zh=f"{kind}（{place.zh}）")


def _explained(error: Raised, packages: Sequence[str] = ("numpy",), *, hidden: bool) -> Text | None:
    """The one-line explanation of a well-known mishap; none in a hidden check, whose input it could depend on."""
    if hidden:
        return None
    return mishaps.explain(error.builtin, error.text, error.file, error.line, error.source, packages)


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return printable(lines[0][:200]) if lines else ""


def printable(text: str) -> str:
    """`text` without control characters: a student's message must not move the cursor of a grader's terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)

"""One line of its own for what goes wrong around the code: encodings, punctuation, paths, devices, names.

An explanation quotes nothing that a student's process said: a name or a path in it stands in the source line itself,
which cannot hold a hidden input. What the source line does not show is explained in general words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.intake.punctuation import ASCII_TWINS, stray_character
from autograder.intake.source import NotUtf8, mended, parse
from autograder.intake.syntax_words import in_chinese, is_known
from autograder.text import Text


@dataclass(frozen=True)
class _Mishap:
    """What is known of one exception."""

    kind: str
    text: str
    line: str
    packages: Sequence[str]


def explain(
    kind: str,
    text: str,
    filename: str | None,
    line: int | None,
    source_line: str | None,
    packages: Sequence[str] = ("numpy",),
) -> Text | None:
    """One line on a well-known mishap, or None. `kind` is the exception's class, `packages` what may be imported.

    >>> explain("EOFError", "EOF when reading a line", "sgd.py", 3, "n = int(input())").en
    '`input()` waits for a keyboard, and there is none: pass the value as an argument or write it into the code'
    """
    mishap = _Mishap(kind, text, (source_line or "").strip(), packages)
    for kinds, explanation in _EXPLANATIONS:
        if kind in kinds:
            found = explanation(mishap)
            if found is not None:
                return found
    return None


def syntax_problem(source: bytes, filename: str) -> Text | None:
    """Why a source cannot be compiled, with its line; None if it can. Nothing is executed."""
    try:
        parse(mended(filename, source), filename, scopes=True)
    except NotUtf8 as error:
        return error.text
    except SyntaxError as error:
        reason = syntax_text(error)
        if error.lineno is None:
            return Text(en=f"{filename}: {reason.en}", zh=f"{filename}：{reason.zh}")
        return Text(
            en=f"{filename}, line {error.lineno}: {reason.en}", zh=f"{filename} 第 {error.lineno} 行：{reason.zh}"
        )
    return None


def syntax_text(error: SyntaxError) -> Text:
    """What is wrong with a line that is not valid Python."""
    return _syntax(_Mishap(type(error).__name__, str(error.msg), error.text or "", ()))


def _syntax(mishap: _Mishap) -> Text:
    character = stray_character(mishap.text, mishap.line)
    if character is not None:
        twin = ASCII_TWINS.get(character)
        if twin:
            return Text(
                en=f"'{character}' is full-width punctuation (typed with a Chinese input method): write {twin} instead",
                zh=f"“{character}”是全角标点（中文输入法输入）：请改为半角的 {twin}",
            )
        code = f"U+{ord(character):04X}"
        return Text(
            en=f"an invisible or unusual character ({code}) came in, often by copying from a web page: delete it and "
            "type it again",
            zh=f"代码中混入了不可见或特殊字符（{code}），多半是从网页复制来的：请删除后重新输入",
        )
    if mishap.kind == "TabError" or "inconsistent use of tabs" in mishap.text:
        return Text(
            en="tabs and spaces are mixed in the indentation: use four spaces everywhere (editors can convert them)",
            zh="缩进混用了制表符（Tab）和空格：请统一改用四个空格（编辑器可以自动转换）",
        )
    if mishap.kind == "IndentationError":
        return Text(
            en=f"wrong indentation ({mishap.text}): lines of one block begin in the same column",
            zh=f"缩进有误（{in_chinese(mishap.text)}）：同一代码块的各行要对齐",
        )
    return Text(en=f"not valid Python: {mishap.text}", zh=f"不是合法的 Python 代码：{in_chinese(mishap.text)}")


def _syntax_of_a_call(mishap: _Mishap) -> Text | None:
    """A syntax error that the student's process reports: what the line shows, or what only Python would say."""
    if stray_character("", mishap.line) or mishap.kind == "TabError":
        return _syntax(_Mishap(mishap.kind, "", mishap.line, ()))
    message = re.sub(r" \([^()]{1,300}, line \d+\)\Z", "", mishap.text)
    return _syntax(_Mishap(mishap.kind, message, "", ())) if is_known(message) else None


def _decoding(mishap: _Mishap) -> Text | None:
    if re.match(r"'?(gbk|gb2312|gb18030|cp936|big5|charmap|cp125\d|ascii)\b", mishap.text):
        return Text(
            en='a file was opened without an encoding, so the system chose one: write open(..., encoding="utf-8")',
            zh='打开文件时没有指定编码，用了系统默认编码（中文 Windows 是 gbk）：请写成 open(..., encoding="utf-8")',
        )
    return None


def _input(mishap: _Mishap) -> Text:
    return Text(
        en="`input()` waits for a keyboard, and there is none: pass the value as an argument or write it into the code",
        zh="`input()` 会等待键盘输入，而评分时没有键盘：请改为函数参数，或直接写在代码里",
    )


def _reading_input(mishap: _Mishap) -> Text | None:
    return _input(mishap) if "reading from stdin" in mishap.text or "input()" in mishap.text else None


def _path(mishap: _Mishap) -> Text | None:
    """A path that exists on one computer only."""
    here = re.search(r"""['"]\s*((?:[A-Za-z]:[\\/]|/Users/|/home/|/mnt/|/content/|~/)[^'"]*)""", mishap.line)
    shown = f" ({here[1][:60]})" if here else ""
    if here or re.search(r"[A-Za-z]:\\|/Users/|/home/|/content/|/mnt/", mishap.text):
        return Text(
            en=f"an absolute path{shown} exists on one computer only: put the file beside your code and build its path "
            "from __file__, or take the path as an argument",
            zh=f"绝对路径{shown}只在一台电脑上存在：请把文件放在代码旁边，用 __file__ 得到路径，或把路径作为参数传入",
        )
    return Text(
        en="that file is not there when your code is graded: read only files whose path a function is given",
        zh="评分时没有这个文件：请只通过函数参数给出的路径读取文件",
    )


def _cuda(mishap: _Mishap) -> Text | None:
    if re.search(r"CUDA|NVIDIA|cuda", mishap.text):
        return Text(
            en="there is no GPU here: do without `.cuda()`, or choose "
            'device = "cuda" if torch.cuda.is_available() else "cpu"',
            zh='评分的机器没有 GPU：请去掉 `.cuda()`，或写成 device = "cuda" if torch.cuda.is_available() else "cpu"',
        )
    return None


def _module(mishap: _Mishap) -> Text | None:
    """A package that is not there, or a module of the student's own that was not handed in."""
    name = _module_in_line(mishap)
    shown = f"`{name}`" if name else "this module"
    shown_zh = f"`{name}`" if name else "这个模块"
    if "is not a package" in mishap.text:
        return Text(
            en=f"one of your files seems to be named like a package ({shown}) and hides it: rename the file",
            zh=f"你的某个文件与某个包（{shown_zh}）重名，把它遮盖了：请改文件名",
        )
    known = ", ".join(mishap.packages)
    also = f" and {known}" if known else ""
    also_zh = f"和 {known}" if known else ""
    return Text(
        en=f"{shown} is not part of this assignment (there are Python's standard library{also}); if it is a file of "
        "yours, hand it in as well",
        zh=f"本作业不提供 {shown_zh}（可用的有 Python 标准库{also_zh}）；如果它是你自己的文件，请一并提交",
    )


def _module_in_line(mishap: _Mishap) -> str | None:
    """The missing module's name, if the source line shows it."""
    found = re.search(r"No module named '([\w.]+)'", mishap.text)
    name = found[1] if found else None
    return name if name and re.search(rf"\b{re.escape(name)}\b", mishap.line) else None


def _hidden_name(mishap: _Mishap) -> Text | None:
    """`from random import choice` when a student's random.py was found first, or a circular import."""
    if "partially initialized module" in mishap.text or "circular import" in mishap.text:
        return Text(
            en="two files import each other, or a file of yours is named like the package it imports: rename it",
            zh="两个文件互相导入，或者你的文件与它要导入的包重名：请解除互相导入，或改文件名",
        )
    return None


def _recursion(mishap: _Mishap) -> Text:
    return Text(
        en="a function calls itself without end: check that its base case is reached",
        zh="函数无休止地调用自己：请检查递归的终止条件",
    )


def _memory(mishap: _Mishap) -> Text:
    return Text(
        en="this needs more memory than the assignment allows: is an array too large, or does a list grow for ever?",
        zh="所需内存超过了本作业的限制：是否有数组过大，或列表在无限增长？",
    )


def _unwritten(mishap: _Mishap) -> Text:
    return Text(en="not written yet: the stub still stands there", zh="还没有实现：函数里仍是模板代码")


def _exit(mishap: _Mishap) -> Text:
    return Text(
        en='your code ends Python (exit, quit, sys.exit): remove that, or move it under if __name__ == "__main__":',
        zh='你的代码结束了 Python（exit、quit、sys.exit）：请删除，或移到 if __name__ == "__main__": 之下',
    )


_EXPLANATIONS: Sequence[tuple[frozenset[str], Callable[[_Mishap], Text | None]]] = (
    (frozenset({"SyntaxError", "IndentationError", "TabError"}), _syntax_of_a_call),
    (frozenset({"UnicodeDecodeError", "UnicodeEncodeError"}), _decoding),
    (frozenset({"EOFError"}), _input),
    (frozenset({"OSError"}), _reading_input),
    (frozenset({"FileNotFoundError", "NotADirectoryError", "PermissionError"}), _path),
    (frozenset({"AssertionError", "RuntimeError"}), _cuda),
    (frozenset({"ModuleNotFoundError", "ImportError"}), _hidden_name),
    (frozenset({"AttributeError"}), _hidden_name),
    (frozenset({"ModuleNotFoundError"}), _module),
    (frozenset({"RecursionError"}), _recursion),
    (frozenset({"MemoryError"}), _memory),
    (frozenset({"NotImplementedError"}), _unwritten),
    (frozenset({"SystemExit"}), _exit),
)

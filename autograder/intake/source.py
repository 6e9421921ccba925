"""Python source as handed in: its encoding, its line ends, its syntax tree. Nothing here runs it."""

import ast
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator

from autograder.text import Text

MAX_SOURCE = 512 * 1024
"""Bytes of one .py file; what people write is a tenth of it, and parsing takes 500 times as much memory."""

_COOKIE = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"\A[ \t\f]*(?:#[^\n]*)?\n")
_COOKIE_ENCODINGS = frozenset({"gbk", "gb2312", "gb18030", "cp936", "big5", "latin-1", "iso-8859-1", "cp1252"})


class NotUtf8(Exception):
    """A source file in another encoding; `text` says which one probably and how to convert it."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def mended(name: str, data: bytes) -> bytes:
    """Source as UTF-8 without BOM, lines ending in LF; raises NotUtf8.

    A file that declares its encoding (PEP 263) is read as it says, since Python would, and then declares UTF-8.
    """
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    cookie = _cookie(data)
    declared = cookie[1].decode().lower().replace("_", "-") if cookie else "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared not in _COOKIE_ENCODINGS:
            raise NotUtf8(_not_utf8(name, data, error.start)) from None
        try:
            data = data.decode(declared).encode()
        except UnicodeDecodeError as inner:
            raise NotUtf8(_not_utf8(name, data, inner.start)) from None
    cookie = _cookie(data)
    if cookie and declared not in ("utf-8", "utf8", "utf-8-sig"):
        data = data[: cookie.start(1)] + b"utf-8" + data[cookie.end(1) :]
    return data


def _cookie(data: bytes) -> re.Match[bytes] | None:
    """The encoding declaration: a comment in line 1, or in line 2 below a blank line or comment."""
    found = _COOKIE.match(data)
    if found and b"\n" in data[: found.start(1)] and not _BLANK_OR_COMMENT.match(data):
        return None
    return found


def _not_utf8(name: str, data: bytes, at: int) -> Text:
    line = data.count(b"\n", 0, at) + 1
    en, zh = _probably(data)
    return Text(
        en=f"{name}, line {line}: not saved as UTF-8 ({en}). Convert it: in VS Code click the encoding at the bottom "
        "right > Save with Encoding > UTF-8; in PyCharm the encoding at the bottom right > UTF-8 > Convert; "
        "in Notepad Save as > Encoding: UTF-8",
        zh=f"{name} 第 {line} 行：文件没有保存为 UTF-8（{zh}）。转换方法：VS Code 点击右下角的编码 > 通过编码保存 > "
        "UTF-8；PyCharm 点击右下角的编码 > UTF-8 > 转换；记事本 另存为 > 编码：UTF-8",
    )


def _probably(data: bytes) -> tuple[str, str]:
    """What the encoding may be, in both languages."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16", "它是 UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "it is no text, or damaged", "它不是文本，或已损坏"
    return "probably GBK, the default of Chinese Windows", "很可能是 GBK，即中文 Windows 的默认编码"


def parse(source: str | bytes, filename: str = "<source>", *, scopes: bool = False) -> ast.Module:
    """The syntax tree of untrusted source; raises SyntaxError and nothing else.

    With `scopes`, also what Python finds after parsing (`return` outside a function, `nonlocal` at module level) is a
    SyntaxError. The source is never compiled: folding its constants can take gigabytes.
    """
    if len(source) > MAX_SOURCE:
        raise SyntaxError(f"larger than {MAX_SOURCE // 1024} kB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, filename)
            if scopes:
                symtable.symtable(source, filename, "exec")  # type: ignore[arg-type]  # bytes work as well
                refuse_outside_functions(running(tree))
            return tree
    except SyntaxError:
        raise
    except (RecursionError, MemoryError):
        raise SyntaxError("too deeply nested") from None
    except (ValueError, OverflowError) as error:
        raise SyntaxError(str(error)) from None


def running(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when `node` runs: not the bodies of functions and lambdas."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        for name, value in ast.iter_fields(part):
            if name == "body" and isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            waiting.extend(
                item for item in (value if isinstance(value, list) else [value]) if isinstance(item, ast.AST)
            )


def refuse_outside_functions(parts: Iterable[ast.AST]) -> None:
    """Raise SyntaxError for `return`, `yield` and `await` among nodes that no function is around."""
    for part in parts:
        if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom | ast.Await | ast.AsyncFor | ast.AsyncWith):
            word = {"Return": "return", "Yield": "yield", "YieldFrom": "yield"}.get(type(part).__name__, "await")
            error = SyntaxError(f"'{word}' outside function")
            error.lineno = part.lineno
            raise error


def defined_names(source: bytes) -> frozenset[str]:
    """The names that a module's top-level `def`, `class` and plain assignments bind; empty if it does not parse."""
    try:
        tree = parse(source)
    except SyntaxError:
        return frozenset()
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(names)

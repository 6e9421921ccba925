"""The code cells of a notebook as text, also of one whose metadata is damaged, and the Python in a cell.

IPython's own lines (`%time`, `!pip`, `x?`) are blanked so that every other line keeps its number.
"""

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

from autograder.errors import Refusal
from autograder.intake.source import MAX_SOURCE
from autograder.text import Text

MAX_CELLS = 2_000

RUN_IN_PLACE = frozenset({"time", "timeit", "capture", "prun", "memit", "writefile", "file", "debug", "skip"})
"""Cell magics whose cell is Python of this notebook all the same (`%%writefile sgd.py` holds a module's text)."""

_LINE_MAGIC = re.compile(
    r"""(?P<indent>[ \t]*)(?:
        [%!?].*                                  # %time f(), !pip install, ?print
      | [^\s#"'=]+\?{1,2}[ \t]*;?[ \t]*          # print?, np.dot??
      | [\w.,* \[\]()]+=[ \t]*(?:!|%[a-zA-Z]).*  # files = !ls, t = %timeit -o f()
    )\Z""",
    re.VERBOSE,
)
_TOKEN = re.compile(
    r"""
      (?P<quote>\"\"\"|''')(?:\\.|(?!(?P=quote)).)*(?:(?P=quote)|\Z)
    | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?
    | \#[^\n]* | \\\n | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<newline>\n) | [^"'\#\\()\[\]{}\n]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)


def code_cells(data: bytes, name: str) -> tuple[str, ...]:
    """The sources of a notebook's code cells, in order. Raises Refusal when none can be found."""
    sources = tuple(_code(_load(data, name)))
    if not any(source.strip() for source in sources):
        raise Refusal(
            Text(
                en=f"{name}: no code cells found; open it in Jupyter, check that your code is there, and save it again",
                zh=f"{name}：没有找到代码单元；请在 Jupyter 中打开，确认代码还在，再重新保存",
            )
        )
    if sum(map(len, sources)) > MAX_SOURCE or len(sources) > MAX_CELLS:
        raise Refusal(
            Text(
                en=f"{name}: more than {MAX_SOURCE // 1024} kB of code; move data from the cells into a file",
                zh=f"{name}：代码超过 {MAX_SOURCE // 1024} kB；请把单元里的数据移到文件中",
            )
        )
    return sources


def damage(data: bytes, name: str) -> tuple[Text, ...]:
    """A note if nbformat does not accept the notebook, its outputs left aside."""
    import nbformat  # a fifth of a second, and most submissions are no notebooks

    try:
        found = _load(data, name)
        for cell in _list(found, "cells") if found.get("nbformat", 4) >= 4 else ():
            if cell.get("cell_type") == "code":
                cell["outputs"] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.from_dict(found), relax_add_props=True)  # type: ignore[no-untyped-call]
    except Exception:  # damaged in whatever way: the cells can be read all the same
        return (
            Text(
                en=f"{name}: its metadata is damaged; the code cells were graded all the same",
                zh=f"{name}：元数据已损坏，代码单元仍照常评分",
            ),
        )
    return ()


def _load(data: bytes, name: str) -> Any:
    """The notebook's JSON as Python values."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason = Text(en="is not saved as UTF-8", zh="没有保存为 UTF-8")
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = Text(en=f"is damaged near line {line} (not JSON)", zh=f"在第 {line} 行附近损坏（不是 JSON）")
    raise Refusal(
        Text(
            en=f"{name}: {reason.en}; open it in Jupyter and save it again, or hand in the .py file",
            zh=f"{name}：{reason.zh}；请在 Jupyter 中打开并重新保存，或提交 .py 文件",
        )
    )


def _code(found: Any) -> Iterator[str]:
    """The code of every code cell, of any version of the format; what is not as it should be is passed over."""
    for holder in [found, *_list(found, "worksheets")]:
        for cell in _list(holder, "cells"):
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                lines = source if isinstance(source, list) else [source]
                yield "".join(line for line in lines if isinstance(line, str))


def _list(holder: Any, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []


def python_of(cell: str) -> str:
    """A cell's Python: IPython's lines become `pass` or blank; "" for a cell in another language.

    >>> python_of("%%time\\nx = 1\\nif x:\\n    !ls\\n")
    '\\nx = 1\\nif x:\\n    pass\\n'
    """
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").encode("utf-8", "replace").decode()
    first, newline, rest = cell.lstrip("\n").partition("\n")
    blank = "\n" * (len(cell) - len(cell.lstrip("\n")))
    if first.startswith("%%"):
        magic = re.match(r"%%(\w*)", first)
        if magic is None or magic[1] not in RUN_IN_PLACE:
            return ""
        cell = blank + newline + rest
    return _without_magics(cell)


def _without_magics(cell: str) -> str:
    """Replace IPython's lines where a statement may begin: not inside a string, brackets or after a backslash."""
    parts: list[str] = []
    at, depth, fresh = 0, 0, True
    while at < len(cell):
        if fresh:
            fresh = False
            end = _line_end(cell, at)
            magic = _LINE_MAGIC.match(cell, at, end)
            if magic:
                while cell[end - 1] == "\\" and end < len(cell):
                    end = _line_end(cell, end + 1)
                parts.append(f"{magic['indent']}pass" + "\n" * cell.count("\n", at, end))
                at = end
                continue
        token = _TOKEN.match(cell, at)
        assert token is not None, "the last alternative matches any character"
        depth = max(depth + bool(token["open"]) - bool(token["close"]), 0)
        fresh = bool(token["newline"]) and depth == 0
        parts.append(token[0])
        at = token.end()
    return "".join(parts)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end

"""Python's messages on syntax errors, in Chinese."""

import re

_CHINESE = (
    (r"'(.+)' was never closed", r"“\1”没有闭合"),
    (r"unmatched '(.+)'", r"多余的“\1”"),
    (
        r"closing parenthesis '(.+)' does not match opening parenthesis '(.+?)'(?: on line (\d+))?",
        r"“\1”与前面的“\2”不配对",
    ),
    (r"expected ':'", "缺少冒号“:”"),
    (r"expected '(.+)'", r"缺少“\1”"),
    (r"invalid syntax\. Perhaps you forgot a comma\?", "语法错误，可能漏了逗号"),
    (r"invalid syntax\. Maybe you meant '==' or ':=' instead of '='\?", "语法错误，这里的“=”可能应为“==”"),
    (r"unterminated (?:f-)?string literal(?: \(detected at line \d+\))?", "字符串没有结束，缺少引号"),
    (r"unterminated triple-quoted (?:f-)?string literal(?: \(detected at line \d+\))?", "三引号字符串没有结束"),
    (
        r"expected an indented block after '?[a-z*]{2,8}'?(?: [a-z]{2,10})? on line (\d+)",
        r"第 \1 行之后需要缩进的代码块",
    ),
    (r"expected an indented block", "这里需要缩进的代码块"),
    (r"unexpected indent", "多余的缩进"),
    (r"unindent does not match any outer indentation level", "缩进与外层都不一致"),
    (r"unexpected EOF while parsing", "代码没有写完"),
    (r"unexpected character after line continuation character", "续行符“\\\\”之后不能再有字符"),
    (
        r"cannot assign to [a-z -]{3,30} here\. Maybe you meant '==' instead of '='\?",
        "“=”左边的内容不能赋值，这里可能应为“==”",
    ),
    (r"cannot assign to (.+)", r"不能给 \1 赋值"),
    (r"':' expected after dictionary key", "字典的键后面缺少冒号“:”"),
    (r"expected 'except' or 'finally' block", "try 之后缺少 except 或 finally"),
    (r"'(return|yield|await)' outside (?:async )?function", r"`\1` 只能写在函数里"),
    (r"'(break|continue)' (?:outside|not properly in) loop", r"`\1` 只能写在循环里"),
    (
        r"Missing parentheses in call to '(print|exec)'\. Did you mean (?:print|exec)\(\.\.\.\)\?",
        r"调用 \1 缺少括号（这是 Python 2 的写法）",
    ),
    (r"positional argument follows keyword argument(?: unpacking)?", "位置参数不能写在关键字参数之后"),
    (
        r"non-default argument follows default argument|parameter without a default follows parameter with a default",
        "没有默认值的参数不能写在有默认值的参数之后",
    ),
    (r"duplicate argument '(.+)' in function definition", r"参数 \1 重复"),
    (r"invalid decimal literal", "数字写法有误（名字不能以数字开头）"),
    (
        r"leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        "整数不能以 0 开头",
    ),
    (r"f-string: (.+)", r"f-string 有误（\1）"),
    (
        r"source code (?:string )?cannot contain null bytes",
        "文件中含有空字符，可能已损坏",
    ),
    (r"too deeply nested|too many (?:statically )?nested (?:parentheses|blocks)", "嵌套过深"),
    (r"larger than (\d+) kB", r"超过 \1 kB"),
    (r"more than (\d+) statements", r"超过 \1 条语句"),
    (r"invalid syntax", "语法错误"),
)


def is_known(message: str) -> bool:
    """Whether a message is one of Python's own and quotes no more than a few characters of the source.

    >>> is_known("'(' was never closed"), is_known("cannot assign to whatever"), is_known("made up")
    (True, False, False)
    """
    found = [re.fullmatch(pattern, message) for pattern, _ in _CHINESE]
    first = next((match for match in found if match), None)
    return first is not None and all(len(group or "") <= 6 for group in first.groups())


def in_chinese(message: str) -> str:
    """Python's message in Chinese; one that is not known stays as it is.

    >>> in_chinese("'(' was never closed")
    '“(”没有闭合'
    """
    for pattern, chinese in _CHINESE:
        found = re.fullmatch(pattern, message)
        if found:
            return found.expand(chinese)
    return message

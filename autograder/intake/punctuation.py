"""Characters that look right on a screen and are wrong in Python: full-width punctuation, invisible spaces."""

import re
import unicodedata

ASCII_TWINS = {
    "，": ",", "、": ",", "。": ".", "．": ".", "：": ":", "；": ";", "（": "(", "）": ")", "【": "[", "】": "]",
    "［": "[", "］": "]", "｛": "{", "｝": "}", "《": "<", "》": ">", "〈": "<", "〉": ">", "＜": "<", "＞": ">",
    "“": '"', "”": '"', "„": '"', "＂": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "＇": "'", "｀": "`",
    "＝": "=", "＋": "+", "－": "-", "—": "-", "–": "-", "−": "-", "×": "*", "÷": "/", "＊": "*", "／": "/",
    "＼": "\\", "％": "%", "＃": "#", "＆": "&", "｜": "|", "＾": "^", "～": "~", "＠": "@", "！": "!", "？": "?",
    "…": "...", "≤": "<=", "≥": ">=", "≠": "!=", "＿": "_", "￥": "$",
    "\u3000": "an ordinary space",
}  # fmt: skip
"""What a Chinese input method or a word processor writes -> what Python reads."""

_NAMED = re.compile(r"(?:invalid|non-printable) character (?:'(?P<shown>.)' )?\(?U\+(?P<code>[0-9A-F]{4,6})")
_STRING_OR_COMMENT = re.compile(r"""#.*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")


def stray_character(message: str, line: str) -> str | None:
    """The character that Python's message names, else the first in the line's code that cannot be Python's.

    >>> stray_character("invalid character '（' (U+FF08)", "print（1)"), stray_character("", 'x = "，"')
    ('（', None)
    """
    named = _NAMED.search(message)
    if named:
        return chr(int(named["code"], 16))
    code = _STRING_OR_COMMENT.sub("", line)
    return next((character for character in code if _is_stray(character)), None)


def _is_stray(character: str) -> bool:
    if character in ASCII_TWINS:
        return True
    return ord(character) > 127 and unicodedata.category(character) in ("Zs", "Cf", "Cc")

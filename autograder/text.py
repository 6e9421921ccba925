"""What a student reads, in both languages of the course."""

import locale
import os
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Text:
    """One message in English and Chinese; the type checker finds a missing translation.

    >>> Text(en="missing", zh="缺失").lang("zh")
    '缺失'
    """

    en: str
    zh: str

    def lang(self, language: Language) -> str:
        """The message in one language."""
        return self.zh if language == "zh" else self.en


def default_language() -> Language:
    """The language of the user's locale: Chinese for zh_*, otherwise English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"

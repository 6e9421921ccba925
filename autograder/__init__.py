"""The autograder of LLM 101: what an author of checks imports.

The names are loaded when first used: the pytest plugin lies in this package, and must not make every pytest in the
environment import numpy.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder import numeric
    from autograder.checks import Failure, any_of, require, title
    from autograder.text import Text

__all__ = ["Failure", "Text", "any_of", "numeric", "require", "title"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    if name == "numeric":
        return importlib.import_module("autograder.numeric")
    home = "autograder.text" if name == "Text" else "autograder.checks"
    return getattr(importlib.import_module(home), name)

"""The autograder of LLM 101: what an author of checks imports."""

from autograder import numeric
from autograder.checks import Failure, any_of, require, title
from autograder.text import Text

__all__ = ["Failure", "Text", "any_of", "numeric", "require", "title"]

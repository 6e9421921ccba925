"""Errors that reach a person: one line each, saying what to do."""

from autograder.text import Text


class UserError(Exception):
    """Something the person at the keyboard can mend; its text is one line and names the path it is about."""


class Refusal(UserError):
    """A submission that cannot be graded at all: one line, in both languages, that says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

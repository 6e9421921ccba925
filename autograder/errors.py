"""Errors that reach a person: one line each, saying what to do."""


class UserError(Exception):
    """Something the person at the keyboard can mend; its text is one line and names the path it is about."""

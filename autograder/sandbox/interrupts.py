"""What can end a request from outside: not mistakes in an answer, but no answer at all.

They are BaseExceptions, so that neither a check's `except Exception` nor Hypothesis (which would try the next example,
and the next time-out) stops them on their way to the plugin.
"""

from typing import Literal


class Interrupt(BaseException):
    """A request that was not answered; the sandbox it went to is gone."""


class TimeOut(Interrupt):
    """The request used up its CPU seconds, or five times as much of the wall clock."""

    def __init__(self, seconds: float, clock: Literal["cpu", "wall"]) -> None:
        super().__init__(f"more than {seconds:g} s of {clock} time")
        self.seconds = seconds
        self.clock = clock


class GivenUp(Interrupt):
    """The request was not even sent: the submission has used up its time-outs, or its `seconds` of CPU time."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("too many time-outs before" if seconds is None else f"{seconds:g} s of CPU time are used up")
        self.seconds = seconds


class Death(Interrupt):
    """The student's process ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Broken(Interrupt):
    """The reply was not one: junk, too long, out of turn."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

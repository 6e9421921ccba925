"""The vocabulary of a check: a title in two languages, a requirement, a failure that teaches.

Points come from `gradescope_utils` decorators (`@number`, `@weight`, `@visibility`, `@partial_credit`, `@tags`).
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

import pytest

from autograder.text import Text

latest_call: ContextVar[object] = ContextVar("latest_call", default=None)
"""The student's function that a check called last: the proxy sets it, a message shows it."""

F = TypeVar("F", bound=Callable[..., Any])


class Failure(AssertionError):
    """A check that did not hold.

    `headline` is one line that holds no input and no expected value, so that a hidden check may show it too;
    `details` are lines with values (asked, got, expected), shown for open checks only. A `vague` one says that
    something is wrong, but not what.
    """

    def __init__(self, headline: Text, details: Sequence[Text] = (), *, vague: bool = False) -> None:
        super().__init__(headline.en, *(line.en for line in details))
        self.headline = headline
        self.details = tuple(details)
        self.vague = vague

    def __str__(self) -> str:
        return "\n".join([self.headline.en, *(line.en for line in self.details)])


def title(en: str, zh: str) -> Callable[[F], F]:
    """The title of a check as students see it.

    >>> @title("sigmoid of zero", "零的 sigmoid")
    ... def test_sigmoid_zero(submission): ...
    """

    def mark(function: F) -> F:
        function.__title__ = Text(en=en, zh=zh)  # type: ignore[attr-defined]
        return function

    return mark


def together(function: F) -> F:
    """A check whose questions none of the answers changes, and none of which holds the answer to another.

    They may be sent all at once, which saves a switch between two processes for each. A check that asks one question
    an example needs no such promise.

    >>> @together
    ... @title("one-hot vectors", "one-hot 向量")
    ... def test_one_hot(submission): ...
    """
    function.__together__ = True  # type: ignore[attr-defined]
    return function


def require(condition: object, headline: Text, *details: Text) -> None:
    """Fail with `headline` unless `condition` is true."""
    if not condition:
        raise Failure(headline, details)


def any_of(*attempts: Callable[[], None]) -> None:
    """Pass when one attempt passes; otherwise fail with the first attempt's reason.

    For a later problem that calls an earlier one: try it with the student's own function and with a stand-in,
    and count the better.
    """
    first: BaseException | None = None
    for attempt in attempts:
        failure = failure_of(attempt)
        if failure is None:
            return
        first = first or failure
    if first is not None:
        raise first


def failure_of(attempt: Callable[[], object]) -> BaseException | None:
    """What `attempt` fails with, or None; a message about it shows the call it failed on, whatever is asked later."""
    try:
        attempt()
    except (Exception, pytest.fail.Exception) as error:  # the student's exceptions arrive as built-in classes
        vars(error).setdefault("asked", latest_call.get())
        return error
    return None

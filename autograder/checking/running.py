"""Running one check: fixtures, seeds, recorded draws, the smallest failing example, and the result as a value.

A check's Hypothesis draws are recorded once and replayed, as copies, for every submission; Hypothesis itself runs
again only to shrink a failure.
"""

import contextlib
import itertools
import os
import random
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

from autograder.checking import feedback
from autograder.checking.collecting import assignment_of, by_number, info_of, is_check
from autograder.checks import Failure
from autograder.course import Assignment
from autograder.report import CheckResult, Leader
from autograder.sandbox.interrupts import Interrupt
from autograder.student.proxy import SIDE_ISSUES, Call, Conversation, MissingName, Unusable
from autograder.text import Text

SHRINK_FACTOR = 16
"""Examples that may be spent on finding a smaller failing one, as a multiple of the check's own; a count and not a
time, so that a loaded machine reports the same."""

Outcome = tuple[BaseException, tuple[Call, ...]]
"""Why a check failed, and the calls of the example in which it did."""


class Checks:
    """A pytest plugin that runs checks against one submission after another and keeps the results."""

    def __init__(self, conversations: dict[str, Conversation], seed: int | None = None) -> None:
        self.conversations = conversations
        self.results: dict[tuple[str, str], CheckResult] = {}
        self.leaderboard: list[Leader] = []
        self.outcomes: dict[str, Outcome] = {}
        self.logs: dict[str, list[Call]] = {}
        self.vetoes: dict[tuple[str, str], Text] = {}
        self.shrink = True
        self.gather = False
        self._seed = seed
        self._draws: dict[str, list[bytes]] = {}
        self._requests: dict[str, tuple[bytes, ...]] = {}

    def begin(self) -> None:
        """A new submission: no result of the one before."""
        self.results, self.outcomes, self.logs, self.leaderboard, self.vetoes = {}, {}, {}, [], {}

    def forfeit(self, assignment: Assignment, vetoes: dict[str, Text]) -> None:
        """`vetoes` says of a problem why none of its checks can be passed (a forbidden call)."""
        self.vetoes.update({(assignment.name, problem): why for problem, why in vetoes.items()})

    def results_of(self, assignment: Assignment) -> tuple[CheckResult, ...]:
        """The results of one assignment's checks, in the order of their numbers."""
        own = [result for (name, _), result in self.results.items() if name == assignment.name]
        return tuple(sorted(own, key=lambda result: by_number(result.number)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if not is_check(pyfuncitem):
            return None
        problem = info_of(pyfuncitem).number.split(".")[0]
        if veto := self.vetoes.get((assignment_of(pyfuncitem).name, problem)):
            raise Failure(veto)
        names = pyfuncitem._fixtureinfo.argnames
        run_check(pyfuncitem, {name: pyfuncitem.funcargs[name] for name in names}, self)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        if is_check(item):
            self._note(item, call)
        return report

    def _note(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keep the result of the phase that decides: the first that fails, else the call."""
        info = info_of(item)
        error = call.excinfo.value if call.excinfo else None
        if error is None and call.when != "call":
            return
        key = (assignment_of(item).name, info.number)
        if key in self.results and self.results[key].status == "failed":
            return
        calls = self.outcomes[item.nodeid][1] if item.nodeid in self.outcomes else ()
        self.results[key] = feedback.result(item, info, error, calls, call.duration)
        self.leaderboard.extend(feedback.leader(item))

    def draws(self, item: pytest.Function, arguments: dict[str, Any]) -> list[bytes]:
        """The examples that Hypothesis draws for this check, each pickled; drawn once."""
        if item.nodeid not in self._draws:
            self._draws[item.nodeid] = record(item.obj, arguments, self._seed)
        return self._draws[item.nodeid]

    def foreseen(self, item: pytest.Function) -> tuple[bytes, ...]:
        """What the check asks of a submission; nothing when that is not known, or may not be asked all at once."""
        return self._requests.get(item.nodeid, ())

    def learn(self, item: pytest.Function, conversation: Conversation) -> None:
        """Remember what a check that was passed has asked, if its examples asked one question each.

        Of several, one could hold the answer to another: only `together` says that they do not. An object that an
        example keeps is gone when the next one begins: nothing may be asked ahead of it.
        """
        if item.nodeid not in self._requests:
            calls = [call for call in conversation.log if call.operation not in SIDE_ISSUES]
            at_once = getattr(item.obj, "__together__", False) or all(call.begins for call in calls[1:])
            known = at_once and not conversation.kept_objects
            self._requests[item.nodeid] = tuple(call.request for call in calls) if known else ()


FAILURES = (Exception, pytest.fail.Exception)
"""What a check that does not hold raises; anything else (an Interrupt) ends it at once."""


def run_check(item: pytest.Function, arguments: dict[str, Any], checks: Checks) -> None:
    """Run a check; on failure leave the calls of the smallest failing example in `checks.outcomes`."""
    conversation = checks.conversations[assignment_of(item).name]
    begin = beginning(conversation, item.nodeid)
    forget_last(item.obj)
    conversation.begin_check(checks.foreseen(item))
    checks.logs[info_of(item).number] = conversation.log
    draws = checks.draws(item, arguments) if getattr(item.obj, "is_hypothesis_test", False) else []
    left = iter(draws)
    try:
        for draw in left:
            begin()
            run_example(item.obj.hypothesis.inner_test, {**arguments, **cloudpickle.loads(draw)})
        if not draws:
            begin()
            item.obj(**arguments)
        checks.learn(item, conversation)
    except BaseException as error:
        outcome = (error, tuple(conversation.calls))
        if draws and checks.gather and _depends_on_input(error):
            _gather(item, arguments, left, begin)
        conversation.begin_check()  # the log ends here: what shrinking asks differs by submission
        if draws and checks.shrink and _depends_on_input(error):
            budget = SHRINK_FACTOR * len(draws)
            outcome = smallest(item.obj, arguments, begin, conversation, outcome, budget)
        checks.outcomes[item.nodeid] = outcome
        raise outcome[0] from outcome[0].__cause__


def _gather(
    item: pytest.Function, arguments: dict[str, Any], draws: Iterator[bytes], begin: Callable[[], None]
) -> None:
    """Let a check that has failed ask its other questions too: one wrong answer says little about the mistake."""
    with contextlib.suppress(Interrupt):
        for draw in draws:
            begin()
            with contextlib.suppress(*FAILURES):
                run_example(item.obj.hypothesis.inner_test, {**arguments, **cloudpickle.loads(draw)})


def _depends_on_input(error: BaseException) -> bool:
    """Whether another input could fail more plainly."""
    return isinstance(error, FAILURES) and not is_absence(error)


def is_absence(error: BaseException) -> bool:
    """Whether a check failed because a function is missing or not written yet."""
    return isinstance(error, MissingName | Unusable | NotImplementedError)


def beginning(conversation: Conversation, name: str) -> Callable[[], None]:
    """How every example of check `name` begins: both sides' generators seeded alike, no handle left over.

    The seed depends on the check's name alone, so the order of checks does not matter.
    """
    seed = zlib.crc32(name.rsplit("/", 1)[-1].encode())

    def begin() -> None:
        random.seed(seed)
        np.random.seed(seed)
        conversation.begin_example(seed)

    return begin


def run_example(inner: Callable[..., None], arguments: dict[str, Any]) -> None:
    """One example; one that the check's `assume` rejects counts as passed."""
    from hypothesis.errors import UnsatisfiedAssumption

    try:
        inner(**arguments)
    except UnsatisfiedAssumption:
        return


def record(test: Any, arguments: dict[str, Any], seed: int | None = None) -> list[bytes]:
    """What Hypothesis draws for `test`, without running the check itself; always the same, unless there is a `seed`."""
    draws: list[bytes] = []

    def recorder(**everything: Any) -> None:
        drawn = {name: value for name, value in everything.items() if name not in arguments}
        draws.append(cloudpickle.dumps(drawn))

    usual, test._hypothesis_internal_use_seed = test._hypothesis_internal_use_seed, seed
    try:
        _with_inner(test, recorder, arguments)
    finally:
        test._hypothesis_internal_use_seed = usual
    return draws


def smallest(
    test: Any,
    arguments: dict[str, Any],
    begin: Callable[[], None],
    conversation: Conversation,
    found: Outcome,
    budget: int,
) -> Outcome:
    """The failing example that Hypothesis shrinks `found` to within `budget` examples.

    A small example says less about the mistake than a large one: what `found` was diagnosed as, it keeps.
    """
    inner = test.hypothesis.inner_test
    failing = [found]
    attempts = itertools.count()

    def attempt(**everything: Any) -> None:
        if next(attempts) >= budget:
            return
        begin()
        try:
            run_example(inner, everything)
        except FAILURES as error:
            failing.append((error, tuple(conversation.calls)))
            raise

    # It raises the failure itself, or calls it flaky once the budget has made it pass, or the sandbox went away:
    # whichever it is, the examples that failed are in `failing`.
    with contextlib.suppress(*FAILURES, Interrupt):
        _with_inner(test, attempt, arguments)
    error, calls = min(reversed(failing), key=_size)
    return _better_named(error, found[0]), calls


def _better_named(error: BaseException, first: BaseException) -> BaseException:
    """`error`, under the headline of `first` where its own says only that something is wrong."""
    if isinstance(error, Failure) and isinstance(first, Failure) and error.vague and not first.vague:
        return Failure(first.headline, error.details)
    return error


def _size(outcome: Outcome) -> int:
    return sum(len(call.request) for call in outcome[1])


def _with_inner(test: Any, inner: Callable[..., None], arguments: dict[str, Any]) -> None:
    """Run a Hypothesis test with another body."""
    original = test.hypothesis.inner_test
    test.hypothesis.inner_test = inner
    try:
        test(**arguments)
    finally:
        test.hypothesis.inner_test = original


def forget_last(function: Any) -> None:
    """What a decorator remembers from one submission must not reach the next."""
    for remembered in ("__score__", "__leaderboard_value__"):
        function.__dict__.pop(remembered, None)


def quiet_hypothesis() -> None:
    """The grader's settings, in force before check files are imported: the same examples on every machine."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "llm101-hypothesis")))
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "llm101",
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=12,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("llm101")

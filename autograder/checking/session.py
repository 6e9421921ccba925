"""One pytest session for a whole batch: checks are collected once and run again for each submission."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

import pytest
from _pytest.config import _prepareconfig

from autograder.checking import fixtures
from autograder.checking.collecting import CheckModule, info_of
from autograder.checking.running import Checks, Outcome, is_absence, quiet_hypothesis
from autograder.course import Assignment
from autograder.errors import UserError
from autograder.report import CheckResult
from autograder.student.proxy import Call, Conversation
from autograder.text import Text

# A batch needs none of what pytest does for a person at a terminal, and pays for it once a check.
_UNUSED_PLUGINS = [
    "cacheprovider",
    "capture",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
    "subtests",
    "terminal",
    "threadexception",
    "unraisableexception",
    "unittest",
    "warnings",
]


class CheckSession:
    """The collected checks of one assignment; `run` runs them against one submission.

    pytest has no public way to keep a session between runs, so this does what `pytest.main` does, step by step.
    """

    def __init__(self, assignment: Assignment, files: Sequence[Path], seed: int | None = None) -> None:
        """`seed`: draw other examples than those that grade."""
        self.assignment = assignment
        self._conversations: dict[str, Conversation] = {}
        self.checks = Checks(self._conversations, seed)
        self._errors: list[str] = []
        quiet_hypothesis()
        self._config = _configured(assignment, files, [fixtures, self, self.checks])
        self._config.stash[fixtures.conversations] = self._conversations
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        self._config.hook.pytest_collection(session=self._session)
        if self._errors:
            self.close()
            raise UserError(self._errors[0])
        self.items = self._session.items
        self._numbered = self._by_number()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module:
        module: CheckModule = CheckModule.from_parent(parent, path=module_path)
        module.assignment = self.assignment
        return module

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = str(report.longrepr).strip().splitlines()
            self._errors.append(f"{report.nodeid}: the checks cannot be loaded: {lines[-1] if lines else 'no reason'}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """A report without a traceback: nobody reads it here, and drawing it costs more than the check itself."""
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        when = "call" if call.when == "collect" else call.when  # a check's report is never of its collection
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when, duration=call.duration)

    def run(
        self,
        conversation: Conversation,
        vetoes: dict[str, Text] | None = None,
        *,
        problem: str | None = None,
        until_loss: bool = False,
        shrink: bool = True,
        gather: bool = False,
    ) -> tuple[CheckResult, ...]:
        """Run the checks (of one problem, or of all) against the submission behind `conversation`.

        Without `shrink` a failure keeps the example that was found first: for programs whose author nobody tells.
        `gather`: a check that has failed asks the rest of its questions, as evidence for hints.
        """
        self.checks.shrink = shrink
        self.checks.gather = gather
        self._conversations[self.assignment.name] = conversation
        self.checks.begin()
        self.checks.forfeit(self.assignment, vetoes or {})
        items = [item for item in self.items if problem in (None, info_of(item).number.split(".")[0])]
        for place, item in enumerate(items):
            last = place + 1 == len(items)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None if last else items[place + 1])
            if until_loss and self._lost(item):
                self._session._setupstate.teardown_exact(None)
                break
        return self.checks.results_of(self.assignment)

    def failing_calls(self, number: str) -> tuple[Call, ...]:
        """The calls of the example in which check `number` failed in the last run."""
        outcome = self._outcome(number)
        return outcome[1] if outcome else ()

    def is_mistaken(self, number: str) -> bool:
        """Whether check `number` failed in the last run on what is there, not on what is missing or not written yet."""
        outcome = self._outcome(number)
        return outcome is not None and not is_absence(outcome[0])

    def _outcome(self, number: str) -> Outcome | None:
        item = self._numbered.get(number)
        return self.checks.outcomes.get(item.nodeid) if item else None

    def _lost(self, item: pytest.Item) -> bool:
        return self.checks.results[self.assignment.name, info_of(item).number].status != "passed"

    def _by_number(self) -> dict[str, pytest.Item]:
        found: dict[str, pytest.Item] = {}
        for item in self.items:
            number = info_of(item).number
            if number in found:
                raise UserError(f"{self.assignment.folder}: two checks have the number {number}; each needs its own")
            found[number] = item
        if not found:
            raise UserError(f"{self.assignment.folder}: no checks found")
        return found

    def close(self) -> None:
        self._config.hook.pytest_sessionfinish(session=self._session, exitstatus=0)
        self._config._ensure_unconfigure()

    def __enter__(self) -> "CheckSession":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _configured(assignment: Assignment, files: Sequence[Path], plugins: list[object]) -> pytest.Config:
    """A pytest configuration that comes from the course alone: no ini file, no installed plugin, no student's file."""
    arguments = [
        *map(str, files),
        f"--rootdir={assignment.root}",
        f"--confcutdir={assignment.root}",
        f"--config-file={os.devnull}",
        "--import-mode=importlib",
        "--assert=plain",
        "--disable-plugin-autoload",
        *(f"-pno:{name}" for name in _UNUSED_PLUGINS),
    ]
    config = _prepareconfig(arguments, plugins)
    config._do_configure()
    return config

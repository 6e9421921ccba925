"""A student's self-check: open checks in this process, a summary at the end."""

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.checking import fixtures
from autograder.checking.collecting import CheckModule, assignment_of, by_number, info_of, is_check
from autograder.checking.running import Checks, quiet_hypothesis
from autograder.course import Assignment, load
from autograder.errors import UserError
from autograder.hints import selfhints
from autograder.report import CheckResult, Report, summarise
from autograder.static.judging import judged_calls
from autograder.student.local import LocalSide
from autograder.student.proxy import Conversation
from autograder.submission import Submission, read
from autograder.summary import print_report
from autograder.text import Language, Text, default_language

TIER_NONE = "this process"


class SelfCheck:
    """One pytest session's self-check; registered when the first file of checks is collected."""

    def __init__(self, config: pytest.Config) -> None:
        os.environ["MPLBACKEND"] = "Agg"
        quiet_hypothesis()
        self._conversations: dict[str, Conversation] = {}
        self.checks = Checks(self._conversations)
        self.assignments: dict[str, Assignment] = {}
        self.submissions: dict[str, Submission] = {}
        self._config = config
        self._temporary = tempfile.TemporaryDirectory(prefix="llm101-")
        self._failed_collection: dict[str, Text] = {}
        config.stash[fixtures.conversations] = self._conversations
        terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and config.option.reportchars == "fE":
            terminal.reportchars = ""  # pytest's own list of failures would say ours once more
        # The last registered wraps the others: the check's result is noted before it is shown.
        config.pluginmanager.register(fixtures, "llm101-fixtures")
        config.pluginmanager.register(self.checks, "llm101-checks")
        config.pluginmanager.register(self, "llm101-selfcheck")

    @classmethod
    def of(cls, config: pytest.Config) -> "SelfCheck":
        found = config.pluginmanager.get_plugin("llm101-selfcheck")
        return found if isinstance(found, cls) else cls(config)

    @property
    def language(self) -> Language:
        return self._config.getoption("lang") or default_language()

    def module(self, path: Path, settings: Path, parent: pytest.Collector) -> pytest.Module:
        """The collector of one file of checks, with the student's side made ready."""
        try:
            assignment = load(settings)
            if assignment.name not in self.assignments:
                self._open(assignment)
        except UserError as error:
            raise pytest.UsageError(str(error)) from None
        module: CheckModule = CheckModule.from_parent(parent, path=path)
        module.assignment = assignment
        return module

    def _open(self, assignment: Assignment) -> None:
        submission = read(self._config.getoption("submission") or assignment.folder, assignment)
        folder = self._folder(assignment, submission.files)
        side = LocalSide(folder, assignment.limits, assignment.preload)
        self.assignments[assignment.name] = assignment
        self.submissions[assignment.name] = submission
        self._conversations[assignment.name] = Conversation(side, submission, assignment.preload)
        self.checks.forfeit(assignment, judged_calls(assignment, submission)[0])

    def _folder(self, assignment: Assignment, files: Mapping[str, bytes]) -> Path:
        """The student's own folder if it can be imported as it stands (so that breakpoints hold), else a clean copy."""
        own: Path = self._config.getoption("submission") or assignment.folder
        if own.is_dir() and all(_same(own / name, data) for name, data in files.items()):
            return own
        folder = Path(self._temporary.name, assignment.name)
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that cannot be loaded is not a check that vanishes."""
        if report.failed:
            path = report.nodeid.split("::")[0]
            reason = str(report.longrepr).strip().splitlines()[-1] if report.longrepr else ""
            reason = reason.removeprefix("E").strip()
            self._failed_collection[path] = Text(
                en=f"the checks in {path} could not be loaded: {reason}", zh=f"{path} 中的检查无法加载：{reason}"
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """What pytest prints of a failed check is our message instead of a traceback through the engine."""
        report = yield
        if is_check(item) and report.failed and not self._config.getoption("fulltrace", False):
            key = (assignment_of(item).name, info_of(item).number)
            result = self.checks.results.get(key)
            if result is not None:
                hint = selfhints.lookup(assignment_of(item), result.number, self.checks.logs.get(result.number, ()))
                result = self.checks.results[key] = replace(result, hint=hint)
            if result is not None and result.message is not None:
                report.longrepr = _shown(result, self.language)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Checks run in the order of their numbers; `--problem 2` keeps those of one problem."""
        wanted = config.getoption("problem")
        ours = [item for item in items if is_check(item)]
        if wanted:
            config.hook.pytest_deselected(items=[item for item in ours if not _belongs(item, wanted)])
            ours = [item for item in ours if _belongs(item, wanted)]
        ours.sort(key=lambda item: (assignment_of(item).name, by_number(info_of(item).number)))
        rest = [item for item in items if not is_check(item)]
        items[:] = ours + rest

    def reports(self) -> list[Report]:
        """One report an assignment, of the checks that ran."""
        return [self._report(assignment) for assignment in self.assignments.values()]

    def _report(self, assignment: Assignment) -> Report:
        submission = self.submissions[assignment.name]
        return summarise(
            assignment,
            submission,
            mode="self-check",
            tier=TIER_NONE,
            checks=self.checks.results_of(assignment),
            notes=tuple(self._failed_collection.values()),
        )

    def pytest_terminal_summary(self) -> None:
        sys.stdout.flush()
        reports = self.reports()
        for report in reports:
            print_report(report, self.language)
        destination: Path | None = self._config.getoption("report")
        if destination is not None and reports:
            destination.write_text(reports[0].to_json(), encoding="utf-8")

    def pytest_unconfigure(self) -> None:
        for conversation in self._conversations.values():
            conversation.side.close()
        self._temporary.cleanup()


def _belongs(item: pytest.Item, problem: str) -> bool:
    return info_of(item).number.split(".")[0] == problem


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _shown(result: CheckResult, language: Language) -> str:
    message = result.message.lang(language) if result.message else ""
    lines = [f"{result.number}  {result.title.lang(language)}", *(f"    {line}" for line in message.splitlines())]
    if result.hint:
        lines.append(f"    → {result.hint.lang(language)}")
    return "\n".join(lines)

"""The pytest plugin: `pytest assignments/<name>` is a student's self-check; authors add `solutions/<name>`.

Every pytest in the environment loads this file, so it imports nothing heavy, and it does nothing until a collected
folder has an `assignment.toml`.
"""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("llm101", "LLM 101 assignments")
    group.addoption("--submission", type=Path, help="what to check: a file, folder, .zip or .ipynb (default: stubs)")
    group.addoption("--lang", choices=("en", "zh"), help="language of the feedback (default: the locale's)")
    group.addoption("--problem", help="run the checks of one problem only")
    group.addoption("--report", type=Path, help="also write the report as JSON to this file")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """A file of checks is collected by us; any other file is pytest's."""
    settings = _settings(module_path.parent)
    if not settings.is_file() or not module_path.name.startswith("test_"):
        return None
    from autograder.checking.selfcheck import SelfCheck

    return SelfCheck.of(parent.config).module(module_path, settings, parent)


def _settings(folder: Path) -> Path:
    """Open checks lie beside their assignment.toml; hidden ones, which authors run, in `solutions/<name>/`."""
    beside = folder / "assignment.toml"
    if beside.is_file() or folder.parent.name != "solutions":
        return beside
    return folder.parent.parent / "assignments" / folder.name / "assignment.toml"

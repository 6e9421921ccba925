"""The pytest plugin: `pytest assignments/<name>` is a student's self-check.

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
    folder = module_path.parent
    if not (folder / "assignment.toml").is_file() or not module_path.name.startswith("test_"):
        return None
    from autograder.checking.selfcheck import SelfCheck

    return SelfCheck.of(parent.config).module(module_path, parent)

"""Fixtures that many tests share."""

from collections.abc import Iterator

import pytest

from autograder.course import Assignment
from autograder.grading import Grader
from autograder.job import Job
from tests.toy import make_course

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The toy course's assignment."""
    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def toy_grader(toy: Assignment) -> Iterator[Grader]:
    """A grader of the toy assignment, used by one test after another as a batch would."""
    with Grader(Job(toy)) as grader:
        yield grader

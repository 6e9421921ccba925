"""`llm101 new` writes an assignment that is right as it stands, and refuses names that would make trouble."""

import doctest
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring import chaffs, generated, scaffold, starter, verify
from autograder.course import Course
from autograder.errors import UserError

NAME = "smoothing"


@pytest.fixture
def course(tmp_path) -> Course:
    """A course without assignments."""
    (tmp_path / "assignments").mkdir()
    return Course(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Course:
    """A course whose only assignment is scaffolded; not to be changed."""
    root = tmp_path_factory.mktemp("made")
    (root / "assignments").mkdir()
    scaffold.create(Course(root), NAME)
    return Course(root)


def load(path: Path):
    spec = importlib.util.spec_from_file_location(f"scaffolded_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_an_assignment_consists_of_is_written(course):
    written = {path.relative_to(course.root).as_posix() for path in scaffold.create(course, NAME)}
    assert written == {
        "assignments/smoothing/assignment.toml",
        "assignments/smoothing/hints.json",
        "assignments/smoothing/smoothing.ipynb",
        "assignments/smoothing/smoothing.py",
        "assignments/smoothing/test_smoothing.py",
        "handouts/smoothing.en.md",
        "handouts/smoothing.zh.md",
        "solutions/smoothing/chaffs.toml",
        "solutions/smoothing/smoothing.py",
        "solutions/smoothing/test_smoothing_hidden.py",
        "tests/wheats/smoothing/cumulative_sums/smoothing.py",
        "tests/wheats/smoothing/wrong_last_window.py",
    }
    assert not [path for path in written if "{{" in (course.root / path).read_text(encoding="utf-8")]


def test_it_verifies_at_once(made):
    verdict = verify.verify(made.assignment(NAME))
    assert [claim for claim in verdict.claims if not claim.holds] == []


def test_the_reference_keeps_its_example_and_the_starter_raises(course):
    scaffold.create(course, NAME)
    assignment = course.assignment(NAME)
    assert doctest.testmod(load(assignment.solution_folder / "smoothing.py")).failed == 0
    with pytest.raises(NotImplementedError, match="running_mean"):
        load(assignment.folder / "smoothing.py").running_mean([1.0], 1)
    assert generated.drift(assignment) == []


def test_every_problem_has_three_chaffs_that_apply(made):
    assignment = made.assignment(NAME)
    found = chaffs.load(assignment)
    for problem in assignment.problems:
        assert len([chaff for chaff in found if chaff.problem == problem.number]) >= 3
    sources = starter.reference_sources(assignment)
    assert len({chaffs.apply(chaff, sources)["smoothing"] for chaff in found}) == len(found)


def test_the_wrong_program_names_a_chaff(made):
    text = (made.root / "tests/wheats/smoothing/wrong_last_window.py").read_text(encoding="utf-8")
    assert f"chaff: {chaffs.load(made.assignment(NAME))[0].id}\n" in text


def test_what_is_written_is_formatted_and_linted_as_ours(made):
    config = Path(__file__).parents[1] / "pyproject.toml"
    for command in (["check"], ["format", "--check"]):
        ruff = [
            sys.executable,
            "-m",
            "ruff",
            *command,
            "--no-cache",
            "--config",
            str(config),
            "--extend-exclude=*.ipynb",
        ]
        done = subprocess.run([*ruff, str(made.root)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("two words", "cannot name a Python module"),
        ("Smoothing", "cannot name a Python module"),
        ("2nd", "cannot name a Python module"),
        ("", "cannot name a Python module"),
        ("../up", "cannot name a Python module"),
        ("平滑", "cannot name a Python module"),
        ("lambda", "cannot name a Python module"),
        ("json", "installed module"),
        ("numpy", "installed module"),
        ("autograder", "installed module"),
        ("conftest", "taken for a file of tests"),
        ("test_smoothing", "taken for a file of tests"),
    ],
)
def test_a_name_that_no_module_can_have_is_refused_before_anything_is_written(course, name, message):
    with pytest.raises(UserError, match=message):
        scaffold.create(course, name)
    assert [path.name for path in course.root.rglob("*")] == ["assignments"]


@pytest.mark.parametrize(
    "there",
    [
        "assignments/smoothing",
        "solutions/smoothing",
        "handouts/smoothing.zh.md",
        "tests/wheats/smoothing/wrong_last_window.py",
    ],
)
def test_what_is_there_is_never_overwritten(course, there):
    (course.root / there).mkdir(parents=True)
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UserError, match="already there") as raised:
        scaffold.create(course, NAME)
    assert str(course.root / there) in str(raised.value)
    assert sorted(course.root.rglob("*")) == before

"""Finding assignments and reading assignment.toml: every mistake is one line that names the file."""

from pathlib import Path

import pytest

from autograder.course import Course, Limits
from autograder.errors import UserError
from tests.toy import TOML, make_course


def test_course_is_found_from_any_folder_inside(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    assert Course.find(assignment.folder).root == tmp_path
    assert list(Course.find(tmp_path).assignments) == ["toy"]


def test_assignments_come_in_the_order_of_the_course(tmp_path: Path) -> None:
    text = make_course(tmp_path).folder.joinpath("assignment.toml").read_text(encoding="utf-8")
    for name, order in (("late", 2), ("early", 1), ("apart", None)):
        folder = tmp_path / "assignments" / name
        folder.mkdir()
        line = "" if order is None else f"order = {order}\n"
        (folder / "assignment.toml").write_text(line + text, encoding="utf-8")
    assert list(Course(tmp_path).assignments) == ["early", "late", "apart", "toy"]


def test_outside_a_course_one_line_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder above holds assignments/"):
        Course.find(tmp_path)


def test_values_of_the_file(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    assert assignment.modules == ("toy", "extra")
    assert (assignment.core_points, assignment.limits.cpu_per_call) == (100, 1)
    assert assignment.problem("4.1").bonus and not assignment.problem("1.2").bonus
    assert assignment.limits.memory_mb == Limits().memory_mb


def test_unknown_assignment_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    make_course(tmp_path)
    with pytest.raises(UserError, match=r"no assignment 'tony'.*there are: toy"):
        Course(tmp_path).assignment("tony")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("modules =", "modles ="), "unknown key 'modles'"),
        (("modules =", 'order = "first"\nmodules ='), "order must be a number"),
        (('title = { en = "Toy", zh = "玩具" }', ""), "key 'title' is missing"),
        (('title = { en = "Toy", zh = "玩具" }', 'title = "Toy"'), 'title must be { en = "...", zh = "..." }'),
        (("cpu_per_call = 1", "cpu_per_call = -1"), "limits.cpu_per_call must be a positive number"),
        (("cpu_per_call = 1", "cpu_a_call = 1"), "unknown key 'cpu_a_call'"),
        (("points = 50", "points = "), "not valid TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = make_course(tmp_path).folder / "assignment.toml"
    path.write_text(TOML.replace(*change, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        Course(tmp_path).assignment("toy")
    assert message in str(caught.value) and str(path) in str(caught.value)
    assert "\n" not in str(caught.value)

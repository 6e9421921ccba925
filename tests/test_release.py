"""A release is a copy of engine and content, and no secret is in it."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import release, scaffold, starter
from autograder.course import Course
from autograder.errors import UserError

ROOT = Path(__file__).parents[1]
NAME = "smoothing"
SOLUTION_LINE = "return [sum(values[start : start + width]) / width for start in range(len(values) - width + 1)]"
CHAFF_LINE = "return [sum(values[start : start + width]) / width for start in range(0, len(values) - width + 1, width)]"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Course:
    """A course with one assignment; not to be changed."""
    root = tmp_path_factory.mktemp("made")
    (root / "assignments").mkdir()
    scaffold.create(Course(root), NAME)
    (root / "README.md").write_text("A course.\n", encoding="utf-8")
    (root / "autograder").mkdir()
    (root / "autograder" / "engine.py").write_text("ENGINE = 1\n", encoding="utf-8")
    return Course(root)


@pytest.fixture
def course(made, tmp_path) -> Course:
    """The same course, to be spoilt."""
    return Course(shutil.copytree(made.root, tmp_path / "course"))


def released(course: Course) -> dict[str, str]:
    paths = release.released_files(course)
    return {path.as_posix(): (course.root / path).read_text(encoding="utf-8") for path in paths}


def secrets(course: Course, files: dict[str, str]) -> list[tuple[str, str]]:
    """(path, secret) of every leak if `files` were released."""
    return [(leak.path, leak.secret) for leak in release.leaks(files, course.assignments.values())]


def test_a_release_is_the_engine_and_the_content_byte_for_byte(made, tmp_path):
    written = release.build(made, tmp_path / "release")
    names = [path.relative_to(tmp_path / "release").as_posix() for path in written]
    assert names == [
        "assignments/smoothing/assignment.toml",
        "assignments/smoothing/hints.json",
        "assignments/smoothing/smoothing.ipynb",
        "assignments/smoothing/smoothing.py",
        "assignments/smoothing/test_smoothing.py",
        "handouts/smoothing.en.md",
        "handouts/smoothing.zh.md",
        "autograder/engine.py",
        "README.md",
    ]
    assert all(path.read_bytes() == (made.root / name).read_bytes() for path, name in zip(written, names, strict=True))


def test_this_course_can_be_released(tmp_path):
    course = Course(ROOT)
    if not any(assignment.solution_folder.is_dir() for assignment in course.assignments.values()):
        pytest.skip("a release holds no secret to look for")
    written = release.build(course, tmp_path / "release")
    assert tmp_path / "release" / "assignments" / "word2vec" / "word2vec.py" in written


def test_a_release_can_be_released_again(made, tmp_path):
    release.build(made, tmp_path / "one")
    release.build(Course(tmp_path / "one"), tmp_path / "two")
    assert released(Course(tmp_path / "one")) == released(Course(tmp_path / "two"))


def test_caches_and_hidden_files_stay(course):
    folder = course.root / "assignments" / NAME
    for name in ("__pycache__/x.pyc", ".ipynb_checkpoints/x.ipynb", ".DS_Store"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("", encoding="utf-8")
    assert len(release.released_files(course)) == 9


def test_the_folder_must_be_empty_and_outside(made, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="not an empty folder"):
        release.build(made, tmp_path)
    with pytest.raises(UserError, match="not an empty folder"):
        release.build(made, tmp_path / "notes.txt")
    with pytest.raises(UserError, match="lies inside what is released"):
        release.build(made, made.root / "assignments" / "release")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_solved_starter_is_not_released(course, tmp_path):
    assignment = course.assignment(NAME)
    (assignment.folder / "smoothing.py").write_bytes((assignment.solution_folder / "smoothing.py").read_bytes())
    with pytest.raises(UserError, match=r"smoothing\.py: differs from what its sources give"):
        release.build(course, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_a_secret_among_the_files_is_not_released(course, tmp_path):
    handout = course.root / "handouts" / "smoothing.en.md"
    handout.write_text(f"Answer: `{SOLUTION_LINE}`\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"smoothing\.en\.md: holds what only .*smoothing\.py may hold"):
        release.build(course, tmp_path / "release")
    assert not (tmp_path / "release").exists()


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_to_a_secret_is_not_followed(course, tmp_path):
    (course.root / "assignments" / NAME / "extra").symlink_to(course.assignment(NAME).solution_folder)
    with pytest.raises(UserError, match="extra: a release holds no symbolic links"):
        release.build(course, tmp_path / "release")


def test_what_is_released_leaks_nothing(made):
    assert release.leaks(released(made), made.assignments.values()) == []


def test_every_secret_file_is_a_leak_as_a_whole(made):
    folder = made.assignment(NAME).solution_folder
    for path in folder.iterdir():
        assert secrets(made, {f"handouts/{path.name}": path.read_text(encoding="utf-8")}), path
        assert secrets(made, {"handouts/copy.md": path.read_text(encoding="utf-8")}), path


def test_lines_of_solutions_and_chaffs_are_found_in_any_file(made):
    assert secrets(made, {"a.py": f"    {SOLUTION_LINE}  # ours\n"}) == [("a.py", SOLUTION_LINE)]
    assert secrets(made, {"a.md": f"`{CHAFF_LINE}`"}) == [("a.md", CHAFF_LINE)]


def test_notebooks_are_searched_as_they_are_read(made):
    text = starter.notebook_path(made.assignment(NAME)).read_text(encoding="utf-8")
    spoilt = text.replace('raise NotImplementedError(\\"running_mean\\")', SOLUTION_LINE)
    assert spoilt != text
    assert secrets(made, {"a.ipynb": spoilt}) == [("a.ipynb", SOLUTION_LINE)]


def test_a_line_that_is_public_anyway_is_no_leak(course):
    reference = course.assignment(NAME).solution_folder / "smoothing.py"
    source = reference.read_text(encoding="utf-8")
    line = "from itertools import accumulate, pairwise"
    reference.write_text(
        source.replace("    # BEGIN SOLUTION\n", f"    # BEGIN SOLUTION\n    {line}\n"), encoding="utf-8"
    )
    files = {"handouts/a.md": line}
    assert secrets(course, files) == [("handouts/a.md", line)]
    assert secrets(course, files | {"autograder/engine.py": line}) == []
    reference.write_text(reference.read_text(encoding="utf-8") + f"\n\n{line}\n", encoding="utf-8")
    assert secrets(course, files) == []


@given(length=st.integers(min_value=0, max_value=len(SOLUTION_LINE)), start=st.integers(min_value=0, max_value=90))
def test_only_the_whole_line_is_a_secret(made, length, start):
    part = SOLUTION_LINE[start : start + length]
    assert bool(secrets(made, {"a.md": part})) == (part == SOLUTION_LINE)

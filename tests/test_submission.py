"""Intake: what is refused, what is accepted without a word, what is set aside, what stands for what."""

import io
import json
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course import Assignment
from autograder.errors import Refusal
from autograder.intake import archive
from autograder.intake.source import MAX_SOURCE
from autograder.submission import Submission, read
from autograder.text import Text

CODE = b"def f(x):\n    return x\n"
OTHER = b"def g(x):\n    return 2 * x\n"
STUB = b"def f(x):\n    raise NotImplementedError\n"


def toy(root: Path, **changes: object) -> Assignment:
    """An assignment of two modules, alpha with f and beta with g."""
    settings: dict[str, object] = {"modules": ("alpha", "beta"), "exports": {"alpha": ("f",), "beta": ("g",)}}
    (root / "assignments" / "toy").mkdir(parents=True, exist_ok=True)
    return Assignment(name="toy", root=root, title=Text(en="Toy", zh="玩具"), problems=(), **{**settings, **changes})


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return toy(tmp_path / "course")


@pytest.fixture
def single(tmp_path: Path) -> Assignment:
    return toy(tmp_path / "course", modules=("alpha",), exports={"alpha": ("f",)})


def folder(tmp_path: Path, files: Mapping[str, bytes | str]) -> Path:
    root = tmp_path / "handed in"
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


def packed(tmp_path: Path, files: Mapping[str, bytes | str]) -> Path:
    path = tmp_path / "handed in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(name, data)
    return path


def book(*cells: str, **metadata: object) -> bytes:
    code = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
        for n, cell in enumerate(cells)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": code}).encode()


def said(submission: Submission) -> str:
    return "\n".join(note.en for note in submission.notes)


def modules(submission: Submission) -> dict[str, bytes]:
    return dict(submission.files)


BOTH = {"alpha.py": CODE, "beta.py": OTHER}
Wrap = Callable[[Path, Mapping[str, bytes | str]], Path]


@pytest.mark.parametrize("wrap", [folder, packed])
@pytest.mark.parametrize("prefix", ["", "hw 3/", "作业/张三/", "a/b/c/"])
def test_the_modules_are_found_however_deep(wrap: Wrap, prefix: str, tmp_path: Path, assignment: Assignment) -> None:
    submission = read(wrap(tmp_path, {prefix + name: data for name, data in BOTH.items()}), assignment)
    assert (submission.name.removesuffix(".zip"), modules(submission), submission.notes) == ("handed in", BOTH, ())
    assert submission.problems == {}


def test_the_same_files_have_the_same_digest_however_handed_in(tmp_path: Path, assignment: Assignment) -> None:
    first, second = read(folder(tmp_path, BOTH), assignment), read(packed(tmp_path, BOTH), assignment)
    assert first.digest == second.digest
    assert len(first.digest) == 64
    changed = read(packed(tmp_path, {**BOTH, "alpha.py": CODE + b"\n"}), assignment)
    assert changed.digest != first.digest


@pytest.mark.parametrize("wrap", [folder, packed])
def test_leftovers_of_tools_are_ignored_without_a_word(wrap: Wrap, tmp_path: Path, assignment: Assignment) -> None:
    leftovers = [
        "__MACOSX/._alpha.py",
        ".DS_Store",
        "._alpha.py",
        "Icon\r",
        "Thumbs.db",
        "__pycache__/alpha.cpython-311.pyc",
        ".git/config",
        ".venv/lib/torch.py",
        ".ipynb_checkpoints/toy-checkpoint.ipynb",
        "my environment/pyvenv.cfg",
        "my environment/lib/alpha.py",
    ]
    submission = read(wrap(tmp_path, {**BOTH, **dict.fromkeys(leftovers, b"junk")}), assignment)
    assert (modules(submission), submission.notes) == (BOTH, ())


@pytest.mark.parametrize("wrap", [folder, packed])
def test_encodings_marks_and_line_ends_are_mended_without_a_word(
    wrap: Wrap, tmp_path: Path, assignment: Assignment
) -> None:
    data = b"\xef\xbb\xbf" + CODE.replace(b"\n", b"\r\n")
    submission = read(wrap(tmp_path, {"alpha.py": data, "beta.py": OTHER.replace(b"\n", b"\r")}), assignment)
    assert (modules(submission), submission.notes) == (BOTH, ())


def test_data_is_kept_byte_by_byte(tmp_path: Path, assignment: Assignment) -> None:
    data = b"\xff\x00a\r\nb"
    submission = read(folder(tmp_path, {**BOTH, "data/一.txt": data, "helper.py": "x = 1"}), assignment)
    assert submission.files["data/一.txt"] == data
    assert submission.files["helper.py"] == b"x = 1"


def test_windows_separators_are_accepted(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(packed(tmp_path, {"hw\\alpha.py": CODE, "hw\\beta.py": OTHER, "hw\\": b""}), assignment)
    assert modules(submission) == BOTH


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_chinese_names_without_the_utf8_flag_are_read(encoding: str, tmp_path: Path, single: Assignment) -> None:
    marked = packed(tmp_path, {"alpha.py": CODE, "XXXX.txt": b"1"}).read_bytes()
    name = "数据.txt".encode(encoding)
    plain = marked.replace(b"XXXX.txt", name) if len(name) == 8 else None
    path = tmp_path / "z.zip"
    if plain is None:
        marked = packed(tmp_path, {"alpha.py": CODE, "XXXXXX.txt": b"1"}).read_bytes()
        plain = marked.replace(b"XXXXXX.txt", name)
    path.write_bytes(plain)
    assert "数据.txt" in read(path, single).files


def test_gbk_names_in_an_unpacked_folder_are_read(tmp_path: Path, single: Assignment) -> None:
    root = folder(tmp_path, {"alpha.py": CODE})
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/" + "数据.txt".encode("gbk"))).write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert "数据.txt" in read(root, single).files


@pytest.mark.parametrize(
    "name", ["../evil.py", "/etc/evil.py", "a/../../evil.py", "C:\\evil.py", "..\\evil.py", "\\e.py"]
)
def test_members_that_lead_outside_are_refused(name: str, tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal, match="leads outside"):
        read(packed(tmp_path, {**BOTH, name: CODE}), assignment)


def test_control_characters_in_names_are_refused(tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal) as refusal:
        read(packed(tmp_path, {**BOTH, "a\x1b[2J\n.txt": b""}), assignment)
    assert str(refusal.value).isprintable()


def test_a_link_in_an_archive_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, BOTH)
    with zipfile.ZipFile(path, "a") as box:
        link = zipfile.ZipInfo("data.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        box.writestr(link, "/etc/passwd")
    with pytest.raises(Refusal, match=r"data\.txt is a link"):
        read(path, assignment)


@pytest.mark.parametrize("target", ["/etc/hostname", "alpha.py", "nowhere"])
def test_a_link_in_a_folder_is_refused(target: str, tmp_path: Path, assignment: Assignment) -> None:
    root = folder(tmp_path, BOTH)
    (root / "data.txt").symlink_to(target)
    with pytest.raises(Refusal, match=r"data\.txt is a link"):
        read(root, assignment)


def test_a_linked_folder_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    root = folder(tmp_path, BOTH)
    (tmp_path / "elsewhere").mkdir()
    (root / "data").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(Refusal, match="data is a link"):
        read(root, assignment)


def test_a_hard_link_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    secret = tmp_path / "secret.py"
    secret.write_bytes(CODE)
    root = folder(tmp_path, {"beta.py": OTHER})
    (root / "alpha.py").hardlink_to(secret)
    with pytest.raises(Refusal, match=r"alpha\.py is a link"):
        read(root, assignment)


@pytest.mark.parametrize("suffix", [".py", ".zip", ".ipynb", ""])
def test_a_submission_that_is_itself_a_link_is_refused(suffix: str, tmp_path: Path, single: Assignment) -> None:
    real = folder(tmp_path, {"alpha.py": CODE})
    link = tmp_path / f"link{suffix}"
    link.symlink_to(real / "alpha.py" if suffix else real)
    with pytest.raises(Refusal, match="is a link"):
        read(link, single)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a Unix thing")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path, assignment: Assignment) -> None:
    root = folder(tmp_path, BOTH)
    os.mkfifo(root / "pipe.txt")
    with pytest.raises(Refusal, match="neither a file nor a folder"):
        read(root, assignment)


def test_a_zip_bomb_is_refused_by_its_declared_size(tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, {**BOTH, "zeros": bytes(archive.MAX_TOTAL)})
    assert path.stat().st_size < 100_000
    with pytest.raises(Refusal, match="larger than 64 MB"):
        read(path, assignment)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, {"alpha.py": CODE, "zeros": bytes(archive.MAX_TOTAL + 1)})
    size = (archive.MAX_TOTAL + 1).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(Refusal):
        read(path, assignment)


@pytest.mark.parametrize("wrap", [folder, packed])
def test_too_many_files_are_refused(
    wrap: Wrap, tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 5)
    with pytest.raises(Refusal, match="more than 5 files"):
        read(wrap(tmp_path, {**BOTH, **{f"{n}.txt": b"" for n in range(5)}}), assignment)


def test_an_archive_of_very_many_entries_is_refused_before_it_is_listed(
    tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 10)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    path = tmp_path / "many.zip"
    path.write_bytes(b"PK\x01\x02" * 11)
    with pytest.raises(Refusal, match="more than"):
        read(path, assignment)


def test_large_files_in_a_folder_are_left_where_they_are(
    tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 100)
    submission = read(folder(tmp_path, {**BOTH, "model.pt": bytes(101)}), assignment)
    assert modules(submission) == BOTH
    assert said(submission) == "left out (too large): model.pt"


def test_an_encrypted_archive_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, BOTH)
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Refusal, match="password"):
        read(path, assignment)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int, tmp_path: Path, assignment: Assignment) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as box:
        box.writestr("alpha.py", CODE)
    with pytest.raises(Refusal, match="unusual compression"):
        read(path, assignment)


@pytest.mark.parametrize("cut", [0, 10, 100, -1, -30])
def test_a_damaged_archive_is_refused(cut: int, tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, BOTH)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Refusal, match=r"damaged|nothing"):
        read(path, assignment)


def test_a_name_that_is_a_file_and_a_folder_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal):
        read(packed(tmp_path, {**BOTH, "a": b"", "a/b": b""}), assignment)


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.rar", "a.tar.gz", "a"])
def test_other_kinds_of_files_are_refused(name: str, tmp_path: Path, assignment: Assignment) -> None:
    (tmp_path / name).write_bytes(CODE)
    with pytest.raises(Refusal, match=r"hand in a \.py file, a folder, a \.zip or an \.ipynb"):
        read(tmp_path / name, assignment)


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal, match=r"nothing\.py: does not exist"):
        read(tmp_path / "nothing.py", assignment)


def test_a_folder_named_like_a_module_makes_room_for_it(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(packed(tmp_path, {"alpha.py/a": CODE, "beta.py": CODE}), assignment)
    assert set(submission.files) == {"alpha.py", "beta.py"}
    assert "set aside, in a folder named like a file: alpha.py/a" in said(submission)
    submission.write(tmp_path / "out")


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"hi"}, {"__pycache__/alpha.pyc": b""}])
@pytest.mark.parametrize("wrap", [folder, packed])
def test_an_empty_submission_is_refused(
    wrap: Wrap, files: Mapping[str, bytes], tmp_path: Path, assignment: Assignment
) -> None:
    (tmp_path / "handed in").mkdir()
    with pytest.raises(Refusal, match="nothing to grade"):
        read(wrap(tmp_path, files), assignment)


def test_an_archive_inside_an_archive_is_named(tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal, match=r"inner\.rar"):
        read(packed(tmp_path, {"inner.rar": b"x"}), assignment)


def test_an_empty_or_huge_file_is_refused(tmp_path: Path, single: Assignment) -> None:
    path = tmp_path / "alpha.py"
    path.write_bytes(b" \n")
    with pytest.raises(Refusal, match="nothing to grade"):
        read(path, single)
    path.write_bytes(b"#" * (MAX_SOURCE + 1))
    with pytest.raises(Refusal, match="larger than"):
        read(path, single)


def test_an_unreadable_file_is_refused(tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    root = folder(tmp_path, BOTH)
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(Refusal, match="cannot be read"):
        read(root, assignment)


GBK = "# 词向量\ndef f(x):\n    return x\n".encode("gbk")


def test_a_single_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path, single: Assignment) -> None:
    path = tmp_path / "alpha.py"
    path.write_bytes(b"x = 1\n" + GBK)
    with pytest.raises(Refusal, match=r"alpha\.py, line 2: not saved as UTF-8 .*GBK.* VS Code") as refusal:
        read(path, single)
    assert "GBK" in refusal.value.text.zh
    assert "\n" not in str(refusal.value)


def test_one_module_that_is_not_utf8_costs_only_itself(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {"alpha.py": GBK, "beta.py": OTHER}), assignment)
    assert modules(submission) == {"beta.py": OTHER}
    assert submission.problems.keys() == {"alpha"}
    assert "GBK" in submission.problems["alpha"].en


def test_a_helper_that_is_not_utf8_is_a_note(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {**BOTH, "helper.py": GBK}), assignment)
    assert "helper.py, line 1" in said(submission)
    assert submission.problems == {}


@pytest.mark.parametrize("first", ["# -*- coding: gbk -*-", "#!/usr/bin/python\n# vim: set fileencoding=gb2312 :"])
def test_a_declared_encoding_is_honoured(first: str, tmp_path: Path, single: Assignment) -> None:
    path = tmp_path / "alpha.py"
    path.write_bytes(f"{first}\nname = '张三'\n".encode("gbk"))
    namespace: dict[str, object] = {}
    exec(compile(read(path, single).files["alpha.py"], "alpha.py", "exec"), namespace)
    assert namespace["name"] == "张三"


def test_utf8_under_a_wrong_declaration_is_read_as_utf8(tmp_path: Path, single: Assignment) -> None:
    path = tmp_path / "alpha.py"
    path.write_bytes("# coding: gbk\nname = '张三'\n".encode())
    assert read(path, single).files["alpha.py"] == "# coding: utf-8\nname = '张三'\n".encode()


@pytest.mark.parametrize(
    "name",
    [
        "conftest.py",
        "test_alpha.py",
        "tests/alpha_test.py",
        "pytest.ini",
        "tox.ini",
        "setup.cfg",
        "pyproject.toml",
        "sitecustomize.py",
        "usercustomize.py",
        "x.pth",
        "alpha.so",
        "numpy.pyc",
        "evil.dist-info/entry_points.txt",
        "random.py",
        "typing.py",
        "torch.py",
        "numpy/__init__.py",
        "pytest.py",
        "hypothesis/x.py",
        "autograder/checks.py",
        "pygments.py",
    ],
)
@pytest.mark.parametrize("wrap", [folder, packed])
def test_what_must_not_run_is_set_aside_with_a_note(
    wrap: Wrap, name: str, tmp_path: Path, assignment: Assignment
) -> None:
    submission = read(wrap(tmp_path, {**BOTH, name: b"x = 1"}), assignment)
    assert modules(submission) == BOTH
    assert name in said(submission)


def test_a_module_that_is_asked_for_is_never_set_aside(tmp_path: Path) -> None:
    odd = toy(tmp_path / "course", modules=("test_it", "random", "conftest_b"), exports={})
    files = {"test_it.py": CODE, "random.py": CODE, "conftest_b.py": CODE}
    assert modules(read(folder(tmp_path, files), odd)) == files


def test_names_below_a_folder_hide_nothing(tmp_path: Path, assignment: Assignment) -> None:
    files = {**BOTH, "tools/random.py": b"x = 1"}
    assert modules(read(folder(tmp_path, files), assignment)) == files


def test_the_courses_own_files_go_without_a_word(tmp_path: Path, assignment: Assignment) -> None:
    (assignment.folder / "test_toy.py").write_bytes(b"def test(): pass\n")
    (assignment.folder / "assignment.toml").write_bytes(b"x = 1\n")
    files = {**BOTH, "test_toy.py": b"def test(): pass\r\n", "assignment.toml": b"x = 1\n"}
    submission = read(folder(tmp_path, files), assignment)
    assert (modules(submission), submission.notes) == (BOTH, ())


@pytest.mark.parametrize("name", ["solution.py", "random.py", "my work.py"])
def test_a_single_file_of_any_name_stands_for_every_module(name: str, tmp_path: Path, assignment: Assignment) -> None:
    (tmp_path / name).write_bytes(CODE)
    alone = read(tmp_path / name, assignment)
    assert (modules(alone), alone.notes) == ({"alpha.py": CODE, "beta.py": CODE}, ())
    among = read(folder(tmp_path, {name: CODE, "test_x.py": b"", "data.txt": b"1"}), assignment)
    assert modules(among) == {"alpha.py": CODE, "beta.py": CODE, "data.txt": b"1"}
    assert f"{name} was graded as alpha.py, beta.py" in said(among)


def test_a_module_of_another_name_is_known_by_what_it_defines(tmp_path: Path, assignment: Assignment) -> None:
    files = {"alpha (1).py": CODE, "beta.py": OTHER, "helper.py": b"x = 1\n"}
    submission = read(folder(tmp_path, files), assignment)
    assert submission.files["alpha.py"] == CODE
    assert "alpha (1).py was graded as alpha.py" in said(submission)


def test_a_file_with_everything_stands_for_the_others_too(tmp_path: Path, assignment: Assignment) -> None:
    (tmp_path / "alpha.py").write_bytes(CODE + OTHER)
    assert modules(read(tmp_path / "alpha.py", assignment)) == {"alpha.py": CODE + OTHER, "beta.py": CODE + OTHER}


def test_a_missing_module_costs_only_itself(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {"alpha.py": CODE}), assignment)
    assert modules(submission) == {"alpha.py": CODE}
    assert "beta.py is missing" in submission.problems["beta"].en


def test_nothing_that_can_be_used_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    with pytest.raises(Refusal, match=r"alpha\.py is missing"):
        read(folder(tmp_path, {"one.py": b"x = 1", "two.py": b"y = 1"}), assignment)


def test_modules_in_different_folders_are_brought_together(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {"part1/alpha.py": CODE, "part2/beta.py": OTHER}), assignment)
    assert modules(submission) == BOTH
    assert "beta.py was taken from part2/beta.py" in said(submission)


def test_the_folder_with_most_modules_counts(tmp_path: Path, assignment: Assignment) -> None:
    files = {"old/alpha.py": STUB, "new/alpha.py": CODE, "new/beta.py": OTHER}
    assert modules(read(folder(tmp_path, files), assignment)) == BOTH


def test_a_package_may_stand_for_a_module(tmp_path: Path, assignment: Assignment) -> None:
    files = {"alpha/__init__.py": b"from .core import f\n", "alpha/core.py": CODE, "beta.py": OTHER}
    assert modules(read(folder(tmp_path, files), assignment)) == files


def test_an_empty_init_file_makes_no_package(tmp_path: Path, single: Assignment) -> None:
    files = {"alpha/__init__.py": b"", "alpha/alpha.py": CODE}
    assert read(folder(tmp_path, files), single).files["alpha.py"] == CODE


def test_a_folder_of_files_becomes_a_package_with_the_public_names(tmp_path: Path, single: Assignment) -> None:
    wide = toy(single.root, modules=("alpha",), exports={"alpha": ("f", "g")})
    files = {"alpha/one.py": b"from .two import g\n" + CODE, "alpha/two.py": OTHER}
    submission = read(folder(tmp_path, files), wide)
    assert submission.files["alpha/__init__.py"] == b"from .one import f\nfrom .two import g\n"


def test_a_notebook_stands_for_every_module(tmp_path: Path, assignment: Assignment) -> None:
    path = tmp_path / "work.ipynb"
    path.write_bytes(book("def f(x):\n    return x", "print(f(1))", "def g(x):\n    return 2"))
    submission = read(path, assignment)
    assert submission.files["alpha.py"] == submission.files["beta.py"]
    assert b"print" not in submission.files["alpha.py"]
    assert (submission.name, submission.notes) == ("work.ipynb", ())


def test_files_win_over_the_notebook_which_stands_for_the_rest(tmp_path: Path, assignment: Assignment) -> None:
    cells = book("def f(x):\n    return 'notebook'", "def g(x):\n    return 'notebook'")
    submission = read(folder(tmp_path, {"alpha.py": CODE, "toy.ipynb": cells}), assignment)
    assert submission.files["alpha.py"] == CODE
    assert b"notebook" in submission.files["beta.py"]
    assert "toy.ipynb was graded as beta.py" in said(submission)


def test_work_in_the_notebook_wins_over_a_starter_that_was_never_touched(tmp_path: Path, single: Assignment) -> None:
    (single.folder / "alpha.py").write_bytes(STUB)
    (single.folder / "toy.ipynb").write_bytes(book(STUB.decode()))
    worked = read(folder(tmp_path, {"alpha.py": STUB, "toy.ipynb": book("def f(x):\n    return 7")}), single)
    assert b"return 7" in worked.files["alpha.py"]
    untouched = read(folder(tmp_path, {"alpha.py": STUB, "toy.ipynb": book(STUB.decode() + "\n", "")}), single)
    assert untouched.files["alpha.py"] == STUB


def test_work_in_a_file_wins_over_an_untouched_notebook(tmp_path: Path, single: Assignment) -> None:
    (single.folder / "toy.ipynb").write_bytes(book(STUB.decode()))
    submission = read(folder(tmp_path, {"mine.py": CODE, "toy.ipynb": book(STUB.decode())}), single)
    assert submission.files["alpha.py"] == CODE


def test_of_several_notebooks_the_one_named_as_asked_counts(tmp_path: Path, single: Assignment) -> None:
    files = {"a.ipynb": book("def f(x):\n    return 'a'"), "Toy.ipynb": book("def f(x):\n    return 'toy'")}
    submission = read(folder(tmp_path, files), single)
    assert b"'toy'" in submission.files["alpha.py"]
    assert "other notebooks were not graded: a.ipynb" in said(submission)


def test_of_several_notebooks_without_that_name_the_one_with_the_functions_counts(
    tmp_path: Path, single: Assignment
) -> None:
    files = {"a.ipynb": book("x = 1"), "b.ipynb": book("def f(x):\n    return 'b'")}
    assert b"'b'" in read(folder(tmp_path, files), single).files["alpha.py"]


def test_a_damaged_notebook_is_the_reason_for_the_missing_module(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {"alpha.py": CODE, "toy.ipynb": b"{"}), assignment)
    assert "toy.ipynb: is damaged near line 1" in submission.problems["beta"].en


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b"null", b"[" * 100_000, b"<<<<<<< HEAD\n{}", b"\xff\xfe{\x00"]
)
def test_a_notebook_that_cannot_be_read_is_refused(data: bytes, tmp_path: Path, assignment: Assignment) -> None:
    (tmp_path / "toy.ipynb").write_bytes(data)
    with pytest.raises(Refusal, match=r"toy\.ipynb") as refusal:
        read(tmp_path / "toy.ipynb", assignment)
    assert "\n" not in str(refusal.value)


def test_given_files_are_laid_under_the_submission(tmp_path: Path, single: Assignment) -> None:
    given = toy(single.root, modules=("alpha",), exports={"alpha": ("f",)}, given=("utils", "table.txt"))
    (given.folder / "utils" / "__pycache__").mkdir(parents=True)
    (given.folder / "utils" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (given.folder / "utils" / "tools.py").write_bytes(b"x = 1\r\n")
    (given.folder / "table.txt").write_bytes(b"1 2 3")
    laid = {"alpha.py": CODE, "utils/tools.py": b"x = 1\n", "table.txt": b"1 2 3"}
    assert modules(read(folder(tmp_path, {"alpha.py": CODE}), given)) == laid
    same = read(folder(tmp_path, {"utils/tools.py": b"x = 1\n", "utils/mine.py": b"y = 2\n"}), given)
    assert modules(same) == {**laid, "utils/mine.py": b"y = 2\n"}
    assert same.notes == ()
    other = read(folder(tmp_path, {"utils/tools.py": b"x = 2\n"}), given)
    assert other.files["utils/tools.py"] == b"x = 1\n"
    assert "instead of yours: utils/tools.py" in said(other)


def test_write_lays_the_files_under_a_folder(tmp_path: Path, assignment: Assignment) -> None:
    submission = read(folder(tmp_path, {**BOTH, "data/a.txt": b"\r\n"}), assignment)
    submission.write(tmp_path / "out")
    written = {p.relative_to(tmp_path / "out").as_posix(): p.read_bytes() for p in (tmp_path / "out").rglob("*.*")}
    assert written == modules(submission)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "C:x", "", "a//b"])
def test_write_never_leaves_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a relative path"):
        Submission("s", {name: b""}).write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_reading_writes_nothing(tmp_path: Path, assignment: Assignment) -> None:
    path = packed(tmp_path, {**BOTH, "conftest.py": b"x"})
    before = sorted(tmp_path.rglob("*"))
    read(path, assignment)
    assert sorted(tmp_path.rglob("*")) == before


PARTS = st.sampled_from(
    ["..", ".", "a", "alpha.py", "beta.py", "utils", "C:", "", "conftest.py", "x\\y", "一", "~", "\0"]
)
NAMES = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
FAST = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(files=st.dictionaries(NAMES, st.sampled_from([CODE, OTHER, b"", b"\xff"]), max_size=6))
def test_no_archive_ever_writes_outside(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        assignment = toy(root / "course")
        box = root / "x.zip"
        with zipfile.ZipFile(box, "w") as out:
            for name, data in files.items():
                out.writestr(zipfile.ZipInfo(name or "."), data)
        before = set(root.rglob("*"))
        try:
            submission = read(box, assignment)
        except Refusal as refusal:
            assert str(refusal).startswith(str(box)) and "\n" not in str(refusal)
            return
        submission.write(root / "out")
        new = set(root.rglob("*")) - before
        assert all(path.is_relative_to(root / "out") for path in new)


@FAST
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".py", ".ipynb", ".zip"]))
def test_any_bytes_give_a_submission_or_a_refusal(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"x{suffix}"
        path.write_bytes(data)
        try:
            assert set(read(path, toy(Path(place) / "course")).files) >= {"alpha.py", "beta.py"}
        except Refusal as refusal:
            assert str(refusal).startswith(str(path))


@FAST
@given(data=st.data())
def test_any_change_to_an_archive_gives_a_submission_or_a_refusal(data: st.DataObject) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        for name, source in BOTH.items():
            box.writestr(name, source)
    changed = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "x.zip"
        path.write_bytes(changed)
        try:
            read(path, toy(Path(place) / "course")).write(Path(place) / "out")
        except Refusal as refusal:
            assert "\n" not in str(refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "metadata", "nbformat", "worksheets"]), inner
        )
    ),
    max_leaves=12,
)


@FAST
@given(value=JSON)
def test_any_json_as_a_notebook_gives_a_submission_or_a_refusal(value: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "x.ipynb"
        path.write_bytes(json.dumps(value).encode())
        try:
            read(path, toy(Path(place) / "course"))
        except Refusal as refusal:
            assert "\n" not in str(refusal)

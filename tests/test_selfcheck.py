"""`pytest assignments/<name>`: what a student sees, and that it cannot hang or vanish."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Assignment
from autograder.report import Report
from tests.toy import EXTRA, REFERENCE, hand_in, make_course


def self_check(assignment: Assignment, submission: Path | None, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on the open checks as a student would."""
    command = [sys.executable, "-m", "pytest", f"assignments/{assignment.name}", "-p", "no:cacheprovider", *options]
    if submission is not None:
        command.append(f"--submission={submission}")
    environment = {**os.environ, "COLUMNS": "100", "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=assignment.root, env=environment, capture_output=True, text=True, timeout=120)


def report_of(assignment: Assignment, submission: Path | None, folder: Path) -> Report:
    self_check(assignment, submission, f"--report={folder / 'report.json'}")
    return Report.from_json((folder / "report.json").read_text(encoding="utf-8"))


def test_reference_passes_all_open_checks(toy: Assignment, tmp_path: Path) -> None:
    done = self_check(toy, hand_in(tmp_path / "ada"))
    assert done.returncode == 0
    assert "70 / 70 (100 %)" in done.stdout
    assert "Hidden checks decide on 30 more points" in done.stdout


def test_summary_names_the_next_step_and_where_to_read(toy: Assignment, tmp_path: Path) -> None:
    done = self_check(toy, hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "x * x")))
    assert done.returncode == 1
    assert "Next: 1.1" in done.stdout and "Read: handout, section 1" in done.stdout
    assert "Traceback" not in done.stdout and "proxy.py" not in done.stdout


def test_summary_speaks_chinese(toy: Assignment, tmp_path: Path) -> None:
    done = self_check(toy, hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "x * x")), "--lang=zh")
    assert "下一步" in done.stdout and "讲义第 1 节" in done.stdout


def test_stubs_in_place_are_checked_when_no_submission_is_named(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    hand_in(assignment.folder, toy="def double(x):\n    raise NotImplementedError('double')\n")
    report = report_of(assignment, None, tmp_path)
    assert report.score == 20  # extra.py is whole
    assert report.checks[0].message is not None
    assert report.checks[0].message.en.splitlines()[0] == "`double` is not written yet"


def test_endless_loop_is_stopped(toy: Assignment, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("self.n = f(self.n)", "while True:\n            pass")
    report = report_of(toy, hand_in(tmp_path / "bob", toy=wrong), tmp_path)
    box = next(check for check in report.checks if check.number == "2.1")
    assert box.message is not None and "ran for more than 1 s" in box.message.en


def test_exit_at_import_does_not_end_the_self_check(toy: Assignment, tmp_path: Path) -> None:
    report = report_of(toy, hand_in(tmp_path / "bob", toy="import os\nos._exit(0)\n"), tmp_path)
    assert len(report.checks) == 4 and report.score == 20


def test_input_at_module_level_is_explained(toy: Assignment, tmp_path: Path) -> None:
    report = report_of(toy, hand_in(tmp_path / "bob", toy="n = input('n? ')\n" + REFERENCE), tmp_path)
    assert report.checks[0].message is not None
    assert "input" in report.checks[0].message.en


def test_file_of_checks_that_cannot_be_loaded_does_not_vanish(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    assignment.open_checks.write_text("import no_such_package\n", encoding="utf-8")
    done = self_check(assignment, hand_in(tmp_path / "ada"))
    assert done.returncode != 0
    assert "no_such_package" in done.stdout


def test_check_without_points_is_refused(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    with assignment.open_checks.open("a", encoding="utf-8") as file:
        file.write("\n\ndef test_more(submission):\n    pass\n")
    done = self_check(assignment, hand_in(tmp_path / "ada"))
    assert done.returncode != 0
    assert "test_more has no @number" in done.stdout + done.stderr


def test_submission_that_is_not_there_is_one_clear_line(toy: Assignment, tmp_path: Path) -> None:
    done = self_check(toy, tmp_path / "nobody.py")
    assert done.returncode != 0
    assert "nobody.py: does not exist" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr and "INTERNALERROR" not in done.stdout + done.stderr


def test_forbidden_call_is_said_before_it_costs_anything(toy: Assignment, tmp_path: Path) -> None:
    tricky = "import operator\n" + EXTRA.replace("x / 2", "operator.truediv(x, 2)")
    report = report_of(toy, hand_in(tmp_path / "bob", extra=tricky), tmp_path)
    failed = {check.number: check.message.en for check in report.checks if check.message}
    assert failed == {"3.1": "extra.py, line 11 calls operator.truediv, which this problem asks you to do without"}


def test_one_problem_alone(toy: Assignment, tmp_path: Path) -> None:
    done = self_check(toy, hand_in(tmp_path / "ada"), "--problem=3", f"--report={tmp_path / 'report.json'}")
    assert "20 / 20 (100 %)" in done.stdout and "Hidden checks" not in done.stdout
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [check["number"] for check in data["checks"]] == ["3.1"]


def test_breakpoints_hold_in_the_students_own_file(toy: Assignment, tmp_path: Path) -> None:
    """The module is imported from where it lies, not from a copy."""
    where = REFERENCE + "\nfrom pathlib import Path\nPath('imported_from.txt').write_text(__file__)\n"
    folder = hand_in(tmp_path / "ada", toy=where)
    self_check(toy, folder)
    assert (folder / "imported_from.txt").read_text(encoding="utf-8") == str(folder / "toy.py")


def test_plugin_leaves_other_test_suites_alone(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_one():\n    assert 1 + 1 == 2\n", encoding="utf-8")
    code = (
        "import sys, pytest; pytest.main(['-q', 'test_other.py']);"
        "print([name for name in sys.modules if name.startswith(('autograder.', 'numpy', 'rich'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    loaded = done.stdout.strip().splitlines()[-1]
    assert "selfcheck" not in loaded and "numpy'" not in loaded


@pytest.mark.parametrize("language", ["en", "zh"])
def test_starter_is_readable(tmp_path: Path, language: str) -> None:
    assignment = make_course(tmp_path)
    from autograder.authoring import starter

    starter.write(assignment)
    done = self_check(assignment, None, f"--lang={language}")
    assert "0 / 70 (0 %)" in done.stdout
    assert "Error" not in done.stdout

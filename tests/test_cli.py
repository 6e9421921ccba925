"""The command `llm101`, as a person at a terminal uses it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course import Assignment
from autograder.report import Report
from tests.toy import REFERENCE, hand_in, make_course


def llm101(assignment: Assignment, *arguments: object) -> Result:
    runner = CliRunner(env={"COLUMNS": "120", "LANG": "en_US.UTF-8"})
    return runner.invoke(main, ["--course", str(assignment.root), *map(str, arguments)])


def test_list_names_assignments_with_points(toy: Assignment) -> None:
    assert llm101(toy, "list").output.split() == ["toy", "100", "+", "5", "points", "Toy"]


def test_grade_one_prints_everything_and_writes_a_report(toy: Assignment, tmp_path: Path) -> None:
    wrong = hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "3 * x"))
    result = llm101(toy, "grade", wrong, "--assignment", "toy", "--report", tmp_path / "bob.json", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "数组加倍" in result.output and "两倍不是三倍" in result.output
    assert Report.from_json((tmp_path / "bob.json").read_text(encoding="utf-8")).score == 50


def test_grade_many_prints_a_table_and_writes_a_report_each(toy: Assignment, tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / "ada"), hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "x"))]
    result = llm101(toy, "grade", *paths, "--assignment", "toy", "--reports", tmp_path / "out", "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert "100 / 100" in result.output and "50 / 100" in result.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["0001-ada.json", "0002-bob.json"]


def test_list_of_reports_for_several_paths(toy: Assignment, tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / "ada"), hand_in(tmp_path / "bob")]
    llm101(toy, "grade", *paths, "--assignment", "toy", "--report", tmp_path / "all.json")
    assert len(json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "nowhere.py", "--assignment", "toy"], "nowhere.py: no such file or folder"),
        (["grade", __file__, "--assignment", "tony"], "no assignment 'tony'"),
        (["grade", __file__, "--assignment", "toy", "--limit", "cpu=soon"], "--limit cpu=soon: write KEY=NUMBER"),
        (["replay", __file__, "--assignment", "toy", "--check", "9.9"], "no such check"),
        (["run", "toy"], "run.py: not there"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(toy: Assignment, arguments: list[str], message: str) -> None:
    result = llm101(toy, *arguments)
    assert result.exit_code == 2
    assert message in result.output and len(result.output.strip().splitlines()) == 1


def test_refused_submission_exits_with_one(toy: Assignment, tmp_path: Path) -> None:
    (tmp_path / "essay.txt").write_text("words", encoding="utf-8")
    result = llm101(toy, "grade", tmp_path / "essay.txt", "--assignment", "toy")
    assert result.exit_code == 1 and "essay.txt" in result.output


def test_limits_can_be_overridden(toy: Assignment, tmp_path: Path) -> None:
    slow = REFERENCE.replace("self.n = f(self.n)", "while True: pass")
    path = hand_in(tmp_path / "slow", toy=slow)
    result = llm101(toy, "grade", path, "--assignment", "toy", "--limit", "cpu_per_call=2")
    assert "your `change` ran for more than 2 s" in result.output


def test_replay_writes_a_script_that_shows_the_failure(toy: Assignment, tmp_path: Path) -> None:
    wrong = hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "5 * x"))
    result = llm101(toy, "replay", wrong, "--assignment", "toy", "--check", "1.1", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    script = tmp_path / "out" / "replay_1_1.py"
    assert len(script.read_text(encoding="utf-8").splitlines()) < 15
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[5]"


def test_replay_of_handles_runs_too(toy: Assignment, tmp_path: Path) -> None:
    wrong = hand_in(tmp_path / "bob", toy=REFERENCE.replace("return self.n", "return -self.n"))
    llm101(toy, "replay", wrong, "--assignment", "toy", "--check", "2.1", "--out", tmp_path / "out")
    script = tmp_path / "out" / "replay_2_1.py"
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "-4"


def test_starter_then_verify_holds_every_claim(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    assert llm101(assignment, "starter").exit_code == 0
    assert llm101(assignment, "starter", "--check").exit_code == 0
    result = llm101(assignment, "verify", "--json")
    assert result.exit_code == 0, result.output
    (verdict,) = json.loads(result.output)
    assert verdict["good"] and any(claim["name"] == "chaff thrice" for claim in verdict["claims"])


def test_verify_fails_for_a_chaff_that_no_check_catches(tmp_path: Path) -> None:
    assignment = make_course(tmp_path)
    with (assignment.solution_folder / "chaffs.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[chaff]]\nid = "unseen"\nproblem = "2"\nmodule = "toy"\n'
            'replace = [{ old = "random.random()", new = "1.5" }]\nhint = { en = "-", zh = "-" }\n'
        )
    llm101(assignment, "starter")
    result = llm101(assignment, "verify")
    assert result.exit_code == 1
    assert "1 claims do not hold: toy: chaff unseen" in result.output


def test_mutants_that_no_check_kills_are_shown(tmp_path: Path) -> None:
    pytest.importorskip("cosmic_ray", reason="mutation needs cosmic-ray, of the dev extra")
    assignment = make_course(tmp_path)
    weaker = assignment.open_checks.read_text(encoding="utf-8").replace(
        "numpy.check_equal(submission.extra.half(4), 2)", ""
    )
    assignment.open_checks.write_text(
        weaker.replace("numeric.check_equal(submission.extra.half(4), 2)", "submission.extra.half(4)"), encoding="utf-8"
    )
    result = llm101(assignment, "mutate")
    assert result.exit_code == 1
    assert "survives: extra.py" in result.output and "x / 2" in result.output


def test_doctor_names_a_tier() -> None:
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0 and "used for grading" in result.output

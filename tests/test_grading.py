"""A submission's way through the sandbox, the checks and the report."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.batch import grade_all
from autograder.grading import Grader
from autograder.hints import chaffwise
from autograder.job import Job
from autograder.report import CheckResult, Report
from autograder.sandbox.frames import Exchange
from autograder.text import Text
from tests.toy import EXTRA, REFERENCE, hand_in


def of(report: Report, number: str) -> CheckResult:
    return next(check for check in report.checks if check.number == number)


def first_line(report: Report, number: str) -> str:
    message = of(report, number).message
    assert message is not None
    return message.en.splitlines()[0]


def test_reference_gets_full_marks_and_bonus(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "ada"))
    assert (report.score, report.possible, report.bonus) == (100, 100, 5)
    assert all(check.message is None for check in report.checks)


def test_checks_come_in_the_order_of_their_numbers(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "ada"))
    assert [check.number for check in report.checks] == ["1.1", "1.2", "2.1", "3.1", "4.1"]


def test_failed_open_check_shows_the_smallest_input(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "return 2 * x if abs(x).max() < 50 else x")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    message = of(report, "1.1").message
    assert message is not None
    assert "double([50])" in message.en.replace("-", "")
    assert len(message.en.splitlines()) <= 8


def test_failed_hidden_check_shows_neither_input_nor_expected_value(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "print(x); return 3 * x")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert of(report, "1.2").status == "failed"
    text = report.to_json()
    assert "31337" not in text and "62674" not in text and "94011" not in text


def test_hidden_check_never_shows_the_students_own_words(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "raise ValueError(f'the input was {x}')")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert first_line(report, "1.2") == "ValueError (toy.py, line 10)"
    assert "31337" not in report.to_json()


def test_exception_names_the_students_line(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "return 2 * y")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert first_line(report, "1.1").startswith("NameError (toy.py, line 10): name 'y' is not defined")


def test_syntax_error_costs_its_own_module_only(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", extra=EXTRA.replace("def half(x):", "def half(x)")))
    assert (report.score, of(report, "3.1").score) == (80, 0)
    assert "extra.py" in first_line(report, "3.1") and "line 5" in first_line(report, "3.1")


def test_missing_module_costs_its_own_checks_only(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", extra=""))
    assert report.score == 80
    assert "extra.py" in first_line(report, "3.1")


def test_a_name_that_a_probe_misses_is_named(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=REFERENCE.replace("def greet", "def hail")))
    assert first_line(report, "4.1") == "toy.py defines no `greet`"


def test_of_several_attempts_the_first_ones_call_is_shown(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=REFERENCE.replace("hello {name}", "bye {name}")))
    message = of(report, "4.1").message
    assert message is not None and "greet('Ada')" in message.en and "greet('Bob')" not in message.en


def test_a_known_mistake_written_another_way_gets_its_hint(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "return x + 0.0 + x + x")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    hint = of(report, "1.1").hint
    assert hint is not None and hint.en == "Twice is not thrice."


def test_hints_do_not_depend_on_which_checks_are_slow(
    toy_grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = hand_in(tmp_path / "bob", toy=REFERENCE.replace("return 2 * x", "return x + 0.0 + x + x"))
    quick = [check.hint for check in toy_grader.grade_path(wrong).checks]
    find, asked = chaffwise.Hints.for_checks, []

    def as_if_slow(
        hints: chaffwise.Hints, smallest: chaffwise.Logs, logs: chaffwise.Logs, seconds: dict[str, float]
    ) -> dict[str, Text]:
        asked.append(set(smallest))
        return find(hints, smallest, logs, {number: float(number in smallest) for number in seconds})

    monkeypatch.setattr(chaffwise.Hints, "for_checks", as_if_slow)
    assert [check.hint for check in toy_grader.grade_path(wrong).checks] == quick
    assert any(quick) and len(asked) == 1


def test_another_mistake_gets_no_hint(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("return 2 * x", "return 3 * x if x[0] < 9 else 4 * x")  # thrice, on the first examples
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert of(report, "1.1").status == "failed" and of(report, "1.1").hint is None


def test_missing_function_is_named(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=REFERENCE.replace("def double", "def doppel")))
    assert first_line(report, "1.1") == "toy.py defines no `double`"


def test_endless_loop_costs_its_own_checks_and_says_so(toy_grader: Grader, tmp_path: Path) -> None:
    wrong = REFERENCE.replace("self.n = f(self.n)", "while True: pass")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert report.score == 70 and report.timed_out
    assert first_line(report, "2.1").startswith("your `change` ran for more than 1 s")


def test_exit_at_import_gets_a_report(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy="import os\nos._exit(0)\n"))
    assert report.score == 20
    assert "ended the Python process" in first_line(report, "1.1")
    assert first_line(report, "1.1") == first_line(report, "2.1")


def test_partial_credit_is_kept_when_the_check_then_fails(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", extra=EXTRA.replace("raise ValueError", "return len")))
    assert (of(report, "3.1").status, of(report, "3.1").score) == ("partial", 15)
    assert "an error was due" in first_line(report, "3.1")


def test_partial_credit_of_one_submission_does_not_reach_the_next(toy_grader: Grader, tmp_path: Path) -> None:
    toy_grader.grade_path(hand_in(tmp_path / "ada"))
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", extra=EXTRA.replace("x / 2", "x")))
    assert of(report, "3.1").score == 0


def test_same_report_every_time(toy_grader: Grader, tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "3 * x")), hand_in(tmp_path / "ada")]
    for path in paths:
        assert len({toy_grader.grade_path(path).without_times().to_json() for _ in range(100)}) == 1


def requests(grader: Grader, path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many requests went out together, each time some did."""
    sent: list[int] = []
    ask = Exchange.ask

    def counted(exchange: Exchange, *payloads: bytes) -> None:
        sent.append(len(payloads))
        ask(exchange, *payloads)

    with monkeypatch.context() as patch:
        patch.setattr(Exchange, "ask", counted)
        grader.grade_path(path)
    return sent


def test_what_every_submission_is_asked_goes_out_together(
    toy_grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = hand_in(tmp_path / "ada")
    before = toy_grader.grade_path(right)
    sent = requests(toy_grader, right, monkeypatch)
    examples = len(toy_grader.session.checks.logs["1.1"])
    assert examples > 5
    assert max(sent) == examples  # the import among them
    assert toy_grader.grade_path(right).without_times() == before.without_times()


def test_a_check_of_several_questions_shows_none_before_its_time(
    toy_grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = hand_in(tmp_path / "ada")
    toy_grader.grade_path(right)
    item = next(item for item in toy_grader.session.items if item.name == "test_half")
    assert len(toy_grader.session.checks.logs["3.1"]) >= 2
    assert toy_grader.session.checks.foreseen(item) == ()
    monkeypatch.setattr(item.obj, "__together__", True, raising=False)
    monkeypatch.setattr(toy_grader.session.checks, "_requests", {})
    toy_grader.grade_path(right)
    assert len(toy_grader.session.checks.foreseen(item)) == 2


def test_a_check_that_keeps_an_object_asks_nothing_ahead(
    toy_grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = next(item for item in toy_grader.session.items if item.name == "test_box")
    monkeypatch.setattr(item.obj, "__together__", True, raising=False)
    monkeypatch.setattr(toy_grader.session.checks, "_requests", {})
    toy_grader.grade_path(hand_in(tmp_path / "ada"))
    assert len(toy_grader.session.checks.logs["2.1"]) >= 2
    assert toy_grader.session.checks.foreseen(item) == ()


def test_a_failure_ends_what_was_foreseen(toy_grader: Grader, tmp_path: Path) -> None:
    toy_grader.grade_path(hand_in(tmp_path / "ada"))
    unwritten = hand_in(tmp_path / "bob", toy=REFERENCE.replace("return 2 * x", "raise NotImplementedError"))
    report = toy_grader.grade_path(unwritten)
    assert [check.number for check in report.checks if check.status == "failed"] == ["1.1", "1.2"]


def test_hint_of_the_chaff_that_the_submission_behaves_like(toy_grader: Grader, tmp_path: Path) -> None:
    other_style = REFERENCE.replace("return 2 * x", "return x + x + x")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=other_style))
    hint = of(report, "1.1").hint
    assert hint is not None and hint.en == "Twice is not thrice."


def test_no_hint_for_another_mistake(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "4 * x")))
    assert of(report, "1.1").hint is None


def test_no_hint_when_the_likeness_ends_at_another_check(toy_grader: Grader, tmp_path: Path) -> None:
    """It triples small numbers as the chaff does, but the hidden check's large one it leaves as it is."""
    wrong = REFERENCE.replace("return 2 * x", "return 3 * x if not isinstance(x, int) else x")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert of(report, "1.1").status == "failed" and of(report, "1.1").hint is None


def test_refused_submission_gets_a_report_that_says_why(toy_grader: Grader, tmp_path: Path) -> None:
    (tmp_path / "essay.txt").write_text("words", encoding="utf-8")
    report = toy_grader.grade_path(tmp_path / "essay.txt")
    assert report.error is not None and "essay.txt" in report.error.en
    assert (report.score, report.possible, len(report.checks)) == (0, 100, 5)


def test_batch_in_two_processes_gives_the_same_reports_as_one(toy_grader: Grader, tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / f"s{place}", toy=REFERENCE.replace("2 * x", f"{place} * x")) for place in range(4)]
    alone = {path.name: toy_grader.grade_path(path).without_times() for path in paths}
    batch = {report.submission: report.without_times() for report in grade_all(Job(toy_grader.assignment), paths, 2)}
    assert batch == alone


def test_time_out_in_a_batch_is_confirmed_by_one_run_alone(toy_grader: Grader, tmp_path: Path) -> None:
    slow = hand_in(tmp_path / "slow", toy=REFERENCE.replace("self.n = f(self.n)", "while True: pass"))
    fast = hand_in(tmp_path / "fast")
    reports = list(grade_all(Job(toy_grader.assignment), [slow, fast], 1))
    assert [report.submission for report in reports] == ["fast", "slow"]
    assert reports[1].score == 70


def test_rest_of_a_submission_fails_at_once_after_three_time_outs(toy_grader: Grader, tmp_path: Path) -> None:
    loop = "while True:\n        pass"
    wrong = REFERENCE.replace("return 2 * x", loop).replace('return f"hello {name}"', loop)
    wrong = wrong.replace("self.n = n\n", "while True:\n            pass\n")
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=wrong))
    assert report.score == 20
    assert report.cpu_seconds < 4.5


def test_weaker_sandbox_than_required_is_refused(toy_grader: Grader) -> None:
    from autograder.errors import UserError

    with pytest.raises(UserError, match="only 'rlimits'"):
        Grader(Job(toy_grader.assignment, require_tier="landlock", tier="rlimits"))


def test_report_survives_json(toy_grader: Grader, tmp_path: Path) -> None:
    report = toy_grader.grade_path(hand_in(tmp_path / "bob", toy=REFERENCE.replace("2 * x", "3 * x")))
    assert Report.from_json(report.to_json()) == report
    assert replace(report, seconds=0.0) != report

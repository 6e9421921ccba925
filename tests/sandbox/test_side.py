"""Requests that go out ahead of time: answered in their order, and nobody's fault when they were foreseen wrongly."""

from collections.abc import Iterator

import pytest

from autograder.sandbox.client import Zygote
from autograder.sandbox.interrupts import Death
from autograder.sandbox.side import SandboxSide
from tests.sandbox.conftest import LIMITS, Student

DEATH = b"import os; os._exit(3)"


@pytest.fixture
def side(zygote: Zygote) -> Iterator[SandboxSide]:
    side = SandboxSide(zygote, {}, LIMITS)
    yield side
    side.close()


def test_what_was_foreseen_has_gone_out(child: Student) -> None:
    assert child.child.request(b"answer = 1", cpu=5, ahead=[b"answer = 2", b"answer = 3"]) == b"1"
    assert list(child.child.foreseen) == [b"answer = 2", b"answer = 3"]
    assert [child.child.request(b"answer = %d" % n, cpu=5) for n in (2, 3, 4)] == [b"2", b"3", b"4"]


def test_an_answer_is_at_hand_once_and_in_its_turn(child: Student) -> None:
    first, *others = (b"answer = %d" % number for number in range(1, 5))
    assert child.child.at_hand(first) is None
    assert child.child.request(first, cpu=5, ahead=others) == b"1"
    assert child.child.at_hand(others[1]) is None
    assert [child.child.at_hand(one) or child.child.request(one, cpu=5) for one in others] == [b"2", b"3", b"4"]
    assert child.child.at_hand(others[2]) is None


def test_only_as_much_goes_out_as_is_sure_to_be_taken(child: Student) -> None:
    long = b"answer = 2".ljust(1 << 16)
    assert child.child.request(b"answer = 1", cpu=5, ahead=[long]) == b"1"
    assert not child.child.foreseen
    assert child.child.request(long, cpu=5) == b"2"


def test_whoever_dies_of_what_was_foreseen_dies_when_it_is_asked(side: SandboxSide) -> None:
    assert side.ask(b"answer = 1", [DEATH]) == b"1"
    with pytest.raises(Death, match="exit 3"):
        side.ask(DEATH)
    assert side.ask(b"answer = 2") == b"2"


def test_answers_that_nobody_wants_are_thrown_away(side: SandboxSide) -> None:
    assert side.ask(b"answer = 1", [b"answer = 2", b"answer = 3"]) == b"1"
    assert side.ask(b"answer = 3") == b"3"
    assert side.ask(b"answer = 4") == b"4"
    assert side.restarts == 0


def test_a_process_that_dies_of_what_nobody_asked_is_replaced(side: SandboxSide) -> None:
    assert side.ask(b"answer = 1", [DEATH, b"answer = 2"]) == b"1"
    assert side.ask(b"answer = 3") == b"3"
    assert (side.restarts, side.timed_out) == (1, [])

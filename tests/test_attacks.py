"""Every attack ends with no undeserved point, no secret out, nothing left behind, and the next submission unharmed.

Here in bubblewrap's namespaces; test_attacks_bare.py does without them.
"""

import sys
from collections.abc import Iterator

import pytest

from autograder.grading import Grader
from autograder.job import Job
from tests.arena import ATTACKS, COURSE, Arena, Attack, attacks, check_points

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's")

LESS = [("landlock",), ("seccomp",)]
"""What is left of the sandbox without one of its layers must hold what is tried against the machine."""
CASES = [((), attack) for attack in attacks()]
CASES += [(without, attack) for without in LESS for attack in attacks() if attack.says_line("machine")]


@pytest.fixture(scope="module")
def arena(request: pytest.FixtureRequest) -> Iterator[Arena]:
    with Arena("bubblewrap", request.param) as arena:
        yield arena


def name(part: Attack | tuple[str, ...]) -> str:
    """The id of half a case: "crash", "without landlock"."""
    return str(part) if isinstance(part, Attack) else " ".join(("without", *part) if part else ("all layers",))


@pytest.mark.parametrize(("arena", "attack"), CASES, indirect=["arena"], ids=name)
def test_an_attack_gains_nothing(arena: Arena, attack: Attack) -> None:
    arena.try_out(attack)


def test_there_are_enough_attacks() -> None:
    assert len(attacks()) >= 45


@pytest.mark.parametrize("arena", [()], indirect=True, ids=["all layers"])
def test_the_neighbour_sees_what_is_left_behind(arena: Arena) -> None:
    alone = arena.ring("adder").alone
    check_points(alone, ["1", "5"])
    assert "left behind: []" in alone.to_json()


@pytest.mark.parametrize("arena", [()], indirect=True, ids=["all layers"])
def test_what_is_not_run_any_more_is_not_called_slow(arena: Arena) -> None:
    report = arena.ring("adder").grader.grade_path(ATTACKS / "adder" / "loop_forever.py")
    last = report.checks[-1].message
    assert last is not None and last.en.startswith("not run: earlier calls")


def test_an_attack_works_where_nothing_confines_it() -> None:
    """The search for the reference is no empty threat: in a plain subprocess it finds it."""
    with Grader(Job(COURSE.assignment("adder"), tier="subprocess")) as grader:
        report = grader.grade_path(ATTACKS / "adder" / "find_reference_on_disk.py")
    assert report.score == report.possible

"""The same attacks where there are no namespaces, and as an ordinary user."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.arena import Arena, Attack, attacks
from tests.sandbox.test_worlds import NOBODY, in_world

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's")


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with Arena("landlock", ()) as arena:
        yield arena


@pytest.mark.parametrize("attack", attacks(), ids=str)
def test_an_attack_gains_nothing(arena: Arena, attack: Attack) -> None:
    arena.try_out(attack)


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("file", ["test_attacks.py", "test_attacks_bare.py"])
def test_attacks_on_an_ordinary_user_gain_nothing(file: str) -> None:
    machine = " or ".join(str(attack) for attack in attacks() if attack.says_line("machine"))
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-k",
        f"test_an_attack_gains_nothing and not without and ({machine})",
    ]
    done = in_world(NOBODY, "allowed", "-m", "pytest", *options, f"tests/{file}")
    if "cannot be entered" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]

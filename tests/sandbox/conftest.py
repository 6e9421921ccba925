"""Zygotes of every kind that this machine can offer, and a way to run programs in their children."""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox.client import Child, Zygote

HOSTS = Path(__file__).parent / "hosts"
LIMITS = Limits(cpu_per_call=1.0, cpu=20.0, memory_mb=256, processes=8, files_mb=8, reply_mb=2, open_files=64)

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bubblewrap": ("bubblewrap", ()),
    "bubblewrap-without-landlock": ("bubblewrap", ("landlock",)),
    "bubblewrap-without-seccomp": ("bubblewrap", ("seccomp",)),
    "landlock": ("landlock", ()),
    "rlimits-without-landlock": ("rlimits", ("landlock",)),
    "rlimits-without-seccomp": ("rlimits", ("seccomp",)),
}

if sys.platform != "linux":
    collect_ignore_glob = ["test_isolation.py", "test_limits.py", "test_left_behind.py", "test_worlds.py"]


def start(
    tier: str | None = None, without: Collection[str] = (), limits: Limits = LIMITS, preload: Sequence[str] = ()
) -> Zygote:
    """A zygote whose children run programs (hosts/evalhost.py)."""
    return Zygote(preload, limits, tier=tier, host="evalhost.serve", beside=[HOSTS], without=without)


@dataclass(frozen=True)
class Student:
    """A child that runs programs."""

    child: Child

    def ask(self, program: str, cpu: float = 5.0) -> str:
        """The repr of `answer` after the program has run in the child, or its exception."""
        return self.child.request(program.encode(), cpu=cpu).decode()


@pytest.fixture(name="start")
def start_() -> Callable[..., Zygote]:
    """`start`, for tests that want a zygote of their own."""
    return start


@pytest.fixture(scope="session", params=KINDS)
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    """A zygote of each kind; skipped, with the reason, where the machine refuses it."""
    tier, without = KINDS[request.param]
    with start(tier, without) as zygote:
        try:
            assert zygote.tier.name == tier
        except UserError as error:
            pytest.skip(f"not on this machine: {error}")
        yield zygote


@pytest.fixture
def spawn(zygote: Zygote) -> Iterator[Callable[[], Student]]:
    """A function that makes children which do not outlive the test."""
    children: list[Child] = []

    def one() -> Student:
        children.append(zygote.spawn({}))
        return Student(children[-1])

    yield one
    for child in children:
        child.kill()


@pytest.fixture
def child(spawn: Callable[[], Student]) -> Student:
    """A single child."""
    return spawn()

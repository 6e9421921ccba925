"""Every attack ends with no undeserved point, no secret out, nothing left behind, and the next submission unharmed.

An attack is a file (or folder) in tests/attacks/<assignment>/. Its docstring says what it tries, and in `earns:` which
problems it solves honestly; those earn full points, everything else earns none.
"""

import ast
import dataclasses
import functools
import os
import re
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder import grading
from autograder.course import Course
from autograder.errors import UserError
from autograder.grading import Grader, Job
from autograder.report import Report
from autograder.sandbox.client import Zygote

HERE = Path(__file__).parent
COURSE = Course(HERE / "courses" / "tiny")
ATTACKS = HERE / "attacks"
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bubblewrap": ("bubblewrap", ()),
    "bubblewrap without landlock": ("bubblewrap", ("landlock",)),
    "bubblewrap without seccomp": ("bubblewrap", ("seccomp",)),
    "landlock": ("landlock", ()),
}
MARK = "pwned"
"""What attacks write, wherever they manage to."""
ENVIRONMENT = {"LLM101_TOKEN": "LLM101-kingfisher-in-the-environment"}
REFERENCE_ONLY = ("the mean of nothing", "BEGIN SOLUTION")
PORT = 49171

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's")


@dataclass(frozen=True)
class Attack:
    """One malicious submission, and what its docstring says of it."""

    path: Path
    says: str

    @property
    def assignment(self) -> str:
        return self.path.parent.name

    @property
    def earns(self) -> set[str]:
        """The problems it solves honestly."""
        earned = re.search(r"^earns: (.*)$", self.says, re.MULTILINE)
        assert earned, f"{self.path} does not say what it earns"
        return set() if earned[1] == "nothing" else set(earned[1].split(", "))

    @property
    def refused(self) -> bool:
        """Whether it is not even taken in."""
        return re.search(r"^refused$", self.says, re.MULTILINE) is not None

    @property
    def flagged(self) -> bool:
        return re.search(r"^flagged$", self.says, re.MULTILINE) is not None

    @property
    def noted(self) -> list[str]:
        """The files that the report says were set aside."""
        noted = re.search(r"^noted: (.*)$", self.says, re.MULTILINE)
        return noted[1].split(", ") if noted else []


def attack(path: Path) -> Attack:
    sources = [path] if path.is_file() else [file for file in sorted(path.glob("*.py")) if not file.is_symlink()]
    docstrings = [ast.get_docstring(ast.parse(source.read_text())) for source in sources]
    return Attack(path, next(text for text in docstrings if text))


def attacks() -> list[Attack]:
    paths = [path for name in ("adder", "layer") for path in sorted((ATTACKS / name).iterdir())]
    return [attack(path) for path in paths if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")]


def secrets(assignment: str) -> set[str]:
    """What no report may show: numbers and words of the hidden checks, the reference, the environment."""
    hidden = ast.parse(COURSE.assignment(assignment).hidden_checks.read_text())
    named = [node for node in hidden.body if isinstance(node, ast.Assign) and ast.unparse(node.targets) == "SECRETS"]
    return {*ast.literal_eval(named[0].value), *ENVIRONMENT.values(), *REFERENCE_ONLY}


def children() -> set[int]:
    """The numbers of all processes below this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return below


def marked() -> set[str]:
    """Where attacks have left their mark: names in the places they try, words in the files they try to rewrite."""
    site, standard = Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("stdlib"))
    places = ["/", "/tmp", "/var/tmp", "/dev/shm", "/usr/bin", "/autograder", Path.cwd(), Path.home(), site, standard]
    places += [COURSE.root, *COURSE.root.glob("*/*"), HERE.parent, HERE.parent / "autograder"]
    names = {str(path) for place in places for path in Path(place).glob(f"*{MARK}*")}
    names |= {name for folder, _, names in os.walk(tempfile.gettempdir()) for name in names if MARK in name}
    files = [Path(os.__file__), Path(np.__file__), *COURSE.root.rglob("*.py"), *HERE.parent.glob("autograder/**/*.py")]
    return names | {str(path) for path in files if MARK in path.read_text()}


class Ears:
    """Sockets of this machine to which an attack may try to speak; `heard` counts those who did."""

    def __init__(self) -> None:
        self._sockets = [
            socket.socket(),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            socket.socket(socket.AF_UNIX),
        ]
        for listener, address in zip(self._sockets, [("", PORT), ("", PORT), f"\0{MARK}"], strict=True):
            listener.bind(address)
            listener.setblocking(False)
            if listener.type == socket.SOCK_STREAM:
                listener.listen()

    def heard(self) -> int:
        return sum(map(self._has_guest, self._sockets))

    def _has_guest(self, listener: socket.socket) -> bool:
        try:
            listener.accept() if listener.type == socket.SOCK_STREAM else listener.recv(1)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        for listener in self._sockets:
            listener.close()


@dataclass(frozen=True)
class Ring:
    """A grader, and how the honest neighbour fares in it before any attack."""

    grader: Grader
    neighbour: Path
    alone: Report


@pytest.fixture(scope="module", params=KINDS)
def rings(request: pytest.FixtureRequest) -> Iterator[dict[str, Ring]]:
    """Graders of one kind, an assignment each, opened when first needed."""
    tier, without = KINDS[request.param]
    opened = Rings(tier, without)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "Zygote", functools.partial(Zygote, without=without))
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield opened
        for ring in opened.values():
            ring.grader.close()


class Rings(dict[str, Ring]):
    def __init__(self, tier: str, without: tuple[str, ...]) -> None:
        self._tier, self._without = tier, without

    def __missing__(self, name: str) -> Ring:
        assignment = COURSE.assignment(name)
        limits = dataclasses.replace(assignment.limits, cpu_per_call=0.5, cpu=5.0)
        try:
            grader = Grader(Job(dataclasses.replace(assignment, limits=limits), tier=self._tier))
        except UserError as error:
            pytest.skip(str(error))
        assert not set(self._without) & set(re.findall(r"\w+", grader.tier.partition("(")[2]))
        neighbour = ATTACKS / f"neighbour_{name}.py"
        self[name] = Ring(grader, neighbour, grader.grade_path(neighbour).without_times())
        return self[name]


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    listening = Ears()
    yield listening
    listening.close()


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.path.stem)
def test_an_attack_gains_nothing(rings: dict[str, Ring], ears: Ears, attack: Attack) -> None:
    ring = rings[attack.assignment]
    processes = children()
    report = ring.grader.grade_path(attack.path)
    check_points(report, attack.earns)
    check_report(report, attack)
    assert children() <= processes, "something is still running"
    assert not marked(), "something was written"
    assert not ears.heard(), "somebody was spoken to"
    assert ring.grader.grade_path(ring.neighbour).without_times() == ring.alone


def check_points(report: Report, earns: set[str]) -> None:
    """Full points for the problems solved honestly, none for the others."""
    undeserved = {check.number: check.score for check in report.checks if check.problem not in earns and check.score}
    lost = {check.number: str(check.message) for check in report.checks if check.problem in earns and check.message}
    assert not undeserved
    assert not lost


def check_report(report: Report, attack: Attack) -> None:
    """No secret, no control character, the flags and notes that are due."""
    assert (report.error is not None) == attack.refused
    text = report.to_json()
    assert not [secret for secret in secrets(attack.assignment) if secret in text]
    shown = [line for check in report.checks if check.message for line in check.message.en.splitlines()]
    assert all(line.isprintable() for line in shown)
    assert report.flags or not attack.flagged
    notes = " ".join(note.en for note in report.notes)
    assert [name for name in attack.noted if name not in notes] == []


def test_there_are_enough_attacks() -> None:
    assert len(attacks()) >= 45


def test_the_neighbour_sees_what_is_left_behind(rings: dict[str, Ring]) -> None:
    check_points(rings["adder"].alone, {"1", "5"})
    assert "left behind: []" in rings["adder"].alone.to_json()


def test_an_attack_works_where_nothing_confines_it() -> None:
    """The search for the reference is no empty threat: in a plain subprocess it finds it."""
    with Grader(Job(COURSE.assignment("adder"), tier="subprocess")) as grader:
        report = grader.grade_path(ATTACKS / "adder" / "find_reference_on_disk.py")
    assert report.score == report.possible

"""Where attacks are tried out: graders of a small course, an honest neighbour, and eyes and ears on the machine.

An attack is a file (or folder) in tests/attacks/<assignment>/. Its docstring says what it tries, then, a line each:
`earns:` the problems that it solves honestly, which earn full points while everything else earns none; `flagged`,
`refused`, `noted:` what the report must say; `machine` when what it tries is against the machine, so that it depends
on the sandbox's layers.
"""

import ast
import dataclasses
import functools
import os
import re
import socket
import sysconfig
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from autograder import job
from autograder.course import Course
from autograder.errors import UserError
from autograder.grading import Grader
from autograder.job import Job
from autograder.report import Report
from autograder.sandbox.client import Zygote

HERE = Path(__file__).parent
COURSE = Course(HERE / "courses" / "tiny")
ATTACKS = HERE / "attacks"
MARK = "pwned"
"""What attacks write, wherever they manage to."""
ENVIRONMENT = {"LLM101_TOKEN": "LLM101-kingfisher-in-the-environment"}
REFERENCE_ONLY = ("the mean of nothing", "BEGIN SOLUTION")
PORT = 49171


@dataclass(frozen=True)
class Attack:
    """One malicious submission, and what its docstring says of it."""

    path: Path
    says: str

    def __str__(self) -> str:
        return self.path.stem

    @property
    def assignment(self) -> str:
        return self.path.parent.name

    @property
    def earns(self) -> list[str]:
        """The problems it solves honestly."""
        return [] if self.listed("earns") == ["nothing"] else self.listed("earns")

    def says_line(self, line: str) -> bool:
        return line in self.says.splitlines()

    def listed(self, key: str) -> list[str]:
        """What stands behind `key:`, a comma between."""
        found = re.search(rf"^{key}: (.*)$", self.says, re.MULTILINE)
        return found[1].split(", ") if found else []


def attack(path: Path) -> Attack:
    sources = [path] if path.is_file() else [file for file in sorted(path.glob("*.py")) if not file.is_symlink()]
    docstrings = [re.match('"""(.*?)"""', source.read_text(encoding="utf-8"), re.DOTALL) for source in sources]
    return Attack(path, next(found[1] for found in docstrings if found))


def attacks() -> list[Attack]:
    paths = [path for name in ("adder", "layer") for path in sorted((ATTACKS / name).iterdir())]
    return [attack(path) for path in paths if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")]


def secrets(assignment: str) -> set[str]:
    """What no report may show: numbers and words of the hidden checks, the reference, the environment."""
    hidden = ast.parse(COURSE.assignment(assignment).hidden_checks.read_text(encoding="utf-8"))
    named = [node for node in hidden.body if isinstance(node, ast.Assign) and ast.unparse(node.targets) == "SECRETS"]
    return {*ast.literal_eval(named[0].value), *ENVIRONMENT.values(), *REFERENCE_ONLY}


def processes() -> set[int]:
    """The numbers of all processes below this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
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
    names |= {name for _, _, files in os.walk(tempfile.gettempdir()) for name in files if MARK in name}
    files = [Path(os.__file__), Path(np.__file__), *COURSE.root.rglob("*.py"), *HERE.parent.glob("autograder/**/*.py")]
    return names | {str(path) for path in files if MARK in path.read_text(encoding="utf-8")}


class Ears:
    """Sockets of this machine to which an attack may try to speak; `heard` says whether one did."""

    def __init__(self) -> None:
        inet, unix = socket.AF_INET, socket.AF_UNIX
        wanted = [(inet, socket.SOCK_STREAM, ("", PORT)), (inet, socket.SOCK_DGRAM, ("", PORT))]
        wanted += [(unix, socket.SOCK_STREAM, f"\0{MARK}"), (unix, socket.SOCK_DGRAM, f"\0{MARK}-datagrams")]
        self._sockets = []
        for family, kind, address in wanted:
            listener = socket.socket(family, kind)
            listener.setblocking(False)
            self._sockets.append(listener)
            with suppress(OSError):  # where the same tests run twice at once, one of them listens
                listener.bind(address)
                if kind == socket.SOCK_STREAM:
                    listener.listen()

    def heard(self) -> bool:
        return any(map(self._has_guest, self._sockets))

    def _has_guest(self, listener: socket.socket) -> bool:
        try:
            listener.accept() if listener.type == socket.SOCK_STREAM else listener.recv(1)
        except OSError:
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


class Arena:
    """Graders of one kind of sandbox, an assignment each, opened when first needed.

    Args:
        tier: the sandbox; a machine without it makes the test skip, with the reason.
        without: layers that are left out.
    """

    def __init__(self, tier: str, without: Collection[str]) -> None:
        self._tier, self._without = tier, frozenset(without)
        self._rings: dict[str, Ring] = {}

    def __enter__(self) -> Self:
        self._patch = pytest.MonkeyPatch()
        self._folder = tempfile.TemporaryDirectory(prefix="llm101-arena-")
        Path(self._folder.name).chmod(0o711)  # a submission's process is another user, and has its folder inside
        self._patch.setattr(tempfile, "tempdir", self._folder.name)
        self._patch.setattr(job, "Zygote", functools.partial(Zygote, without=self._without))
        for name, value in ENVIRONMENT.items():
            self._patch.setenv(name, value)
        self._ears = Ears()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for ring in self._rings.values():
            ring.grader.close()
        self._ears.close()
        self._patch.undo()
        self._folder.cleanup()

    def ring(self, name: str) -> Ring:
        """The grader of assignment `name`."""
        if name not in self._rings:
            grader = self._grader(name)
            neighbour = ATTACKS / f"neighbour_{name}.py"
            self._rings[name] = Ring(grader, neighbour, grader.grade_path(neighbour).without_times())
        return self._rings[name]

    def _grader(self, name: str) -> Grader:
        assignment = COURSE.assignment(name)
        limits = dataclasses.replace(assignment.limits, cpu_per_call=0.5, cpu=5.0, memory_mb=256)
        try:
            grader = Grader(Job(dataclasses.replace(assignment, limits=limits), tier=self._tier))
        except UserError as error:
            pytest.skip(str(error))
        assert self._without.isdisjoint(re.findall(r"\w+", grader.tier.partition("(")[2]))
        return grader

    def try_out(self, attack: Attack) -> None:
        """Grade an attack, then its neighbour; fail unless the attack has come to nothing."""
        ring = self.ring(attack.assignment)
        before = processes()
        report = ring.grader.grade_path(attack.path)
        check_points(report, attack.earns)
        check_report(report, attack)
        assert processes() <= before, "something is still running"
        assert not marked(), "something was written"
        assert not self._ears.heard(), "somebody was spoken to"
        after = ring.grader.grade_path(ring.neighbour).without_times()
        assert [check for check in after.checks if check not in ring.alone.checks] == []
        assert after == ring.alone


def check_points(report: Report, earns: Collection[str]) -> None:
    """Full points for the problems solved honestly, none for the others."""
    undeserved = {check.number: check.score for check in report.checks if check.problem not in earns and check.score}
    lost = {check.number: str(check.message) for check in report.checks if check.problem in earns and check.message}
    assert not undeserved
    assert not lost


def check_report(report: Report, attack: Attack) -> None:
    """No secret, no control character, and whatever it is that the attack's docstring expects."""
    assert (report.error is not None) == attack.says_line("refused")
    text = report.to_json()
    assert not [secret for secret in secrets(attack.assignment) if secret in text]
    shown = [line for check in report.checks if check.message for line in check.message.en.splitlines()]
    assert all(line.isprintable() for line in shown)
    assert report.flags or not attack.says_line("flagged")
    notes = " ".join(note.en for note in report.notes)
    assert [name for name in attack.listed("noted") if name not in notes] == []

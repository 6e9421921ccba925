"""The grader's end of one zygote: starting it, learning what it can do, asking it for children."""

import os
import pickle
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox import confine, filters, jail, meter, rubbish, tiers
from autograder.sandbox.confine import Plan
from autograder.sandbox.zygote import MESSAGE, Ready, Trial

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds for a zygote's imports: torch takes two on an idle machine."""


@dataclass(frozen=True)
class Request:
    """What is wanted of a zygote, whatever its tier."""

    preload: tuple[str, ...]
    limits: Limits
    host: str
    beside: tuple[str, ...]
    without: frozenset[str]


@dataclass(frozen=True)
class Spawned:
    """A child: the zygote's number for it, its number here, a pidfd, and its folder (None: it is inside a jail)."""

    number: int
    pid: int
    pidfd: int
    root: Path | None


class Link:
    """One running zygote of one tier.

    Raises:
        UserError: it did not start, or cannot put on what its tier promises; one line, the reason.
    """

    def __init__(self, name: tiers.Name, request: Request) -> None:
        self._namespaced = name == "bubblewrap"
        self._ids = self._usable_ids()
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the link
        self._work = None if self._namespaced else Path(tempfile.mkdtemp(prefix="llm101-"))
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._started: jail.Started | None = None
        self._ready: Ready | None = None
        try:
            with theirs:
                start = jail.start_in_namespaces if self._namespaced else jail.start
                env = jail.environment(self._zygote_home())
                try:
                    self._started = start(theirs.fileno(), env, self._errors, request.beside)
                except UserError as error:
                    raise self._failure(str(error)) from error
            self.trial = self._try(name, request)
        except BaseException:
            self.close()
            raise

    def ready(self) -> Ready:
        """Wait until everything is imported.

        Raises:
            UserError: an import failed.
        """
        with self._lock:
            if self._ready is None:
                self._ready = self._receive(Ready)
            if self._ready.failure:
                raise UserError(f"the sandbox cannot import what the assignment preloads: {self._ready.failure}")
            return self._ready

    def spawn(self, connection: socket.socket) -> Spawned:
        """A new child that talks through `connection`; it confines itself before it reads a file.

        Raises:
            UserError: the machine refuses another process.
        """
        self.ready()
        root = self._work and Path(tempfile.mkdtemp(dir=self._work))
        with self._lock:
            order = pickle.dumps(("spawn", str(root or jail.ROOT)))
            socket.send_fds(self._control, [order], [connection.fileno()])
            message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
        if not message:
            raise self._failure("the sandbox has ended")
        what, value = pickle.loads(message)
        if what != "child":
            raise UserError(f"the sandbox cannot start another process: {value}")
        return Spawned(value, meter.pid_of(descriptors[0]), descriptors[0], root)

    def reap(self, child: Spawned) -> tuple[int, float]:
        """(wait status, CPU seconds) of a child that has ended; whatever it left behind is removed."""
        with self._lock:
            self._control.send(pickle.dumps(("reap", child.number)))
            message = self._control.recv(MESSAGE)
        if self._ids and not self._namespaced and "landlock" not in self.trial.layers:
            rubbish.sweep(confine.own_id(self._ids, child.pid))
        if child.root is not None:
            rubbish.remove(child.root)
        if not message:
            raise self._failure("the sandbox has ended")
        _, status, cpu = pickle.loads(message)
        return status, cpu

    def close(self) -> None:
        """End the zygote; with it goes every child that is left."""
        self._control.close()
        if self._started is not None:
            self._started.stop(patience=5.0)
            self._started = None
        self._errors.close()
        if self._work is not None:
            rubbish.remove(self._work)

    def _try(self, name: tiers.Name, request: Request) -> Trial:
        layers = tiers.layers(name, request.without)
        program, reason = _program(layers, forkless=not self._namespaced)
        self._control.send(pickle.dumps(self._plan(request, layers, program)))
        self._control.settimeout(PATIENCE)
        trial = self._receive(Trial)
        failures = {**trial.failures, **({"seccomp": reason} if reason else {})}
        failures |= dict.fromkeys(request.without & set(tiers.REMEDIES), "switched off")
        absent = tiers.REQUIRED[name] - set(trial.layers)
        if absent:
            raise UserError("; ".join(f"{layer}: {failures.get(layer, 'not there')}" for layer in sorted(absent)))
        return Trial(trial.layers, failures)

    def _plan(self, request: Request, layers: tuple[str, ...], program: bytes | None) -> Plan:
        limits = request.limits
        return Plan(
            preload=request.preload,
            search_path=(*jail.library(), *jail.packages(), *request.beside),
            readable=(*jail.readable(), *request.beside),
            reachable=self._namespaced or "user" not in layers or jail.unreachable(jail.readable()) is None,
            layers=layers,
            ids=self._ids,
            program=program,
            work=str(self._work or jail.ROOT),
            host=request.host,
            cpu=limits.cpu,
            memory_mb=limits.memory_mb,
            processes=limits.processes,
            files_mb=limits.files_mb,
            open_files=limits.open_files,
        )

    def _zygote_home(self) -> str:
        if self._work is None:
            return f"{jail.ROOT}/home"
        self._work.chmod(0o711)  # children with ids of their own pass through to their folders
        return str(self._work / "zygote")

    def _usable_ids(self) -> tuple[int, int] | None:
        if os.geteuid() != 0:
            return None
        ids = jail.own_ids()
        return (1, ids.count) if self._namespaced else (ids.base, ids.count)

    def _receive(self, kind: type[T]) -> T:
        try:
            message = self._control.recv(MESSAGE)
        except TimeoutError:
            raise self._failure(f"the sandbox did not start within {PATIENCE:g} s") from None
        except OSError:  # it died with our message unread
            message = b""
        received = pickle.loads(message) if message else None
        if not isinstance(received, kind):
            raise self._failure("the sandbox did not start")
        return received

    def _failure(self, what: str) -> UserError:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return UserError(f"{what}: {lines[-1]}" if lines else what)


def _program(layers: tuple[str, ...], *, forkless: bool) -> tuple[bytes | None, str | None]:
    """The seccomp filter, or why there is none."""
    if "seccomp" not in layers:
        return None, None
    try:
        return filters.compiled(forkless), None
    except (ImportError, RuntimeError, OSError) as error:
        return None, str(error)

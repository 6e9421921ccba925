"""What the grader uses: a zygote of the strongest tier at hand, and children to send requests to."""

import os
import pickle
import select
import signal
import socket
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox import alone, meter, tiers
from autograder.sandbox.frames import Exchange
from autograder.sandbox.interrupts import Broken, Death, TimeOut
from autograder.sandbox.link import Link, Request, Spawned
from autograder.sandbox.tiers import Tier

HOST = "autograder.sandbox.host.serve"
WALL = 5
"""The wall clock allows this many times the CPU limit."""
SETTLING = 30.0
"""CPU seconds for a child to confine itself and write its files: milliseconds, on any machine that works."""


class Child(Protocol):
    """One submission's process."""

    @property
    def cpu_seconds(self) -> float:
        """CPU time that its processes have used so far."""
        ...

    def request(self, payload: bytes, *, cpu: float) -> bytes:
        """The reply to `payload`, for at most `cpu` CPU seconds.

        Raises:
            TimeOut, Death, Broken: there is none; the child has been killed.
        """
        ...

    def kill(self) -> None:
        """End it with everything it has started, wait until it is gone, remove what it left."""
        ...


class Zygote:
    """A context manager around one jailed process that has imported `preload`; `spawn` forks children from it.

    It starts in the background: the grader can import what it needs meanwhile.

    Args:
        preload: modules that every submission imports.
        tier: the tier to use; None for the strongest that works here.
        host: dotted name of the function that serves in a child, called with a channel and its folder.
        beside: further folders that children can read and import from.
        without: layers that are not to be used.
    """

    def __init__(
        self,
        preload: Sequence[str],
        limits: Limits,
        *,
        tier: str | None = None,
        host: str = HOST,
        beside: Sequence[str | os.PathLike[str]] = (),
        without: Collection[str] = (),
    ) -> None:
        folders = tuple(os.path.realpath(path) for path in beside)
        self._request = Request(tuple(preload), limits, host, folders, frozenset(without))
        self._limits = limits
        self._link: Link | None = None
        self._tier: Tier | None = None
        self._failure: BaseException | None = None
        self._children: list[Child] = []
        self._starting = threading.Thread(target=self._start, args=(tier,), name="zygote", daemon=True)
        self._starting.start()

    @property
    def tier(self) -> Tier:
        """The confinement in use.

        Raises:
            UserError: none could be started.
        """
        self._starting.join()
        if self._tier is None:
            raise self._failure or UserError("the sandbox was closed")
        return self._tier

    def spawn(self, files: Mapping[str, bytes]) -> Child:
        """A confined process whose working folder holds `files` ({relative path: content}).

        Raises:
            UserError: the zygote could not start, or the child could not be confined.
        """
        self._starting.join()
        if self._tier is None:
            raise self._failure or UserError("the sandbox was closed")
        if sum(map(len, files.values())) > self._limits.files_mb << 20:
            raise UserError(f"the submission is larger than files_mb allows ({self._limits.files_mb} MB)")
        child: Child = self._fork(files) if self._link else alone.Alone(files, self._request)
        self._children.append(child)
        return child

    def close(self) -> None:
        """End the zygote and every child that is left."""
        self._starting.join()
        for child in self._children:
            child.kill()
        self._children.clear()
        if self._link is not None:
            self._link.close()
            self._link = None
        self._tier = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, wanted: str | None) -> None:
        reasons: dict[str, str] = {}
        names = tiers.candidates(wanted)
        try:
            for name in names:
                try:
                    self._link, self._tier = _open(name, self._request, reasons)
                    return
                except UserError as error:
                    reasons["namespaces" if name == "bubblewrap" else "landlock"] = str(error)
            why = "; ".join(reasons.values()) or f"there is no tier {wanted}; choose from {', '.join(tiers.STRENGTH)}"
            self._failure = UserError(f"the sandbox cannot start: {why}")
        except BaseException as error:  # a thread's exception would be lost: it is raised where the tier is asked for
            self._failure = error

    def _fork(self, files: Mapping[str, bytes]) -> Child:
        assert self._link is not None
        ours, theirs = socket.socketpair()
        with theirs:
            spawned = self._link.spawn(theirs)
        child = _Forked(self._link, spawned, ours, self._limits, self._link.ready().own_mb)
        self._children = [other for other in self._children if not getattr(other, "gone", False)]
        try:
            refusal = child.request(pickle.dumps(dict(files)), cpu=SETTLING)
        except (TimeOut, Death, Broken) as error:
            raise UserError(f"the sandbox cannot be set up for a submission: {error}") from error
        if refusal:
            child.kill()
            raise UserError(f"the sandbox cannot be set up for a submission: {refusal.decode(errors='replace')}")
        return child


class _Forked:
    """A child of a zygote: a socket to talk to it, a pidfd to end it."""

    def __init__(
        self, link: Link, spawned: Spawned, connection: socket.socket, limits: Limits, shared_mb: float
    ) -> None:
        self._link = link
        self._spawned = spawned
        self._connection = connection
        self._limits = limits
        self._shared_mb = shared_mb
        self._pid = meter.pid_of(spawned.pidfd)
        self._clock = (~self._pid << 3) | 2
        self._others = 0.0
        self._final: float | None = None
        self._status = 0
        self._poll = select.poll()
        self._poll.register(spawned.pidfd, select.POLLIN)

    @property
    def gone(self) -> bool:
        """Whether the process has ended and everything of it is removed."""
        return self._final is not None

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the process, and of those it started as far as they have been seen."""
        if self._final is not None:
            return self._final
        try:
            return time.clock_gettime(self._clock) + self._others
        except OSError:  # it has died: the final figure comes with its end
            return self._others

    def request(self, payload: bytes, *, cpu: float) -> bytes:
        """See `Child`."""
        if self.gone:
            raise Death("it had ended before")
        try:
            return self._answer(payload, cpu)
        except EOFError:
            raise self._end() from None
        finally:
            if not self._answered:
                self.kill()

    def kill(self) -> None:
        """See `Child`."""
        if self.gone:
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._spawned.pidfd, signal.SIGKILL)
        self._over(None)
        self._connection.close()
        self._status, self._final = self._link.reap(self._spawned)
        os.close(self._spawned.pidfd)

    def _answer(self, payload: bytes, cpu: float) -> bytes:
        self._answered = False
        before, pause = self.cpu_seconds, 0.02
        allowed = min(cpu, self._limits.cpu - before)
        exchange = Exchange(self._connection, payload, self._limits.reply_mb << 20)
        began = time.monotonic()
        look = began + pause
        while exchange.reply is None:
            self._step(exchange, pause)
            now = time.monotonic()
            if now - began > WALL * cpu:
                raise TimeOut(WALL * cpu, "wall")
            if now > look:
                self._check(before, allowed, cpu)
                pause = min(2 * pause, 0.25)
                look = now + pause
        self._answered = True
        return exchange.reply

    def _step(self, exchange: Exchange, pause: float) -> None:
        """Move what can be moved, waiting for it at most `pause` seconds."""
        self._poll.register(self._connection, select.POLLIN | (select.POLLOUT if exchange.sending else 0))
        ready = dict(self._poll.poll(pause * 1000))
        happened = ready.get(self._connection.fileno(), 0)
        if happened & ~select.POLLOUT:
            exchange.receive()
        elif self._spawned.pidfd in ready:
            raise EOFError
        if happened & select.POLLOUT:
            exchange.send()

    def _over(self, patience: float | None) -> bool:
        """Whether the process has ended, or does within `patience` seconds (None: wait for it)."""
        end = select.poll()
        end.register(self._spawned.pidfd, select.POLLIN)
        return bool(end.poll(None if patience is None else patience * 1000))

    def _check(self, before: float, allowed: float, cpu: float) -> None:
        """Look at what a child that takes its time has used."""
        everything = meter.cpu_seconds(self._pid)
        with suppress(OSError):
            self._others = max(0.0, everything - time.clock_gettime(self._clock))
        if everything - before > allowed:
            raise TimeOut(cpu if allowed == cpu else self._limits.cpu, "cpu")
        shared = meter.count(self._pid) * self._shared_mb
        if meter.own_megabytes(self._pid) - shared > self._limits.memory_mb:
            raise Death("memory")
        # folders take room as well
        if self._spawned.root and meter.folder_megabytes(self._spawned.root) > self._limits.files_mb + 1:
            raise Death("files")

    def _end(self) -> BaseException:
        """What became of a child that talks no more."""
        died = self._over(1.0)
        self.kill()
        if not died:
            return Broken("it closed the connection")
        if os.WIFEXITED(self._status):
            return Death(f"exit {os.WEXITSTATUS(self._status)}")
        if self.cpu_seconds >= self._limits.cpu:
            return TimeOut(self._limits.cpu, "cpu")
        return Death(f"signal {signal.Signals(os.WTERMSIG(self._status)).name}")


def probe() -> tuple[Tier, ...]:
    """What this machine offers, strongest first; each was tried. What a stronger tier lacked stands in `missing`."""
    found: list[Tier] = []
    reasons: dict[str, str] = {}
    request = Request((), Limits(), HOST, (), frozenset())
    for name in tiers.candidates(None):
        try:
            link, tier = _open(name, request, reasons)
        except UserError as error:
            reasons["namespaces" if name == "bubblewrap" else "landlock"] = str(error)
            continue
        if link is not None:
            link.close()
        found.append(tier)
    return tuple(found)


def _open(name: tiers.Name, request: Request, reasons: Mapping[str, str]) -> tuple[Link | None, Tier]:
    if name == "subprocess":
        return None, Tier(name, (), tiers.lacking({"rlimits": "a plain subprocess confines nothing"}))
    link = Link(name, request)
    failures = {**reasons, **link.trial.failures}
    return link, Tier(name, link.trial.layers, tiers.lacking(failures))

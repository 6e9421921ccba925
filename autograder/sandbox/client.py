"""What the grader uses: a zygote of the strongest tier at hand, and children to send requests to."""

import os
import pickle
import socket
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox import alone, tiers
from autograder.sandbox.forked import Forked
from autograder.sandbox.interrupts import Broken, Death, TimeOut
from autograder.sandbox.link import Link, Request
from autograder.sandbox.tiers import Tier

HOST = "autograder.sandbox.host.serve"
SETTLING = 30.0
"""CPU seconds for a child to confine itself and write its files: milliseconds, on any machine that works."""


class Child(Protocol):
    """One submission's process."""

    @property
    def cpu_seconds(self) -> float:
        """CPU time that its processes have used so far."""
        ...

    @property
    def foreseen(self) -> Sequence[bytes]:
        """Requests that have gone out ahead of time; the next `request` has to be the first of them."""
        ...

    def at_hand(self, payload: bytes) -> bytes | None:
        """The reply to `payload`, if it had gone out ahead of time and all of it is here; no clock is looked at.

        Raises:
            Broken: what is here is no reply; the child has been killed.
        """
        ...

    def request(self, payload: bytes, *, cpu: float, ahead: Iterable[bytes] = ()) -> bytes:
        """The reply to `payload`, for at most `cpu` CPU seconds.

        `ahead`: requests that will be made next; they may go out together, for every switch between two processes
        costs as much as a small answer.

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
        self._children = [other for other in self._children if not getattr(other, "gone", False)]
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
        child = Forked(self._link, spawned, ours, self._limits, self._link.ready().own_mb)
        try:
            refusal = child.request(pickle.dumps(dict(files)), cpu=SETTLING)
        except (TimeOut, Death, Broken) as error:
            raise UserError(f"the sandbox cannot be set up for a submission: {error}") from error
        if refusal:
            child.kill()
            raise UserError(f"the sandbox cannot be set up for a submission: {refusal.decode(errors='replace')}")
        return child


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

"""Grading: a student's code in a confined process, replaced when it dies."""

from collections.abc import Iterable, Mapping

from autograder.course import Limits
from autograder.sandbox.client import Child, Zygote
from autograder.sandbox.interrupts import GivenUp, Interrupt, TimeOut

MOST_TIMEOUTS = 3
"""After so many time-outs the rest of a submission fails at once."""


class SandboxSide:
    """One submission's confined process."""

    def __init__(self, zygote: Zygote, files: Mapping[str, bytes], limits: Limits) -> None:
        self.restarts = 0
        self.timed_out: list[TimeOut] = []
        self.raised: BaseException | None = None
        self._zygote = zygote
        self._files = files
        self._limits = limits
        self._child: Child | None = None
        self._spent = 0.0

    def ask(self, request: bytes, ahead: Iterable[bytes] = ()) -> bytes:
        if self._child is not None and (reply := self._at_hand(self._child, request)) is not None:
            return reply
        self._drop_unwanted(request)
        if len(self.timed_out) >= MOST_TIMEOUTS:
            raise GivenUp(None)
        left = self._limits.cpu - self.cpu_seconds
        if left <= 0:
            raise GivenUp(self._limits.cpu)
        if self._child is None:
            self._child = self._zygote.spawn(self._files)
        try:
            return self._child.request(request, cpu=min(self._limits.cpu_per_call, left), ahead=ahead)
        except Interrupt as interrupt:
            if isinstance(interrupt, TimeOut):
                self.timed_out.append(interrupt)
            self._replace()
            raise

    def _at_hand(self, child: Child, request: bytes) -> bytes | None:
        try:
            return child.at_hand(request)
        except Interrupt:
            self._replace()
            raise

    def _drop_unwanted(self, request: bytes) -> None:
        """Throw away the answers to what was foreseen wrongly; a process that dies of it was never asked."""
        while self._child is not None and self._child.foreseen and self._child.foreseen[0] != request:
            try:
                self._child.request(self._child.foreseen[0], cpu=self._limits.cpu_per_call)
            except Interrupt:
                self._replace()

    def _replace(self) -> None:
        """The next question goes to a new process."""
        self.close()
        self.restarts += 1

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds that the student's code has used so far."""
        return self._spent + (self._child.cpu_seconds if self._child else 0.0)

    def close(self) -> None:
        if self._child is not None:
            self._spent += self._child.cpu_seconds
            self._child.kill()
            self._child = None

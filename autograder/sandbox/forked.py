"""A child of a zygote as the trusted side sees it: requests with a clock beside them, and its end."""

import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress

from autograder.course import Limits
from autograder.sandbox import meter
from autograder.sandbox.frames import HEADER, Exchange
from autograder.sandbox.interrupts import Broken, Death, TimeOut
from autograder.sandbox.link import Link, Spawned

WALL = 5
"""The wall clock allows this many times the CPU limit."""
BUSY, STARVED = 0.1, 4
"""A process that has computed for a tenth of that time does not wait for anything: it gets four times as long."""
LOOK = 0.25
"""Seconds, at most, between two looks at what a child has used."""
TOGETHER = 1 << 16
"""Bytes of requests that go out at once: the socket takes so many without anybody reading."""


class Forked:
    """A child of a zygote: a socket to talk to it, a pidfd to end it."""

    def __init__(
        self, link: Link, spawned: Spawned, connection: socket.socket, limits: Limits, shared_mb: float
    ) -> None:
        self._link = link
        self._spawned = spawned
        self._connection = connection
        self._limits = limits
        self._shared_mb = shared_mb
        self._pid = spawned.pid
        self._clock = (~self._pid << 3) | 2
        self._others = 0.0
        self._look = 0.0
        self._answered = True
        self._exchange = Exchange(connection, limits.reply_mb << 20)
        self.foreseen: deque[bytes] = deque()
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

    def at_hand(self, payload: bytes) -> bytes | None:
        """See `Child`."""
        if not self.foreseen or self.foreseen[0] != payload:
            return None
        try:
            reply = self._exchange.reply()
        except Broken:
            self.kill()
            raise
        if reply is not None:
            self.foreseen.popleft()
        return reply

    def request(self, payload: bytes, *, cpu: float, ahead: Iterable[bytes] = ()) -> bytes:
        """See `Child`."""
        if self.gone:
            raise Death("it had ended before")
        try:
            return self._answer(payload, ahead, cpu)
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

    def _answer(self, payload: bytes, ahead: Iterable[bytes], cpu: float) -> bytes:
        self._answered = False
        before, pause = self.cpu_seconds, 0.02
        allowed = min(cpu, self._limits.cpu - before)
        if not self.foreseen:
            self.foreseen.extend(_few(payload, ahead))
            self._exchange.ask(*self.foreseen)
            self._exchange.send()
        assert self.foreseen[0] == payload, "another request than the one that has gone out ahead of time"
        began = time.monotonic()
        # a long request is looked at soon, many quick ones together as often as it
        look = min(began + pause, self._look)
        while (reply := self._exchange.reply()) is None:
            self._step(pause)
            now = time.monotonic()
            if now - began > WALL * cpu and not self._starved(before, now - began, cpu):
                raise TimeOut(WALL * cpu, "wall")
            if now > look:
                self._check(before, allowed, cpu)
                pause = min(2 * pause, LOOK)
                look, self._look = now + pause, now + LOOK
        self._answered = True
        self.foreseen.popleft()
        return reply

    def _starved(self, before: float, elapsed: float, cpu: float) -> bool:
        """Whether the machine, not the program, is why there is no answer yet: it computes whenever it may."""
        return elapsed < STARVED * WALL * cpu and meter.cpu_seconds(self._pid) - before > BUSY * elapsed

    def _step(self, pause: float) -> None:
        """Move what can be moved, waiting for it at most `pause` seconds."""
        exchange = self._exchange
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
        if self._spawned.root and meter.exceeds(self._spawned.root, self._limits.files_mb + 1):
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


def _few(payload: bytes, ahead: Iterable[bytes]) -> Iterator[bytes]:
    """`payload`, and of those ahead as many as the socket surely takes at once."""
    yield payload
    room = TOGETHER - len(payload)
    for other in ahead:
        room -= len(other) + HEADER.size
        if room < 0:
            return
        yield other

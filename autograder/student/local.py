"""The self-check: a student's code in this process, where a debugger works and nothing else is needed."""

import contextlib
import ctypes
import faulthandler
import io
import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox import warm
from autograder.sandbox.host import Host
from autograder.sandbox.interrupts import Death, Interrupt, TimeOut

WALL_FACTOR = 5
"""A call may take this many times its CPU limit on the clock: a loaded machine fails nobody."""
BUSY, STARVED = 0.1, 4
"""One that has computed for a tenth of that time does not wait for anything: it gets four times as long."""


class LocalSide:
    """The student's modules in this process: no protection, but no hang either."""

    def __init__(self, folder: Path, limits: Limits, preload: Sequence[str] = (), *, quiet: bool = False) -> None:
        """`preload`: modules imported before any limit counts; a time-out amid their import would leave half of it.

        `quiet`: nobody watches, and the code is the course's own: nothing is printed, no process ended.
        """
        try:
            warm.preload(preload)
        except ImportError as error:
            raise UserError(f"{error}: the assignment needs it; install {', '.join(preload)} with pip") from None
        self.restarts = 0
        self._quiet = quiet
        self._limits = limits
        self._files = tempfile.TemporaryDirectory(prefix="llm101-files-")
        self._before = frozenset(sys.modules)
        self._host = Host(folder, Path(self._files.name))

    @property
    def raised(self) -> BaseException | None:
        return self._host.raised

    def ask(self, request: bytes, ahead: Iterable[bytes] = ()) -> bytes:
        with (
            _as_if_alone(self._host.folder),
            _silent(self._quiet),
            _stopped_after(self._limits.cpu_per_call, self._quiet),
        ):
            return self._host.answer(request)

    def leave(self) -> None:
        """Take the modules out of this interpreter, so that another submission's can come in; they stay usable."""
        self._host.forget(self._before)

    def close(self) -> None:
        self.leave()
        self._files.cleanup()


@contextlib.contextmanager
def _silent(quiet: bool) -> Iterator[None]:
    """Let nothing that the code prints or warns of through, when nobody asked to see it."""
    if not quiet:
        yield
        return
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _as_if_alone(folder: Path) -> Iterator[None]:
    """What the sandbox gives for good, for the time of one request: the folder, no input, no way out."""
    was = Path.cwd(), sys.path[:], sys.argv, sys.stdin, os._exit
    process = os.getpid()

    def no_exit(status: int) -> NoReturn:
        if os.getpid() != process:  # a worker that the student's code forked leaves as ever
            was[4](status)
        raise Death("exit")

    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = [""]
    if sys.stdin is None or not sys.stdin.isatty():  # a person at a terminal may be in a debugger
        sys.stdin = io.StringIO()
    os._exit = no_exit
    try:
        yield
    finally:
        os.chdir(was[0])
        sys.path[:] = was[1]
        sys.argv, sys.stdin, os._exit = was[2:]


@contextlib.contextmanager
def _stopped_after(seconds: float, trusted: bool) -> Iterator[None]:
    """Raise `TimeOut` in the student's code after its CPU or wall limit; end the process if it cannot be stopped."""
    wall = WALL_FACTOR * seconds
    watch = _signals if _can_signal() else _thread
    last_resort = contextlib.nullcontext(lambda: None) if trusted else _last_resort(wall)
    with last_resort as put_off, watch(seconds, wall, put_off):
        yield


@contextlib.contextmanager
def _last_resort(wall: float) -> Iterator[Callable[[], None]]:
    """End the process when even the timers of the wall clock are not heard: something in C never comes back.

    Yields what puts that off; a person at a terminal may be in a debugger, and is left alone.
    """

    def put_off() -> None:
        if sys.stdin is None or not sys.stdin.isatty():
            faulthandler.dump_traceback_later(wall + 5, exit=True, file=sys.__stderr__ or sys.stderr)

    put_off()
    try:
        yield put_off
    finally:
        faulthandler.cancel_dump_traceback_later()


def _can_signal() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextlib.contextmanager
def _signals(cpu: float, wall: float, put_off: Callable[[], None]) -> Iterator[None]:
    """Timers of the CPU and of the wall clock, again every half second in case a bare `except` caught the first."""

    def on_cpu(number: int, frame: FrameType | None) -> None:
        if sys.gettrace() is None:  # nobody is stepping through it in a debugger
            raise TimeOut(cpu, "cpu")

    began, used = time.monotonic(), time.process_time()

    def on_wall(number: int, frame: FrameType | None) -> None:
        elapsed = time.monotonic() - began
        if elapsed < STARVED * wall and time.process_time() - used > BUSY * elapsed:
            put_off()
        elif sys.gettrace() is None:
            raise TimeOut(cpu, "wall")

    timers = [
        (signal.SIGPROF, signal.ITIMER_PROF, cpu, on_cpu),
        (signal.SIGALRM, signal.ITIMER_REAL, wall, on_wall),
    ]
    was = [signal.signal(number, handler) for number, _, _, handler in timers]
    for _, timer, seconds, _ in timers:
        signal.setitimer(timer, seconds, 0.5)
    try:
        yield
    finally:
        for _, timer, _, _ in timers:
            signal.setitimer(timer, 0)
        for (number, *_), handler in zip(timers, was, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _thread(cpu: float, wall: float, put_off: Callable[[], None]) -> Iterator[None]:
    """Where there are no timers (Windows): an exception set from another thread when the wall limit is over."""
    target = threading.get_ident()

    def stop() -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(target), ctypes.py_object(_WallTimeOut))

    timer = threading.Timer(wall, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except _WallTimeOut:
        raise TimeOut(cpu, "wall") from None
    finally:
        timer.cancel()


class _WallTimeOut(Interrupt):
    """A TimeOut that can be raised without arguments."""

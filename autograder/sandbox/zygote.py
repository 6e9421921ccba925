"""The process that students' processes are forked from, and the first moments of such a child.

It lives inside the jail, has imported what every submission needs, and hears from the grader alone, over one socket:

    Plan                          → Trial, then (when everything is imported) Ready
    ("spawn", root) + a socket    → ("child", number) + a pidfd, or ("refused", reason)
    ("reap", number)              → ("ended", wait status, CPU seconds)
"""

import gc
import importlib
import os
import pickle
import socket
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.sandbox import confine, frames, jail, kernel, meter, warm
from autograder.sandbox.confine import Place, Plan

MESSAGE = 1 << 20
REAP_ERRORS = (ChildProcessError, ProcessLookupError)


@dataclass(frozen=True)
class Trial:
    """What a first child could put on (`layers`), and why not the rest ({layer: reason})."""

    layers: tuple[str, ...]
    failures: dict[str, str]


@dataclass(frozen=True)
class Ready:
    """The preload is imported; or `failure` says why it is not. `own_mb` is the memory that a fork shares."""

    own_mb: float
    failure: str | None = None


def main(control_number: int) -> None:
    """Serve the grader at this end of the control socket until it hangs up."""
    os.closerange(3, control_number)
    os.closerange(control_number + 1, 1 << 12)
    control = socket.socket(fileno=control_number)
    plan: Plan = pickle.loads(control.recv(MESSAGE))
    sys.path[:] = plan.search_path
    if not plan.namespaced:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    warm.confinement()
    zygote = Zygote(control, plan)
    try:
        zygote.try_layers()
        zygote.prepare()
        zygote.serve()
    finally:
        zygote.clear()


class Zygote:
    """The control socket's other end."""

    def __init__(self, control: socket.socket, plan: Plan) -> None:
        self._control = control
        self._plan = plan
        self._spawned = 0
        self._living: dict[int, int] = {}
        self._address_space = 0
        self._process_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC) if plan.namespaced else -1
        # open before Landlock closes /proc; None where the kernel has no such file
        own = Path(f"/proc/self/task/{os.getpid()}/children")
        self._children = own.open() if own.exists() else None

    def try_layers(self) -> None:
        """Confine a first child and let it report; the plan is cut to what worked."""
        ours, theirs = socket.socketpair()
        pid = self._fork()
        if pid == 0:
            theirs.sendall(pickle.dumps(_trial(self._plan, Place(self._trial_root(), 0))))
            os._exit(0)
        theirs.close()
        report = ours.makefile("rb").read()
        ours.close()
        os.waitpid(pid, 0)
        trial = pickle.loads(report) if report else Trial((), {"namespaces": "the first child died"})
        self._plan = replace(self._plan, layers=trial.layers)
        self._control.send(pickle.dumps(trial))

    def prepare(self) -> None:
        """Import the preload, once, so that children start with it."""
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        Path(os.environ["HOME"]).mkdir(exist_ok=True)
        statm = os.open("/proc/self/statm", os.O_RDONLY)  # before Landlock closes /proc
        maps = os.open("/proc/self/maps", os.O_RDONLY)
        self._confine_self()
        gc.disable()
        failure = None
        try:
            _warm_up(self._plan)
            confine.prepare(self._plan)
        except BaseException as error:  # whatever an import may raise, the grader has to hear of it
            failure = f"{type(error).__name__}: {error}"
        gc.collect()
        gc.freeze()
        with os.fdopen(maps) as lines:
            warm.memory(lines.readlines())
        size, resident, shared, *_ = map(int, os.read(statm, 200).split())
        os.close(statm)
        self._address_space = size * meter.PAGE
        self._control.send(pickle.dumps(Ready((resident - shared) * meter.PAGE / 2**20, failure)))

    def serve(self) -> None:
        """Answer until the grader is gone."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
            if not message:
                return
            order, operand = pickle.loads(message)
            if order == "spawn":
                self._spawn(operand, descriptors[0])
            else:
                self._control.send(pickle.dumps(("ended", *self._reap(operand))))

    def clear(self) -> None:
        """End every process that is left."""
        self._living.clear()
        self._end_strays()

    def _spawn(self, root: str, connection: int) -> None:
        self._spawned += 1
        number = self._spawned
        try:
            pid = self._fork()
        except OSError as error:
            os.close(connection)
            self._control.send(pickle.dumps(("refused", str(error))))
            return
        if pid == 0:
            self._control.close()
            _live(self._plan, Place(Path(root), number), connection, self._address_space)
        os.close(connection)
        self._living[number] = pid
        pidfd = os.pidfd_open(pid)
        socket.send_fds(self._control, [pickle.dumps(("child", number))], [pidfd])
        os.close(pidfd)

    def _fork(self) -> int:
        """Fork; with namespaces, the child is process 1 of a new one, whose death ends everything in it."""
        if not self._plan.namespaced:
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid != 0:
                kernel.setns(self._process_namespace, kernel.CLONE_NEWPID)
        return pid

    def _reap(self, number: int) -> tuple[int, float]:
        _, status, usage = os.wait4(self._living.pop(number), 0)
        self._end_strays()
        return status, usage.ru_utime + usage.ru_stime

    def _end_strays(self) -> None:
        """Kill what a dead child has left behind: this process inherits it (there is none in a process namespace)."""
        if self._plan.namespaced:
            return
        while strays := self._own_children() - set(self._living.values()):
            for pid in strays:
                try:
                    os.kill(pid, 9)
                    os.waitpid(pid, 0)
                except REAP_ERRORS:
                    continue

    def _own_children(self) -> set[int]:
        if self._children is None:
            return set(meter.children(os.getpid()))
        self._children.seek(0)
        return set(map(int, self._children.read().split()))

    def _trial_root(self) -> Path:
        return Path(jail.ROOT) if self._plan.namespaced else Path(self._plan.work) / "trial"

    def _confine_self(self) -> None:
        """Without namespaces the zygote is no less a process of this machine than its children: keep what it needs."""
        if self._plan.namespaced:
            return
        if os.geteuid() == 0:
            kernel.keep_capabilities(
                kernel.CAP_CHOWN, kernel.CAP_DAC_READ_SEARCH, kernel.CAP_KILL, kernel.CAP_SETGID,
                kernel.CAP_SETUID, kernel.CAP_SETPCAP,
            )  # fmt: skip
        if "landlock" in self._plan.layers:
            processes = ("/proc",) if self._children is None else ()
            confine.restrict_files((*self._plan.readable, *processes), (self._plan.work,))
            if not processes:  # what the zygote may read bounds its children too: they need no list of their own
                self._plan = replace(self._plan, readable=("/",))


def _trial(plan: Plan, place: Place) -> Trial:
    """Put on what can be put on, then try to get around it."""
    if not plan.namespaced:
        _make(place)
    failures: dict[str, str] = {}
    for name, put_on in confine.layers_of(plan, place, 1 << 33).items():
        try:
            put_on()
        except Exception as error:  # a library's own exceptions too: the reason is for a person to read
            failures[name] = str(error) or type(error).__name__
    worn = replace(plan, layers=tuple(name for name in plan.layers if name not in failures))
    failures |= confine.verify(worn, place)
    return Trial(tuple(name for name in plan.layers if name not in failures), failures)


def _live(plan: Plan, place: Place, connection: int, address_space: int) -> None:
    """A child's whole life: it never returns."""
    code = 70
    try:
        os.setsid()
        if connection != 3:
            os.dup2(connection, 3, inheritable=False)
        os.closerange(4, 1 << 12)
        _silence()
        channel = frames.Channel(socket.socket(fileno=3))
        files = channel.receive()
        if files is not None:
            try:
                _settle(plan, place, pickle.loads(files), address_space)
            except Exception as error:  # the grader stops on it, for less than the plan is not enough
                channel.send(f"{type(error).__name__}: {error}".encode())
                raise
            channel.send(b"")
            _serve(plan, channel, place.folder)
        code = 0
    finally:
        os._exit(code)


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _settle(plan: Plan, place: Place, files: dict[str, bytes], address_space: int) -> None:
    """Confine this process, then lay out the submission's files."""
    if not plan.namespaced:
        _make(place)
    for put_on in confine.layers_of(plan, place, address_space).values():
        put_on()
    os.umask(0o077)
    if plan.namespaced:
        _make(place)
    for name, data in files.items():
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    os.environ.update(jail.environment(str(place.home)))
    tempfile.tempdir = None  # it may have been worked out for the zygote's home
    os.chdir(place.folder)
    gc.enable()


def _make(place: Place) -> None:
    place.root.mkdir(mode=0o700, exist_ok=True)
    for folder in place.inner:
        folder.mkdir(parents=True, exist_ok=True)


def _serve(plan: Plan, channel: frames.Channel, folder: Path) -> None:
    if not plan.namespaced:
        from autograder.sandbox import threads

        threads.stand_in()
    module, _, name = plan.host.rpartition(".")
    serve: Any = getattr(importlib.import_module(module), name)
    serve(channel, folder)


def _warm_up(plan: Plan) -> None:
    """Import what children will need: a lazy import costs each of them, and fails below an unreadable home."""
    warm.preload(plan.preload)
    warm.libraries(everything=not plan.reachable)
    importlib.import_module(plan.host.rpartition(".")[0])
    if not plan.namespaced:
        importlib.import_module("autograder.sandbox.threads")

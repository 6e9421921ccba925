"""What a freshly forked child does to itself before it touches a submission, one layer after the other.

Runs inside the zygote's children only. A layer that is asked for and cannot be had raises, so nothing is ever
graded with less than was promised.
"""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import filters, kernel

if TYPE_CHECKING:
    from py_landlock import Landlock

IN_NAMESPACES = ("namespaces", "user", "rlimits", "landlock", "seccomp")
BARE = ("landlock", "user", "rlimits", "seccomp")
"""The order in which a child puts on its layers; `user` is a user id or a user namespace of its own. Without
namespaces Landlock comes first: another user may be unable to reach the folders that it is to name."""


@dataclass(frozen=True)
class Plan:
    """What the grader tells a zygote: what to import, what to forbid, what to allow.

    `reachable`: whether a child, whoever it has become, can still read what is `readable`.
    """

    preload: tuple[str, ...]
    search_path: tuple[str, ...]
    readable: tuple[str, ...]
    reachable: bool
    layers: tuple[str, ...]
    ids: tuple[int, int] | None
    program: bytes | None
    work: str
    host: str
    cpu: float
    memory_mb: int
    processes: int
    files_mb: int
    open_files: int

    @property
    def namespaced(self) -> bool:
        """Whether children get namespaces of their own; otherwise seccomp keeps them to one process."""
        return "namespaces" in self.layers


@dataclass(frozen=True)
class Place:
    """Where a child lives: `root` holds its folder and its home; `number` is unlike its siblings'."""

    root: Path
    number: int

    @property
    def folder(self) -> Path:
        """Where the submission's files go."""
        return self.root / "submission"

    @property
    def home(self) -> Path:
        """For caches and temporary files."""
        return self.root / "home"

    @property
    def inner(self) -> tuple[Path, ...]:
        """The folders below `root`; a jail's /tmp leads to the last."""
        return (self.folder, self.home, self.root / "tmp")


def own_id(ids: tuple[int, int], number: int) -> int:
    """The user id for a child, from what may be given out: (first, how many)."""
    base, count = ids
    return base + number % count


def layers_of(plan: Plan, place: Place, zygote_bytes: int) -> dict[str, Callable[[], None]]:
    """The plan's layers in order; calling one puts it on this process for good."""
    every: dict[str, Callable[[], None]] = {
        "namespaces": lambda: _namespaces(plan, place),
        "user": lambda: _user(plan, place),
        "rlimits": lambda: _rlimits(plan, zygote_bytes),
        "landlock": lambda: _landlock(plan, place),
        "seccomp": lambda: _seccomp(plan),
    }
    return {name: every[name] for name in (IN_NAMESPACES if plan.namespaced else BARE) if name in plan.layers}


def _namespaces(plan: Plan, place: Place) -> None:
    """Own mounts and IPC (the process namespace came with the fork): one small file system for all a child writes.

    Abstract unix sockets belong to the network namespace, so where Landlock does not scope them a child gets its own.
    """
    lonely = 0 if "landlock" in plan.layers and _landlock_scopes() else kernel.CLONE_NEWNET
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | lonely)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    tight = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("files", str(place.root), "tmpfs", tight, f"size={plan.files_mb}m,nr_inodes=20000,mode=1777")
    shared = place.root / "shm"
    shared.mkdir()
    shared.chmod(0o1777)
    kernel.mount(str(shared), "/dev/shm", "", kernel.MS_BIND)
    _own_proc(tight | kernel.MS_NOEXEC)


def _own_proc(flags: int) -> None:
    try:
        kernel.mount("proc", "/proc", "proc", flags, "subset=pid")
    except OSError:  # a kernel before 5.8, or a container that hides parts of its own
        kernel.mount("none", "/proc", "tmpfs", flags | kernel.MS_RDONLY, "size=4k")


def _user(plan: Plan, place: Place) -> None:
    """No right of the zygote's stays: a user id that no sibling has, or a user namespace of the child's own."""
    if plan.ids is None:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # or the map files belong to root
        kernel.unshare(kernel.CLONE_NEWUSER)
        Path("/proc/self/uid_map").write_text("1000 0 1\n")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/gid_map").write_text("1000 0 1\n")
    else:
        # numbers of processes are unlike those of other zygotes' children too; inside a jail they are all 1
        own = own_id(plan.ids, place.number if plan.namespaced else os.getpid())
        if not plan.namespaced:
            for path in (place.root, *place.inner):
                os.chown(path, own, own)
        kernel.cut_bounding_set()
        os.setgroups([])
        os.setresgid(own, own, own)
        os.setresuid(own, own, own)
    kernel.keep_capabilities()


def _rlimits(plan: Plan, zygote_bytes: int) -> None:
    """Backstops in the kernel; the address space counts from what the zygote had already."""
    import resource  # not on Windows, where this module must still import

    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if not plan.namespaced:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
    files = plan.files_mb << 20
    seconds = int(plan.cpu) + 2
    wanted = {
        resource.RLIMIT_AS: zygote_bytes + (plan.memory_mb << 20),
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: files,
        resource.RLIMIT_NOFILE: plan.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 1 << 16,
    }
    if plan.ids is not None or plan.namespaced:  # otherwise the count is of everything that the user runs
        # threads count as well: a pool of 16 workers has a few in each
        wanted[resource.RLIMIT_NPROC] = 4 * plan.processes
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _landlock_scopes() -> bool:
    """Whether Landlock keeps signals and abstract sockets among a child's own processes (ABI 6, Linux 6.12)."""
    from py_landlock import get_abi_version

    return get_abi_version() >= 6


def _landlock(plan: Plan, place: Place) -> None:
    """Read the interpreter and its libraries, write the own folder, nothing else."""
    restrict_files(*_files(plan, place))


def prepare(plan: Plan) -> None:
    """Work out once, in the zygote, what is the same for every child."""
    if "landlock" in plan.layers and plan.namespaced:
        _rules(*_files(plan, Place(Path(plan.work), 0)))


def _files(plan: Plan, place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a child may read, and what it may write."""
    if plan.namespaced:
        return ("/",), (str(place.root), "/dev/shm")
    return plan.readable, (str(place.root),)


def restrict_files(readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """Put Landlock on this process: every right that this kernel knows is denied outside these paths."""
    _rules(readable, writable).apply()


@cache
def _rules(readable: tuple[str, ...], writable: tuple[str, ...]) -> "Landlock":
    from py_landlock import AccessFs, Landlock

    read = AccessFs.READ_FILE | AccessFs.READ_DIR | AccessFs.EXECUTE
    make = AccessFs.MAKE_REG | AccessFs.MAKE_DIR | AccessFs.MAKE_SYM | AccessFs.MAKE_SOCK | AccessFs.MAKE_FIFO
    change = AccessFs.WRITE_FILE | AccessFs.TRUNCATE | AccessFs.REMOVE_FILE | AccessFs.REMOVE_DIR | AccessFs.REFER
    rules = Landlock(strict=False)
    for path in readable:
        access = read if Path(path).is_dir() else AccessFs.READ_FILE | AccessFs.EXECUTE
        rules.add_path_rule(path, access=access)
    rules.add_path_rule(*writable, access=read | make | change)
    rules.add_path_rule("/dev/null", access=AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    devices = [path for path in ("/dev/zero", "/dev/random", "/dev/urandom", "/dev/full") if Path(path).exists()]
    rules.add_path_rule(*devices, access=AccessFs.READ_FILE)
    return rules


def _seccomp(plan: Plan) -> None:
    if plan.program is None:
        raise OSError("no filter could be compiled")
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.load_filter(filters.for_process(plan.program, os.getpid()))


def verify(plan: Plan, place: Place) -> dict[str, str]:
    """Try what each layer forbids; {layer: what was possible all the same}. For the trial child."""
    attempts: dict[str, tuple[Callable[[], object], str]] = {
        "namespaces": (lambda: os.kill(2, 0), "another process is in sight"),
        "user": (lambda: os.setuid(0), "root's rights can be had back"),
        "landlock": (lambda: os.open("/dev/zero", os.O_WRONLY), "/dev/zero can be opened for writing"),
        "seccomp": (lambda: socket.socket(socket.AF_INET), "a network socket can be made"),
    }
    leaks: dict[str, str] = {}
    for name, (attempt, meaning) in attempts.items():
        if name in plan.layers:
            try:
                attempt()
                leaks[name] = meaning
            except OSError:
                continue
    return leaks

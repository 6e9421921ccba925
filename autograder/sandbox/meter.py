"""What a student's processes have used, read by the trusted side from /proc and the file system."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def pid_of(pidfd: int) -> int:
    """The number, in this process's namespace, of the process that `pidfd` holds; -1 once it is gone."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return -1


def children(pid: int) -> list[int]:
    """The children of all of a process's threads; none for a process that is gone."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    except OSError:
        return found or _children_by_parent(pid)
    return found


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for child in children(pid):
        yield from tree(child)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, its living descendants, and those it has waited for."""
    return sum(_cpu_ticks(each) for each in tree(pid)) / TICKS


def own_megabytes(pid: int) -> float:
    """Memory that is a process's and its descendants' own: not files, but with pages still shared after a fork."""
    return sum(_own_pages(each) for each in tree(pid)) * PAGE / 2**20


def count(pid: int) -> int:
    """How many processes the tree has."""
    return sum(1 for _ in tree(pid))


def exceeds(folder: Path, megabytes: float) -> bool:
    """Whether the files below `folder` take more room than that; each counts for a block at least.

    A folder that cannot be looked into (too deep, closed) counts as too much: it could hide anything.
    """
    room = megabytes * 2**20
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    room -= max(_blocks(entry) * 512, PAGE)
                    if room < 0:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except FileNotFoundError:  # removed meanwhile
            continue
        except OSError:
            return True
    return False


def _children_by_parent(pid: int) -> list[int]:
    """For kernels without /proc/PID/task/TID/children."""
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [number for number in numbers if _stat(number)[1:2] == [str(pid)]]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third (state) on; the second may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_ticks(pid: int) -> int:
    return sum(map(int, _stat(pid)[11:15]))


def _own_pages(pid: int) -> int:
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(resident) - int(shared)


def _blocks(entry: os.DirEntry[str]) -> int:
    try:
        return int(getattr(entry.stat(follow_symlinks=False), "st_blocks", 0))
    except OSError:
        return 0

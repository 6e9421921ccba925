"""The few Linux calls that Python 3.11 has no function for. Each raises OSError as Python's own do."""

import ctypes
import os
from functools import cache

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

CAP_CHOWN = 0
CAP_DAC_READ_SEARCH = 2
CAP_KILL = 5
CAP_SETGID = 6
CAP_SETUID = 7
CAP_SETPCAP = 8
CAP_SYS_ADMIN = 21
CAP_LAST = 63

HUGE_PAGE = 1 << 21
_MADV_HUGEPAGE = 14
_MADV_COLLAPSE = 25

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones (for CLONE_NEWPID: the next child does)."""
    _checked(_libc().unshare(flags), "unshare")
    if flags & CLONE_NEWUSER:
        bounding_set.cache_clear()  # a new user namespace begins with all of them


def setns(descriptor: int, flags: int) -> None:
    """Enter the namespace that `descriptor` holds."""
    _checked(_libc().setns(descriptor, flags), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    result = _libc().mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode() or None
    )
    _checked(result, f"mount {target}")


def prctl(option: int, *arguments: int) -> int:
    """prctl(2) with number arguments; what it returns."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    result: int = _libc().prctl(option, *padded)
    _checked(result, f"prctl {option}")
    return result


def use_huge_pages(start: int, end: int) -> None:
    """Put the whole huge pages of this process's memory from `start` to `end` into one page each (Linux 6.1)."""
    start, end = -(-start // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
    for advice in (_MADV_HUGEPAGE, _MADV_COLLAPSE) if start < end else ():
        result = _libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)
        _checked(result, "madvise")


@cache
def bounding_set() -> frozenset[int]:
    """The capabilities that programs started from here can have; read once, for within a user namespace they only
    become fewer."""
    found = set()
    for capability in range(CAP_LAST + 1):
        try:
            if prctl(PR_CAPBSET_READ, capability):
                found.add(capability)
        except OSError:  # past the kernel's last capability
            break
    return frozenset(found)


def cut_bounding_set(*kept: int) -> None:
    """Let no program started from here on have a capability but `kept`, where CAP_SETPCAP allows to say so."""
    for capability in bounding_set().difference(kept):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # a bounding set that is not ours to cut
            return


def keep_capabilities(*kept: int) -> None:
    """Give up every capability but `kept`, in this process and for programs it starts."""
    cut_bounding_set(*kept)
    prctl(PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _capset(sum(1 << capability for capability in kept))


def _capset(mask: int) -> None:
    low, high = mask & 0xFFFFFFFF, mask >> 32
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    _checked(_libc().capset(header, data), "capset")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def load_filter(program: bytes) -> None:
    """Put this process, and all it starts, under a compiled seccomp filter (an array of 8-byte instructions)."""
    code = ctypes.create_string_buffer(program, len(program))
    loaded = _Program(len(program) // 8, ctypes.cast(code, ctypes.c_void_p).value)
    result = _libc().prctl(
        PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(loaded), ctypes.c_ulong(0), ctypes.c_ulong(0)
    )
    _checked(result, "seccomp")

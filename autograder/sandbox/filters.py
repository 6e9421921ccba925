"""Seccomp filters, compiled by libseccomp on the trusted side and loaded by each child.

Compiling costs tens of milliseconds and a library, loading some microseconds and neither.
"""

import errno
import struct
import tempfile
from functools import cache
from typing import Any

OWN_PID = 0x7E57AB1E
"""Stands for the process's own number until the child puts it in (`for_process`)."""

CLONE_THREAD = 0x00010000
NAMESPACES = (0x00000080, 0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""clone's flags for a new time, mount, cgroup, uts, ipc, user, pid and network namespace."""

ADMINISTRATION = (
    "mount", "umount", "umount2", "pivot_root", "chroot", "swapon", "swapoff", "reboot", "kexec_load",
    "kexec_file_load", "init_module", "finit_module", "delete_module", "acct", "quotactl", "settimeofday",
    "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "syslog", "iopl", "ioperm",
    "modify_ldt", "nfsservctl", "uselib", "ustat", "vhangup", "lookup_dcookie", "fanotify_init",
    "name_to_handle_at", "open_by_handle_at", "personality",
)  # fmt: skip
SPYING = (
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "move_pages", "migrate_pages", "perf_event_open",
)  # fmt: skip
LOOPHOLES = (
    "unshare", "setns", "bpf", "userfaultfd", "keyctl", "add_key", "request_key", "memfd_create", "vmsplice",
)  # fmt: skip
RECENT = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443, 447, 448, 457, 458, 467)
"""By number (the same on every machine), for a libseccomp that does not know the names yet: io_uring_setup, _enter,
_register; open_tree, move_mount, fsopen, fsconfig, fsmount, fspick; pidfd_getfd; process_madvise; mount_setattr;
quotactl_fd; memfd_secret; process_mrelease; statmount, listmount; open_tree_attr."""
OTHER_PROCESSES = (
    "fork", "vfork", "execve", "execveat", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
    "pidfd_send_signal", "setpriority", "ioprio_set", "shmget", "msgget", "semget", "mq_open", "connect", "bind",
    "listen", "accept", "accept4", "socket",
)  # fmt: skip
OWN_PID_ONLY = ("kill", "tgkill")
OWN_ONLY = ("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
"""A process number as first argument, where 0 means this process."""


@cache
def compiled(forkless: bool) -> bytes:
    """The filter's instructions.

    `forkless`: one process that starts no other, signals no other and has no sockets, for where no process
    namespace holds a tree together. `for_process` has to be applied to it.

    Raises:
        ImportError, RuntimeError, OSError: no libseccomp, or one that cannot do this.
    """
    import pyseccomp  # type: ignore[import-untyped]

    filter_ = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    _forbid_kernel(filter_, pyseccomp)
    if forkless:
        _forbid_others(filter_, pyseccomp)
    else:
        filter_.add_rule(pyseccomp.ERRNO(errno.EACCES), "socket", pyseccomp.Arg(0, pyseccomp.NE, 1))
    with tempfile.TemporaryFile() as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()


def for_process(program: bytes, pid: int) -> bytes:
    """`program` with the process's own number in place."""
    instructions = [
        struct.pack("=HBBI", code, true, false, pid if value == OWN_PID else value)
        for code, true, false, value in struct.iter_unpack("=HBBI", program)
    ]
    return b"".join(instructions)


def _forbid_kernel(filter_: Any, seccomp: Any) -> None:
    """What no student's program needs: administration, other processes' memory, ways around the other layers."""
    denied = seccomp.ERRNO(errno.EPERM)
    calls: tuple[str | int, ...] = (*ADMINISTRATION, *SPYING, *LOOPHOLES, *RECENT)
    for call in calls:
        _forbid(filter_, seccomp, denied, call)
    for flag in NAMESPACES:
        filter_.add_rule(denied, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # clone3 hides its flags in memory; told that there is none, the C library falls back to clone
    filter_.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    # AF_UNIX only; io on a socketpair is not restricted
    filter_.add_rule(denied, "socketpair", seccomp.Arg(0, seccomp.NE, 1))
    for request in (0x5412, 0x541C):  # TIOCSTI and TIOCLINUX type into a terminal
        filter_.add_rule(denied, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, request))


def _forbid_others(filter_: Any, seccomp: Any) -> None:
    """What reaches another process."""
    denied = seccomp.ERRNO(errno.EPERM)
    for name in OTHER_PROCESSES:
        _forbid(filter_, seccomp, denied, name)
    filter_.add_rule(denied, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, 0))
    for name in OWN_PID_ONLY:
        filter_.add_rule(denied, name, seccomp.Arg(0, seccomp.NE, OWN_PID))
    for name in OWN_ONLY:
        filter_.add_rule(denied, name, seccomp.Arg(0, seccomp.NE, 0))
    # a datagram socket could send to any address, a stream of a pair goes nowhere else
    for kind in (2, 3, 4, 5):
        filter_.add_rule(denied, "socketpair", seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, kind))
    # having another process signalled when a file becomes readable
    for command in (8, 10, 15):
        filter_.add_rule(denied, "fcntl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, command))
    for request in (0x8901, 0x8902):
        filter_.add_rule(denied, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, request))


def _forbid(filter_: Any, seccomp: Any, action: int, name: str | int) -> None:
    """Forbid a call by name or number; a name that this libseccomp or this processor lacks needs no rule."""
    if isinstance(name, str) and seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) == -1:
        return
    try:
        filter_.add_rule(action, name)
    except OSError as error:
        if error.errno not in (errno.EDOM, errno.EINVAL, errno.EFAULT):
            raise

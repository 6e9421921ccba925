"""Calls the kernel directly: io_uring, bpf, userfaultfd, keyrings, perf events, new namespaces, mounts, chroot.

machine
earns: nothing
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(256)
CALLS = (
    *(
        (425, 8, buffer),
        (321, 0, buffer, 72),
        (323, 0),
        (248, b"user", b"pwned", b"x", 1, -3),
        (298, buffer, 0, -1, -1, 0),
    ),
    *(
        (272, 0x10000000),
        (272, 0x20000),
        (308, 3, 0),
        (165, b"none", b"/", b"tmpfs", 0, 0),
        (161, b"/tmp"),
        (155, b".", b"."),
    ),
    *((169, 0xFEE1DEAD, 672274793, 0x1234567, 0), (246, 0, 0, 0, 0), (175, buffer, 256, b""), (103, 2, buffer, 256)),
    *((434, 1, 0), (438, 3, 0, 0), (447, 0), (319, b"pwned", 0), (101, 16, 1, 0, 0), (310, 1, buffer, 1, buffer, 1, 0)),
)
for call in CALLS:
    libc.syscall(*call)

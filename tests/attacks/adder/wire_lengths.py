"""Announces replies of gigabytes and sends little of them, or all.

earns: nothing
"""

import os
import struct
import gc


def nonce():
    for thing in gc.get_objects():
        found = getattr(thing, "_nonce", None)
        if isinstance(found, bytes) and len(found) == 8:
            return found
    return bytes(8)


def column_sums(x):
    os.write(3, struct.pack("!8sI", nonce(), 0xFFFFFFFF) + b"x")
    while True:
        pass


def sum_file(path):
    header = struct.pack("!8sI", nonce(), 60 << 20)
    os.write(3, header)
    os._exit(0)


def exact_sum(values):
    os.write(3, struct.pack("!8sI", nonce(), 2 << 30))
    while True:
        os.write(3, bytes(1 << 20))

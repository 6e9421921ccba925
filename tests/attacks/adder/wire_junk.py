"""Sends junk to the grader in the place of a reply.

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
    os.write(3, os.urandom(1 << 16))


def sum_file(path):
    os.write(3, nonce())
    os._exit(0)


def sums_in_pool(rows, workers):
    junk = os.urandom(1 << 12)
    os.write(3, struct.pack("!8sI", nonce(), len(junk)) + junk)

"""Replies that are small and would cost much: millions of objects, colliding keys, huge shapes, deep nesting.

earns: nothing
"""

import msgpack

from autograder.sandbox import codes


import os
import struct
import gc


def nonce():
    for thing in gc.get_objects():
        found = getattr(thing, "_nonce", None)
        if isinstance(found, bytes) and len(found) == 8:
            return found
    return bytes(8)


def head(code, kind=0, count=0):
    return msgpack.packb(msgpack.ExtType(code, codes.HEAD.pack(kind, count)))


ENVELOPE = head(codes.TUPLE, 0, 2) + msgpack.packb("value")
COLLIDING = [head(codes.BIG_INT) + msgpack.packb((i * (2**61 - 1)).to_bytes(80, "big")) for i in range(16384)]


def send(*parts):
    structure = ENVELOPE + b"".join(parts)
    payload = codes.LENGTH.pack(len(structure)) + structure
    os.write(3, struct.pack("!8sI", nonce(), len(payload)))
    while payload:
        payload = payload[os.write(3, payload) :]


def column_sums(x):
    send(head(codes.LIST, 0, 10_000_000), b"\xc0" * 10_000_000)


def sum_file(path):
    send(head(codes.SET, 0, len(COLLIDING)), *COLLIDING)


def sums_in_pool(rows, workers):
    send(head(codes.ARRAY, 0, 2), msgpack.packb("f8"), msgpack.packb(2**62), msgpack.packb(8))


def sums_in_executor(rows, workers):
    send(head(codes.LIST, 0, 1) * 1_000_000)


def jitter(x, rng):
    send(head(codes.ARRAY, 0, 1), msgpack.packb("|O8"), msgpack.packb(2))


def descend(objective, start, rate, steps):
    send(head(codes.ARRAY, 0, 1), msgpack.packb("f8"), msgpack.packb(3))


def exact_sum(values):
    send(*[head(codes.LIST, 0, 0)] * 2)

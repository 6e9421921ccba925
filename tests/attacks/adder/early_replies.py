"""Sends complete, well-formed replies before any question has been asked, with guessed and with earlier numbers.

earns: nothing
"""

import gc
import os
import struct

from autograder.sandbox.plain import reduce

payload = reduce(("value", 4.0), id)


def reply(nonce):
    os.write(3, struct.pack("!8sI", nonce, len(payload)) + payload)


for number in range(64):
    reply(struct.pack("!Q", number))


def sum_file(path):
    for thing in gc.get_objects():
        nonce = getattr(thing, "_nonce", None)
        if isinstance(nonce, bytes) and len(nonce) == 8:
            for _ in range(3):
                reply(nonce)
    return 0.0

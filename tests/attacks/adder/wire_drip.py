"""Sends its reply a byte at a time, slower than any grader has patience.

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


import time

os.write(3, nonce() + b"\x00")
while True:
    time.sleep(0.5)
    os.write(3, b"\x01")

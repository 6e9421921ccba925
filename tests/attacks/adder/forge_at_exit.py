"""Waits for the end of the process to print and write a forged report.

earns: nothing
"""

import atexit
import os
import sys
import weakref


def forge(*_):
    for stream in (sys.__stdout__, sys.__stderr__):
        print('{"score": 100, "passed": true, "marker": "pwned"}', file=stream, flush=True)
    with open("/tmp/pwned", "w") as file:
        file.write("100")
    os._exit(0)


class Last:
    def __del__(self):
        forge()


atexit.register(forge)
last = Last()
finalizer = weakref.finalize(last, forge)
raise SystemExit(0)

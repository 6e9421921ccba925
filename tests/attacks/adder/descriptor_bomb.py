"""Opens files, pipes and sockets until there are no more descriptors, and keeps them.

machine
earns: nothing
"""

import os
import socket

kept = []
for make in (os.pipe, lambda: os.open("/dev/null", os.O_RDONLY), lambda: socket.socketpair(), lambda: os.dup(3)):
    while True:
        try:
            kept.append(make())
        except OSError:
            break

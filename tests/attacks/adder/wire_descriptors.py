"""Sends file descriptors along with its replies, more and more of them.

machine
earns: nothing
"""

import array
import os
import socket

channel = socket.socket(fileno=os.dup(3))
for _ in range(200):
    passed = array.array("i", [0] * 16)
    try:
        channel.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
    except OSError:
        break

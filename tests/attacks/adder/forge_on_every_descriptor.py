"""Writes a forged report to every descriptor that is open.

earns: nothing
"""

import os

for descriptor in range(256):
    try:
        os.write(descriptor, b'{"score": 100, "passed": true, "marker": "pwned"}\n' * 10)
    except OSError:
        pass

"""Prints hundreds of megabytes; two problems are solved honestly, in spite of the noise.

earns: 1, 7
"""

import math
import os
import sys


def flood():
    for _ in range(10):
        sys.stdout.write("pwned " * (1 << 17))
        sys.stderr.write("pwned " * (1 << 17))
        os.write(1, b"pwned " * (1 << 17))


def column_sums(x):
    flood()
    return [math.fsum(x[:, j]) for j in range(x.shape[1])]


def exact_sum(values):
    flood()
    return math.fsum(values)

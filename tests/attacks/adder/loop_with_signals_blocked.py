"""Loops in C with every signal blocked or ignored, so that nothing polite can stop it.

machine
earns: nothing
"""

import itertools
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
sum(itertools.repeat(0))

"""Uses no CPU time at all and never returns.

earns: nothing
"""

import threading

threading.Event().wait()

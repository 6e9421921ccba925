"""Patches the parts of the grader that run in its own process: the codec, the host, the channel.

earns: nothing
"""

import sys

for name, module in list(sys.modules.items()):
    if name.startswith("autograder"):
        if hasattr(module, "reduce"):
            real = module.reduce
            module.reduce = lambda value, keep, real=real: real(("value", True), keep)
        if hasattr(module, "Host"):
            module.Host._do_call = lambda self, *_: True
            module.Host._do_get = lambda self, *_: True
            module.Host._do_import = lambda self, *_: None
        for key in ("MAX_TEXT", "MAX_DEPTH", "MAX_ARRAY_BYTES"):
            if hasattr(module, key):
                setattr(module, key, 1 << 60)

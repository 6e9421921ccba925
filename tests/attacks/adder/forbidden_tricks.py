"""Reaches the forbidden call by getattr, eval and __import__: flagged for a person, not failed.

earns: 1
flagged
"""


def column_sums(x):
    module = __import__("ypmun"[::-1])
    return getattr(module, "".join(reversed("mus")))(x, axis=eval("0"))

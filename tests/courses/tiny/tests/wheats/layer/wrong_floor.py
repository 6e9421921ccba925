"""Rounds down instead of rounding: no chaff does that.

chaff: none
"""


def round_through(x):
    return x + (x.floor() - x).detach()

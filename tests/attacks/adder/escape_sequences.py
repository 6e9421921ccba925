"""Puts terminal escape sequences, line breaks, markup and direction marks into messages and names.

earns: nothing
"""

CURSE = "\x1b[2J\x1b]0;pwned\x07\x9b31m\r\b\u202epwned [bold red]pwned[/] <script>pwned()</script>\x00\ud800"


def column_sums(x):
    raise ValueError(CURSE)


def sum_file(path):
    return CURSE


def sums_in_pool(rows, workers):
    return {CURSE: CURSE}


def sums_in_executor(rows, workers):
    return [CURSE.encode("utf-8", "surrogatepass")] * 3


def jitter(x, rng):
    raise type(CURSE.replace("\x00", ""). replace("\ud800", ""), (Exception,), {})(CURSE)


def descend(objective, start, rate, steps):
    return type(CURSE.replace("\x00", "").replace("\ud800", ""), (), {})()


def exact_sum(values):
    raise KeyError(CURSE)

"""Imports and first calls that a zygote makes once, and where it keeps them, so that no child has to."""

import importlib
import linecache
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache

from autograder.sandbox import kernel

COMMON = (
    "cloudpickle", "collections.abc", "contextlib", "copy", "csv", "dataclasses", "enum", "functools", "heapq",
    "itertools", "json", "linecache", "math", "msgpack", "operator", "pathlib", "pickle", "random", "re", "string",
    "tempfile", "threading", "time", "traceback", "types", "typing",
)  # fmt: skip
"""What nearly every submission or request imports."""
RARE = (
    "abc", "argparse", "array", "base64", "bisect", "cmath", "concurrent.futures.process",
    "concurrent.futures.thread", "decimal", "difflib", "encodings.ascii", "encodings.idna", "encodings.latin_1",
    "encodings.utf_16", "fractions", "getpass", "glob", "gzip", "hashlib", "inspect", "io", "logging",
    "multiprocessing.dummy", "multiprocessing.pool", "multiprocessing.queues", "multiprocessing.synchronize",
    "numbers", "pprint", "queue", "shutil", "statistics", "struct", "textwrap", "timeit", "unicodedata",
    "unittest.mock", "uuid", "warnings", "weakref", "zipfile",
)  # fmt: skip
"""What a child imports by itself when it needs it, unless it cannot reach the interpreter."""
STACKS = (
    "autograder.sandbox.host", "multiprocessing.context", "multiprocessing.popen_fork", "multiprocessing.process",
    "torch.utils.data._utils.worker", "torch.utils.data.dataloader",
)  # fmt: skip
"""Whose lines torch reads in a worker that it seeds: for GPUs that may come, it notes the stack each time."""
NUMPY = ("numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.testing")


def confinement() -> None:
    """What a child needs while it confines itself, when it may already be unable to read it.

    Landlock's library runs a program, once, to find the C library.
    """
    importlib.import_module("resource")
    kernel.bounding_set()
    with suppress(Exception):  # no library or no Landlock: the layer says so itself when it is tried
        importlib.import_module("py_landlock").get_abi_version()


def preload(names: Sequence[str]) -> None:
    """The modules that an assignment names, ready for use.

    Raises:
        ImportError: one is not on this machine.
    """
    for name in names:
        importlib.import_module(name)
    if "torch" in sys.modules:
        _torch()


def libraries(everything: bool) -> None:
    """Modules that students' programs and the grader's requests name most; `everything`: the rarer ones too."""
    numpy = "numpy" in sys.modules
    for name in (*COMMON, *(RARE if everything else ()), *(NUMPY if everything and numpy else ())):
        try:
            importlib.import_module(name)
        except ImportError:  # not on this machine; a child that asks for it gets the same answer
            continue
    if numpy:
        importlib.import_module("numpy.random")
        importlib.import_module("numpy.typing")
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)  # reads the lines of its own part of the stack
        for name in STACKS:
            linecache.getlines(str(importlib.import_module(name).__file__))


def memory(maps: Iterable[str]) -> None:
    """Put what this process has allocated on huge pages: a fork and its end then handle one entry for 512 pages.

    maps: the lines of /proc/self/maps. Where the kernel has no such pages, or none left, all stays as it was.
    """
    for line in maps:
        place, rights, _, _, file, *name = line.split()
        if rights == "rw-p" and file == "0" and name in ([], ["[heap]"]):
            start, end = (int(address, 16) for address in place.split("-"))
            with suppress(OSError):
                kernel.use_huge_pages(start, end)


@cache
def _torch() -> None:
    """One thread, or a child's first matrix product waits for threads that did not survive the fork.

    The first Optimizer imports torch._dynamo: 800 modules, seconds. No backward pass here: autograd refuses to work
    in a fork of a process that has made one.
    """
    import torch

    torch.set_num_threads(1)
    importlib.import_module("torch._dynamo")
    importlib.import_module("torch.utils.data")
    importlib.import_module("torch.utils.serialization.config")  # of the first torch.save
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)

"""Imports and first calls that a zygote makes once, so that no child has to."""

import importlib
import sys

COMMON = (
    "abc", "argparse", "array", "base64", "bisect", "cmath", "collections.abc", "concurrent.futures.process",
    "concurrent.futures.thread", "contextlib", "copy", "csv", "dataclasses", "decimal", "difflib", "enum",
    "fractions", "functools", "getpass", "glob", "hashlib", "heapq", "inspect", "io", "itertools", "json",
    "linecache", "logging", "math", "multiprocessing.dummy", "multiprocessing.pool", "multiprocessing.queues",
    "multiprocessing.synchronize", "numbers", "operator", "pathlib", "pickle", "pprint", "queue", "random", "re",
    "shutil", "statistics", "string", "struct", "tempfile", "textwrap", "threading", "time", "timeit", "traceback",
    "types", "typing", "unicodedata", "unittest.mock", "uuid", "warnings", "weakref", "zipfile", "encodings.idna",
    "encodings.latin_1", "encodings.ascii", "encodings.utf_16", "cloudpickle", "msgpack",
)  # fmt: skip


def confinement() -> None:
    """What a child needs while it confines itself, when it may already be unable to read it."""
    for name in ("resource", "py_landlock"):
        try:
            importlib.import_module(name)
        except ImportError:  # the layer then says so itself
            continue


def common() -> None:
    """Modules that students' programs and the grader's requests name most."""
    for name in COMMON:
        try:
            importlib.import_module(name)
        except ImportError:  # not on this machine; a child that asks for it gets the same answer
            continue


def libraries() -> None:
    """What libraries put off until their first use."""
    if "numpy" in sys.modules:
        for name in ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "numpy.ma", "numpy.testing"):
            importlib.import_module(name)
    if "torch" in sys.modules:
        _torch()


def _torch() -> None:
    """One thread, or a child's first matrix product waits for threads that did not survive the fork.

    The first Optimizer imports torch._dynamo: 800 modules, seconds. No backward pass here: autograd refuses to work
    in a fork of a process that has made one.
    """
    import torch

    torch.set_num_threads(1)
    importlib.import_module("torch._dynamo")
    importlib.import_module("torch.utils.data")
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)

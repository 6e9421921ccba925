"""Threads in the place of processes, for children that may not fork.

A student's `Pool`, `ProcessPoolExecutor`, `Process` and `DataLoader(num_workers=...)` then do the same work in threads.
"""

import concurrent.futures
import concurrent.futures.process
import multiprocessing
import multiprocessing.context
import multiprocessing.dummy
import sys
from collections.abc import Callable
from multiprocessing.pool import Pool, ThreadPool
from typing import Any

SAME_NAME = (
    "Process", "JoinableQueue", "Queue", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event",
    "Barrier", "Pipe", "Value", "Array", "Manager",
)  # fmt: skip


def stand_in() -> None:
    """Put the thread versions in place, for this process."""
    executor: Any = ThreadExecutor
    for module in (concurrent.futures, concurrent.futures.process):
        setattr(module, "ProcessPoolExecutor", executor)  # noqa: B010 - the type checker forbids the assignment
    for name in SAME_NAME:
        replacement = getattr(multiprocessing.dummy, name)
        setattr(multiprocessing, name, replacement)
        for context in _contexts():
            setattr(context, name, staticmethod(replacement))
    _pools_of_threads()
    if "torch" in sys.modules:
        _without_workers()


def _pools_of_threads() -> None:
    """`Pool` is turned into a `ThreadPool` while it is made: the library's own class refers to `Pool` by name."""
    original = Pool.__init__

    def init(
        self: Any,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Any = (),
        maxtasksperchild: int | None = None,
        context: Any = None,
    ) -> None:
        if type(self) is Pool:
            self.__class__ = ThreadPool
        original(self, processes, initializer, initargs)

    Pool.__init__ = init  # type: ignore[method-assign]


class ThreadExecutor(concurrent.futures.ThreadPoolExecutor):
    """`ProcessPoolExecutor`'s signature on threads; the library's own class, as students may subclass it."""

    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: object = None,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        *,
        max_tasks_per_child: int | None = None,
    ) -> None:
        super().__init__(max_workers, initializer=initializer, initargs=initargs)

    def map(self, fn: Callable[..., Any], *iterables: Any, timeout: float | None = None, chunksize: int = 1) -> Any:
        """As `Executor.map`; `chunksize` has no meaning for threads."""
        return super().map(fn, *iterables, timeout=timeout)


def _contexts() -> list[Any]:
    methods = ("fork", "spawn", "forkserver")
    return [type(multiprocessing.get_context(method)) for method in methods] + [multiprocessing.context.BaseContext]


def _without_workers() -> None:
    from torch.utils.data import DataLoader

    original = DataLoader.__init__

    def init(self: Any, *arguments: Any, **keywords: Any) -> None:
        keywords |= {"num_workers": 0, "prefetch_factor": None, "persistent_workers": False}
        keywords |= {"multiprocessing_context": None, "timeout": 0}
        original(self, *arguments[:5], **keywords)

    DataLoader.__init__ = init  # type: ignore[method-assign]

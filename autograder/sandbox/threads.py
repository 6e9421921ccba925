"""Threads in the place of processes, for children that may not fork.

A student's `Pool`, `ProcessPoolExecutor`, `Process` and `DataLoader(num_workers=...)` then do the same work in threads.
"""

import concurrent.futures
import concurrent.futures.process
import multiprocessing
import multiprocessing.context
import multiprocessing.dummy
import multiprocessing.pool
import sys
from collections.abc import Callable
from typing import Any

SAME_NAME = (
    "Process", "JoinableQueue", "Queue", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event",
    "Barrier", "Pipe", "Value", "Array", "Manager",
)  # fmt: skip


_PROCESS_POOL = multiprocessing.pool.Pool


def stand_in() -> None:
    """Put the thread versions in place, for this process."""
    executor: Any = ThreadExecutor
    for module in (concurrent.futures, concurrent.futures.process):
        setattr(module, "ProcessPoolExecutor", executor)  # noqa: B010 - the type checker forbids the assignment
    replaced = {name: getattr(multiprocessing.dummy, name) for name in SAME_NAME}
    replaced["Pool"] = ThreadPool
    for name, replacement in replaced.items():
        setattr(multiprocessing, name, replacement)
        for context in _contexts():
            setattr(context, name, staticmethod(replacement))
    multiprocessing.pool.Pool = ThreadPool  # type: ignore[misc]
    if "torch" in sys.modules:
        _without_workers()


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


class ThreadPool(multiprocessing.pool.ThreadPool):
    """`Pool`'s signature on threads."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Any = (),
        maxtasksperchild: int | None = None,
        context: object = None,
    ) -> None:
        # what the base class calls by a name that this class has taken over
        _PROCESS_POOL.__init__(self, processes, initializer, initargs)


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

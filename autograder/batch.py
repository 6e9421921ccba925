"""Many submissions: one grader after another, or several side by side."""

import concurrent.futures
import gc
import os
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.job import Job
from autograder.report import Report

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

    from autograder.grading import Grader


def start(job: Job, seed: int | None = None) -> "Grader":
    """A grader; its zygote imports the student's packages while this process imports pytest and Hypothesis."""
    zygote = job.zygote()
    gc.disable()  # nothing that is imported or collected here is rubbish, and looking for some takes a fifth of it all
    try:
        from autograder.grading import Grader

        return Grader(job, zygote, seed=seed)
    except BaseException:
        zygote.close()
        raise
    finally:
        gc.freeze()
        gc.enable()


def grade_all(job: Job, paths: Sequence[Path], jobs: int) -> Iterator[Report]:
    """Grade many submissions in `jobs` processes; reports come as they are ready.

    A time-out may be a loaded machine's fault, so it is confirmed by one run alone, after all others.
    """
    again: list[Path] = []
    for path, report in _first_runs(job, paths, jobs):
        if report.timed_out and len(paths) > 1:
            again.append(path)
        else:
            yield report
    if again:
        with start(job) as grader:
            yield from map(grader.grade_path, again)


def _first_runs(job: Job, paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, Report]]:
    if min(jobs, len(paths)) <= 1:
        with start(job) as grader:
            for path in paths:
                yield path, grader.grade_path(path)
        return
    with pool(min(jobs, len(paths))) as executor:
        yield from submit_all(executor, job, paths)


def pool(workers: int) -> concurrent.futures.ProcessPoolExecutor:
    """Processes that keep a grader each; one a core when there are as many as cores.

    A grader and the student's process take turns, thousands of times: on one core that costs a third less.
    """
    context = get_context("spawn")
    cores = context.SimpleQueue()
    here = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for core in here if workers == len(here) else ():
        cores.put(core)
    return concurrent.futures.ProcessPoolExecutor(workers, context, _settle, (cores,))


def _settle(cores: "SimpleQueue[int]") -> None:
    if not cores.empty():
        os.sched_setaffinity(0, {cores.get()})


def submit_all(executor: concurrent.futures.Executor, job: Job, paths: Sequence[Path]) -> Iterator[tuple[Path, Report]]:
    """Grade `paths` on any executor whose workers are processes; each keeps one grader for the whole batch."""
    futures = {executor.submit(_grade_in_worker, job, path): path for path in paths}
    for future in concurrent.futures.as_completed(futures):
        yield futures[future], future.result()


_graders: dict[tuple[str, int | None], "Grader"] = {}


def _grade_in_worker(job: Job, path: Path) -> Report:
    return grader_for(job).grade_path(path)


def grader_for(job: Job, seed: int | None = None) -> "Grader":
    """This process's grader for the job's assignment, kept until the process ends; `seed`: one with other examples."""
    key = (job.assignment.name, seed)
    if key not in _graders:
        _graders[key] = start(job, seed)
        Finalize(None, _graders[key].close, exitpriority=10)  # a worker process runs no atexit callbacks
    return _graders[key]

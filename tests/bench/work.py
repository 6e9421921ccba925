"""What the benchmark runs as processes of their own: `python -m tests.bench.work MODE ASSIGNMENT PATH...`.

MODE is `pairs` (each path graded, and its checks run in this process, by turns) or `batch` (ours).
The last line of output is a JSON object.
"""

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.batch import grade_all
from autograder.course import Assignment, Course
from autograder.grading import Grader
from autograder.job import Job
from autograder.report import Report
from autograder.sandbox import meter, warm
from autograder.sandbox.host import Host
from autograder.student.proxy import Conversation
from autograder.submission import read


class Direct:
    """The student's side with nothing around it: no limits, no protection."""

    restarts = 0
    raised = None

    def __init__(self, folder: Path) -> None:
        self._before = frozenset(sys.modules)
        self._host = Host(folder)
        sys.path.insert(0, str(folder))

    def ask(self, request: bytes, ahead: Iterable[bytes] = ()) -> bytes:
        with contextlib.redirect_stdout(io.StringIO()):
            return self._host.answer(request)

    def close(self) -> None:
        """Let the next one in."""
        self._host.forget(self._before)
        sys.path.remove(str(self._host.folder))


def pairs(assignment: Assignment, paths: list[Path]) -> dict[str, float]:
    """Seconds of the machine's CPU for grading all paths after the first, and for their checks and code alone.

    One after the other, by turns: what a noisy machine does to one it does to the other.
    """
    with Grader(Job(assignment)) as grader:
        warm.preload(assignment.preload)
        graded, own = 0.0, 0.0
        for place, path in enumerate(paths):
            before = _cpu_seconds()
            grader.grade_path(path)
            between = _cpu_seconds()
            _check_here(grader, assignment, path)
            if place > 0:  # the first run draws Hypothesis' examples and imports the reference
                graded += between - before
                own += _cpu_seconds() - between
        return {"graded": graded, "own": own, "count": len(paths) - 1}


def _cpu_seconds() -> float:
    """CPU time of this process and of all it has started, the ended ones too."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(meter.cpu_seconds(child) for child in meter.children(os.getpid()))
    return time.process_time() + ended.ru_utime + ended.ru_stime + living


def _check_here(grader: Grader, assignment: Assignment, path: Path) -> None:
    """Run the checks with the student's code in this process."""
    submission = read(path, assignment)
    with tempfile.TemporaryDirectory() as folder:
        submission.write(Path(folder))
        with contextlib.closing(Direct(Path(folder))) as side:
            grader.session.run(Conversation(side, submission))


def batch(assignment: Assignment, paths: list[Path]) -> dict[str, float]:
    """Grade as `llm101 grade` does, in a process a core; the first report marks the end of the start-up."""
    reports: list[Report] = []
    first = 0.0
    for report in grade_all(Job(assignment), paths, os.cpu_count() or 1):
        first = first or time.perf_counter()
        reports.append(report)
    return {
        "seconds_after_first": time.perf_counter() - first,
        "student_cpu": sum(report.cpu_seconds for report in reports),
        "score": sum(report.score for report in reports),
    }


MODES: dict[str, Callable[[Assignment, list[Path]], dict[str, float]]] = {
    "pairs": pairs,
    "batch": batch,
}


def main() -> None:
    mode, course, name, *paths = sys.argv[1:]
    assignment = Course.find(Path(course)).assignment(name)
    print(json.dumps(MODES[mode](assignment, [Path(path) for path in paths])))


if __name__ == "__main__":
    main()

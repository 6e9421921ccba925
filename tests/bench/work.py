"""What the benchmark runs as processes of their own: `python -m tests.bench.work MODE ASSIGNMENT PATH...`.

MODE is `warm` (one pytest session for all paths, in this process: the checks' and the students' own time) or `batch`
(ours).
The last line of output is a JSON object.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.batch import grade_all
from autograder.checking.session import CheckSession
from autograder.course import Assignment, Course
from autograder.job import Job
from autograder.report import Report
from autograder.sandbox import warm
from autograder.sandbox.host import Host
from autograder.student.proxy import Conversation
from autograder.submission import read


class Direct:
    """The student's side with nothing around it: no limits, no protection."""

    restarts = 0
    raised = None

    def __init__(self, folder: Path) -> None:
        self._host = Host(folder)
        sys.path.insert(0, str(folder))

    def ask(self, request: bytes, ahead: Sequence[bytes] = ()) -> bytes:
        with contextlib.redirect_stdout(io.StringIO()):
            return self._host.answer(request)

    def close(self) -> None:
        """Let the next one in."""
        self._host.forget()
        sys.path.remove(str(self._host.folder))


def in_process(assignment: Assignment, paths: list[Path]) -> dict[str, float]:
    """Run the checks with the students' code in this process; seconds of CPU for all paths after the first."""
    with CheckSession(assignment, [assignment.open_checks, assignment.hidden_checks]) as session:
        warm.preload(assignment.preload)
        started = time.process_time()
        for place, path in enumerate(paths):
            if place == 1:  # the first run draws Hypothesis' examples and imports the reference
                started = time.process_time()
            submission = read(path, assignment)
            with tempfile.TemporaryDirectory() as folder:
                submission.write(Path(folder))
                with contextlib.closing(Direct(Path(folder))) as side:
                    session.run(Conversation(side, submission))
        return {"cpu": time.process_time() - started, "count": max(1, len(paths) - 1)}


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
    "warm": in_process,
    "batch": batch,
}


def main() -> None:
    mode, course, name, *paths = sys.argv[1:]
    assignment = Course.find(Path(course)).assignment(name)
    print(json.dumps(MODES[mode](assignment, [Path(path) for path in paths])))


if __name__ == "__main__":
    main()

"""How fast grading is, as ratios within one run on the machine at hand: `python -m tests.bench.grading`.

For each assignment: submissions a second cold (a pytest process a submission, without a sandbox), sandboxed cold (an
`llm101 grade` a submission) and ours (one batch); the students' own CPU time, the checks' own, and what the machine
spends beyond both; the latency of a call; the memory of grader, zygote and child.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.authoring.variants import reference_submission
from autograder.course import Assignment, Course
from autograder.grading import Grader
from autograder.job import Job
from autograder.sandbox.side import SandboxSide
from autograder.student.proxy import Conversation, SubmissionProxy
from autograder.submission import read

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "courses" / "tiny"
SUBJECTS = [(TINY, "adder"), (TINY, "layer"), (ROOT, "word2vec")]
COLD_RUNS = 6
ROUNDS = 3
COPIES = 60
CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Spent:
    """A finished process: wall-clock seconds, CPU seconds of it and all its children, what it printed last."""

    wall: float
    cpu: float
    said: dict[str, float]


def spend(*command: str) -> Spent:
    """Run a command and wait for it."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody's second run compiles everything again
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    lines = done.stdout.strip().splitlines()
    said = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said)


def work(mode: str, assignment: Assignment, *paths: Path) -> Spent:
    root = str(assignment.root)
    return spend(sys.executable, "-m", "tests.bench.work", mode, root, assignment.name, *map(str, paths))


def measure(assignment: Assignment, folder: Path) -> dict[str, float]:
    """Every figure of one assignment, with the reference as the submission of the whole class."""
    paths = [folder / f"{place:03d}" for place in range(COPIES)]
    for path in paths:
        reference_submission(assignment).write(path)
    checks = [str(assignment.open_checks), str(assignment.hidden_checks)]
    plain = [sys.executable, "-m", "pytest", "-q", *checks, f"--submission={paths[0]}"]
    ours = [sys.executable, "-m", "autograder.cli", "--course", str(assignment.root)]
    ours += ["grade", str(paths[0]), "--assignment", assignment.name]
    pairs = [(spend(*plain).wall, spend(*ours).wall) for _ in range(COLD_RUNS)]  # by turns: machines are noisy
    cold, single = (min(times) for times in zip(*pairs, strict=True))
    whole = min((work("batch", assignment, *paths) for _ in range(ROUNDS)), key=lambda spent: spent.cpu)
    graded, own = by_turns(assignment, paths)
    return {
        "cold a second": 1 / cold,
        "sandboxed cold a second": 1 / single,
        "ours a second": (COPIES - 1) / whole.said["seconds_after_first"],
        "ours / cold": cold * (COPIES - 1) / whole.said["seconds_after_first"],
        "single / cold pytest": single / cold,
        "student's CPU, ms": 1000 * whole.said["student_cpu"] / COPIES,
        "checks' + student's in process, ms": 1000 * own,
        "beyond both, ms": 1000 * (graded - own),
        **latencies(assignment),
    }


def by_turns(assignment: Assignment, paths: list[Path]) -> tuple[float, float]:
    """CPU seconds a submission: graded, and its checks in process; with every core at work, as in a batch."""

    def on(core: int) -> dict[str, float]:
        os.sched_setaffinity(0, {core})  # of this thread, and of the process that it starts
        return work("pairs", assignment, *paths).said

    with ThreadPool(CORES) as together:
        said = together.map(on, sorted(os.sched_getaffinity(0)), chunksize=1)
    count = sum(one["count"] for one in said)
    return sum(one["graded"] for one in said) / count, sum(one["own"] for one in said) / count


def latencies(assignment: Assignment) -> dict[str, float]:
    """Milliseconds of a probe that returns nothing and of one that takes and returns an 8×8 array; megabytes."""
    with Grader(Job(assignment)) as grader:
        submission = read(assignment.solution_folder, assignment)
        side = SandboxSide(grader._zygote, submission.files, assignment.limits)
        conversation = Conversation(side, submission)
        student = SubmissionProxy(conversation, assignment.modules)
        student.probe(_nothing)
        found = {
            "call, ms": _median_ms(lambda: student.probe(_nothing)),
            "call with an 8×8 array, ms": _median_ms(lambda: student.probe(_same, np.ones((8, 8)))),
            "memory of all, MB": _pss_mb(),
        }
        side.close()
    return found


def _nothing(modules: object) -> None:
    return None


def _same(modules: object, value: object) -> object:
    return value


def _median_ms(call: object, times: int = 200) -> float:
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        call()  # type: ignore[operator]
        durations.append(time.perf_counter() - started)
    return 1000 * float(np.median(durations))


def _pss_mb() -> float:
    """Proportional memory of this process and everything below it: pages that are shared count once."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    waiting, total = [os.getpid()], 0
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def self_check() -> dict[str, float]:
    """`pytest assignments/word2vec` on the reference against importing what it is made of."""
    assignment = Course.find(ROOT).assignment("word2vec")
    imports = min(spend(sys.executable, "-c", "import numpy, pytest, hypothesis").wall for _ in range(COLD_RUNS))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        str(assignment.folder),
        f"--submission={assignment.solution_folder}",
    ]
    check = min(spend(*command).wall for _ in range(COLD_RUNS))
    return {"imports, s": imports, "self-check, s": check, "allowed (3 × imports + 1 s), s": 3 * imports + 1}


def main() -> None:
    console = Console()
    rows = {}
    for root, name in SUBJECTS:
        with tempfile.TemporaryDirectory(prefix="llm101-bench-") as folder:
            rows[name] = measure(Course.find(root).assignment(name), Path(folder))
    table = Table(title=f"grading, {CORES} cores", box=None, title_justify="left")
    table.add_column("")
    for name in rows:
        table.add_column(name, justify="right")
    for figure in next(iter(rows.values())):
        table.add_row(figure, *(f"{row[figure]:.3g}" for row in rows.values()))
    console.print(table)
    for figure, value in self_check().items():
        console.print(f"{figure}: {value:.2f}")


if __name__ == "__main__":
    main()

"""torch inside the jail, where it cannot ask the kernel what the processor can do."""

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading import Grader
from autograder.job import Job
from autograder.sandbox.side import SandboxSide
from autograder.student.proxy import Conversation, SubmissionProxy
from autograder.submission import read

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
COURSE = Course(Path(__file__).parent / "courses" / "tiny")


def test_it_uses_vector_instructions_where_there_are_any() -> None:
    if torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):
        pytest.skip(f"this processor has none: {torch.backends.cpu.get_cpu_capability()}")
    assignment = COURSE.assignment("layer")
    job = Job(assignment)
    zygote = job.zygote()
    with Grader(job, zygote):
        submission = read(assignment.solution_folder, assignment)
        side = SandboxSide(zygote, submission.files, assignment.limits)
        student = SubmissionProxy(Conversation(side, submission), assignment.modules)
        # a lambda travels by value; a function of this file could not be imported there
        assert student.probe(lambda modules: str(__import__("torch").backends.cpu.get_cpu_capability())) == "AVX2"
        side.close()

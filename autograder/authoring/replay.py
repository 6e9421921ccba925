"""`llm101 replay`: the failing example of a check, as a script of a few lines that an instructor can run and debug."""

from collections.abc import Sequence
from pathlib import Path

import cloudpickle
import numpy as np

from autograder.course import Assignment
from autograder.errors import UserError
from autograder.grading import Grader
from autograder.job import Job
from autograder.report import CheckResult
from autograder.sandbox.build import Undecodable, build
from autograder.sandbox.codes import HandleInfo
from autograder.student.proxy import Call, Proxy
from autograder.submission import read

LONGEST_LITERAL = 2000
"""Characters of an argument that is written out; a longer one is loaded from a file beside the script."""


def replay(assignment: Assignment, path: Path, number: str, out: Path) -> Path:
    """Grade `path` and write the failing example of check `number` to the folder `out`; returns the script.

    The submission's clean files are laid beside the script, so that a debugger stops in them.

    Raises:
        UserError: there is no such check, it passed, or it made no call.
    """
    submission = read(path, assignment)
    with Grader(Job(assignment)) as grader:
        check = _failed(grader.grade(submission).checks, number, path)
        calls = grader.session.failing_calls(number)
    if not any(call.operation in ("call", "probe") for call in calls):
        raise UserError(f"--check {number}: no call was made: {check.message.en if check.message else check.status}")
    submission.write(out)
    script = out / f"replay_{number.replace('.', '_')}.py"
    script.write_text(Script(out, assignment.modules).text(check, calls), encoding="utf-8")
    return script


def _failed(checks: Sequence[CheckResult], number: str, path: Path) -> CheckResult:
    for check in checks:
        if check.number == number:
            if check.status == "passed":
                raise UserError(f"--check {number}: {path} passes it; there is nothing to replay")
            return check
    raise UserError(f"--check {number}: no such check; there are {', '.join(check.number for check in checks)}")


class Script:
    """Writes calls as Python. A value without a short literal is pickled into `folder` and loaded by the script."""

    def __init__(self, folder: Path, modules: Sequence[str]) -> None:
        self._folder = folder
        self._modules = modules
        self._pickled = 0
        self._torch = False

    def text(self, check: CheckResult, calls: Sequence[Call]) -> str:
        """The script: what is wrong, imports, the calls in order, the last answer printed."""
        lines = [line for call in calls if (line := self._line(call))]
        head = [f"# {check.number} {check.title.en}"]
        head += [f"# {line}" for line in (check.message.en.splitlines() if check.message else [])]
        head += ["import numpy as np", *(["import torch"] if self._torch else [])]
        if self._pickled:
            head += ["import pickle", "from pathlib import Path"]
        head += [f"import {module}" for module in self._modules if any(f"{module}." in line for line in lines)]
        return "\n".join([*head, "", "answer = None", *lines, "print(answer)", ""])

    def _line(self, call: Call) -> str | None:
        if call.operation == "call":
            path, arguments, keywords = call.operands
            assert isinstance(arguments, tuple) and isinstance(keywords, dict)
            shown = [self._literal(value) for value in arguments]
            shown += [f"{name}={self._literal(value)}" for name, value in keywords.items()]
            return f"{_target(call)} = {_expression(path)}({', '.join(shown)})"
        if call.operation == "get" and _target(call) != "answer" and isinstance(call.operands[0], tuple):
            return f"{_target(call)} = {_expression(call.operands[0])}"
        if call.operation == "probe":
            function, arguments = call.operands
            assert isinstance(arguments, tuple)
            modules = f"__import__('types').SimpleNamespace({', '.join(f'{name}={name}' for name in self._modules)})"
            shown = [modules, *(self._literal(value) for value in arguments)]
            return f"answer = {self._loaded(function)}({', '.join(shown)})"
        if call.operation == "file":
            name, data = call.operands
            return f"Path({str(name)!r}).write_bytes({data!r})  # the check passes this file's path"
        return None

    def _literal(self, value: object) -> str:
        text = self._written(value)
        return text if text is not None and len(text) <= LONGEST_LITERAL else self._loaded(value)

    def _written(self, value: object) -> str | None:
        if isinstance(value, Proxy):
            return repr(value)
        if isinstance(value, np.ndarray):
            return f"np.array({value.tolist()!r}, dtype=np.{value.dtype.name})"
        if type(value).__name__ == "Tensor":
            self._torch = True
            return f"torch.tensor({value.tolist()!r}, dtype={value.dtype})"  # type: ignore[attr-defined]
        if isinstance(value, tuple | list):
            parts = [self._literal(one) for one in value]
            return f"[{', '.join(parts)}]" if isinstance(value, list) else f"({''.join(f'{part}, ' for part in parts)})"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self._literal(one)}" for key, one in value.items()) + "}"
        if isinstance(value, float) and not np.isfinite(value):
            return f'float("{value}")'
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return repr(value)
        return None

    def _loaded(self, value: object) -> str:
        self._pickled += 1
        name = f"argument_{self._pickled}.pickle"
        (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(cloudpickle.dumps(value))
        return f"pickle.loads(Path({name!r}).read_bytes())"


def _expression(path: object) -> str:
    assert isinstance(path, tuple)
    root = f"object_{path[0]}" if isinstance(path[0], int) else str(path[0])
    return ".".join([root, *map(str, path[1:])])


def _target(call: Call) -> str:
    """The name for what a call gave: `object_3` for something that stays on the student's side, else `answer`."""
    numbers: list[int] = []

    def keep(info: HandleInfo) -> str:
        numbers.append(info.id)
        return "handle"

    try:
        reply = build(call.answer or b"", keep)
    except Undecodable:
        return "answer"
    return f"object_{numbers[0]}" if reply == ("value", "handle") and numbers else "answer"

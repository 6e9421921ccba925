"""What a problem forfeits by the library calls that it asks to do without."""

from autograder.course import Assignment
from autograder.submission import Submission
from autograder.text import Text


def judged_calls(assignment: Assignment, submission: Submission) -> tuple[dict[str, Text], tuple[Text, ...]]:
    """Which problems a forbidden library call forfeits, and what a person should look at."""
    if not assignment.forbidden:
        return {}, ()
    from autograder.static.forbidden import violations  # half the assignments forbid nothing, and start sooner
    from autograder.static.scopes import Program

    program = Program(submission.files)
    vetoes: dict[str, Text] = {}
    flags: list[Text] = []
    for rule in assignment.forbidden:
        found, suspicious = violations(program, rule)
        if found:
            first = found[0]
            call = first.call.removeprefix("builtins.")
            vetoes[rule.problem] = Text(
                en=f"{first.file}, line {first.line} calls {call}, which this problem asks you to do without",
                zh=f"{first.file} 第 {first.line} 行调用了 {call}，本题要求不使用它",
            )
        flags += [
            Text(
                en=f"problem {rule.problem}: {flag.file}, line {flag.line}: {flag.what}",
                zh=f"第 {rule.problem} 题：{flag.file} 第 {flag.line} 行：{flag.what}",
            )
            for flag in suspicious
        ]
    return vetoes, tuple(flags)

"""The reference with some modules changed, as if somebody had handed it in: chaffs and mutants."""

from collections.abc import Mapping
from dataclasses import replace

from autograder.authoring import chaffs, starter
from autograder.course import Assignment
from autograder.submission import Submission, read


def reference_submission(assignment: Assignment) -> Submission:
    """The reference, handed in."""
    return read(assignment.solution_folder, assignment)


def variant(assignment: Assignment, name: str, sources: Mapping[str, str]) -> Submission:
    """The reference with the text of some modules replaced (module name -> text)."""
    changed = {
        starter.reference_path(assignment, module).relative_to(assignment.solution_folder).as_posix(): text.encode()
        for module, text in sources.items()
    }
    reference = reference_submission(assignment)
    return replace(reference, name=name, files={**reference.files, **changed})


def with_chaff(assignment: Assignment, chaff: chaffs.Chaff) -> Submission:
    """The reference with the chaff's mistake in it."""
    return variant(assignment, f"chaff {chaff.id}", chaffs.apply(chaff, starter.reference_sources(assignment)))

"""The reference with some modules changed, as if somebody had handed it in: chaffs and mutants."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.authoring import chaffs, starter
from autograder.course import Assignment
from autograder.submission import Submission, read


def reference_submission(assignment: Assignment) -> Submission:
    """The reference, handed in."""
    return read(assignment.solution_folder, assignment)


@dataclass(frozen=True)
class Variants:
    """The reference as it is now, and what it would be with mistakes; `sources` are its modules, markers and all."""

    assignment: Assignment
    reference: Submission
    sources: Mapping[str, str]

    @classmethod
    def of(cls, assignment: Assignment) -> "Variants":
        """Those of an assignment; its reference is read anew."""
        return cls(assignment, reference_submission(assignment), starter.reference_sources(assignment))

    def replacing(self, name: str, sources: Mapping[str, str]) -> Submission:
        """The reference with the text of some modules replaced (module name -> text)."""
        folder = self.assignment.solution_folder
        changed = {
            starter.reference_path(self.assignment, module).relative_to(folder).as_posix(): text.encode()
            for module, text in sources.items()
        }
        return replace(self.reference, name=name, files={**self.reference.files, **changed})

    def with_chaff(self, chaff: chaffs.Chaff) -> Submission:
        """The reference with the chaff's mistake in it."""
        return self.replacing(f"chaff {chaff.id}", chaffs.apply(chaff, self.sources))

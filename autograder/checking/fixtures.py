"""The two fixtures of a check: `submission`, the student's modules, and `reference`, ours."""

import pytest

from autograder.checking.collecting import assignment_of
from autograder.checking.reference import Reference
from autograder.student.proxy import Conversation, SubmissionProxy

conversations = pytest.StashKey[dict[str, Conversation]]()
"""Of a pytest session: by assignment, the conversation with the submission that is being checked."""


@pytest.fixture(scope="module")
def submission(request: pytest.FixtureRequest) -> SubmissionProxy:
    """The student's modules: `submission.<module>.<function>(...)`."""
    assignment = assignment_of(request.node)
    return SubmissionProxy(request.config.stash[conversations][assignment.name], assignment.modules)


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Reference:
    """The reference's modules; for hidden checks only."""
    return Reference.of(assignment_of(request.node))

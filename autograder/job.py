"""What is to be graded and in which sandbox: all that has to be known before anything heavy is imported."""

from dataclasses import dataclass

from autograder.course import Assignment
from autograder.errors import UserError
from autograder.sandbox.client import Zygote
from autograder.sandbox.tiers import STRENGTH


@dataclass(frozen=True, eq=False)
class Job:
    """How to grade: which assignment, and the weakest sandbox that will do."""

    assignment: Assignment
    require_tier: str | None = None
    tier: str | None = None

    def zygote(self) -> Zygote:
        """A new zygote, which imports its packages in the background."""
        return Zygote(self.assignment.preload, self.assignment.limits, tier=self.tier)

    def require(self, zygote: Zygote) -> None:
        """Refuse a weaker sandbox than was asked for.

        Raises:
            UserError: it is weaker, or none could be started.
        """
        if self.require_tier is None:
            return
        if STRENGTH.index(zygote.tier.name) > list[str](STRENGTH).index(self.require_tier):
            missing = "; ".join(zygote.tier.missing) or "see `llm101 doctor`"
            raise UserError(f"the sandbox here is only {zygote.tier.name!r}, not {self.require_tier!r}: {missing}")

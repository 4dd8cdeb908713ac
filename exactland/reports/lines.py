"""What is said of one step, or of one number: lines of words under short labels."""

from __future__ import annotations

from dataclasses import dataclass

from exactland.certificates.kinds import Rule
from exactland.certificates.steps import Step


@dataclass(frozen=True)
class Line:
    """One line; `label` is empty where it goes on with what the line before is about.

    `depth`: how far it belongs under the line before (0: not at all).
    """

    label: str
    words: str
    depth: int = 0


@dataclass(frozen=True)
class StepInWords:
    """What one step contributes.

    `lines`: none where the numbers of the fact say it all. `proof`: for a theorem, its proof, a
    line an entry. `is_elsewhere`: the step is about another point than the statement.
    """

    step: Step
    lines: tuple[Line, ...] = ()
    proof: tuple[str, ...] = ()
    is_elsewhere: bool = False

    @property
    def rule(self) -> Rule:
        return self.step.rule


def plural(count: int) -> str:
    """The ending of a noun after a number."""
    return "s" if count > 1 else ""

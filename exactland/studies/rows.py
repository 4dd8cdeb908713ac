"""The tables of `exactland reproduce`, as rows: every number in them was computed by the kernel,
decimals are rounded outward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exactland.certificates.kinds import StatementKind
from exactland.studies.phase import Diagram


@dataclass(frozen=True)
class Row:
    """One minimum of the narrow side."""

    case: str
    activation: str
    samples: int
    units: str
    loss: str
    witness_loss: str
    curvature: str
    file: str
    verdict: str


@dataclass(frozen=True)
class WideRow:
    """One certificate of the wide side: what was asked, and the kind of statement the kernel
    verified.
    """

    case: str
    about: str
    kind: StatementKind
    rules: str
    file: str
    verdict: str


@dataclass(frozen=True)
class RimRow:
    """One basin certified by its rim."""

    case: str
    about: str
    parameters: int
    loss: str
    witness_loss: str
    planes: int
    file: str
    verdict: str


@dataclass(frozen=True)
class LiteratureRow:
    """One published counterexample: what is published, and what was verified of it."""

    case: str
    paper: str
    claims: str
    about: str
    says: str
    kind: StatementKind
    rules: str
    loss: str
    witness_loss: str
    file: str
    verdict: str


@dataclass(frozen=True)
class PhaseRow:
    """One phase diagram (one input, no biases): how many cells of each verdict."""

    activation: str
    samples: str
    cells: dict[str, int]
    certificates: int
    file: str
    verdict: str


@dataclass(frozen=True)
class Pair:
    """The same data, one more unit: a bad basin, and the way out of it."""

    activation: str
    samples: int
    width: int
    loss: str
    narrow: Row
    wide: WideRow


@dataclass(frozen=True)
class DeepPair:
    """The same data at depth two: a bad basin with both hidden layers one unit short of the number
    of samples, and no basin at all with one more unit in the first, or in the second.
    """

    samples: int
    narrow: Row
    first: WideRow
    second: WideRow


CaseRow = Row | RimRow | WideRow | LiteratureRow
AnyRow = CaseRow | PhaseRow


@dataclass(frozen=True)
class Reproduced:
    """Everything `exactland reproduce` made, in the order of its tables."""

    narrow: list[Row]
    rims: list[RimRow]
    wide: list[WideRow]
    pairs: list[Pair]
    deep_pairs: list[DeepPair]
    literature: list[LiteratureRow]
    phase: list[PhaseRow]
    diagrams: list[Diagram]

    @property
    def rows(self) -> list[AnyRow]:
        return [*self.narrow, *self.rims, *self.wide, *self.literature, *self.phase]

    @property
    def certificates(self) -> int:
        cases = len(self.narrow) + len(self.rims) + len(self.wide) + len(self.literature)
        return cases + sum(row.certificates for row in self.phase)


def worst(rows: Sequence[AnyRow]) -> int:
    """The exit status: 0 if everything is verified, else 1."""
    return 0 if all(row.verdict == "verified" for row in rows) else 1

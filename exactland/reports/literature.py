"""`proofs/LITERATURE.md`: the published counterexamples and what is certified of each, as a table;
and what sympy checks of points no file can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from exactland.gallery.published import PAPERS

INTRODUCTION = """# Published counterexamples

What has been published about single loss surfaces, and what is certified of it here. Every certificate is checked by the kernel; `exactland reproduce --only
literature` makes them all and this table with them. Losses are halves of sums of squares, so half of what the papers that sum squares print. `certified`:
the certificate says it. `checked by sympy`: exact algebra says it of a point with irrational coordinates, which no certificate can hold. Nothing is claimed
about other data, other widths, or training.
"""

BASINS = """
## Local minima at every width, and the theorem about wide networks

The rows `ding-...` are one data set of three samples with a cubic activation, at widths 2, 3, 6 and 30 (construction F of
[THEOREMS.md](THEOREMS.md)). At each width the same certificate says two things about the same point: it is a local minimum that is not global, and
it lies in no basin. There is no contradiction with the theorem about wide networks (rule 4.2). A basin is a set-wise *strict* local minimum,
compact and strictly lower than what is around it; these local minima are not strict: a line of equal loss leads through them to infinity. So width
removes bad basins. It does not remove bad local minima, and the theorem does not say so: that would be false, as these four rows show.

The relu rows are of the same kind: a positively homogeneous unit can be rescaled without any change of the loss, so such a network has no basin at
all, whatever its width, and its bad local minima lie on unbounded curves of equal loss.

## Not covered

Safran and Shamir, *Spurious local minima are common in two-layer ReLU neural networks* (arXiv 1712.08968), is about the expected loss over normally distributed
inputs, which is no sum over finitely many samples: nothing here certifies it.
"""


@dataclass(frozen=True)
class LiteratureRow:
    """One line of the table: what is published, and what was verified of it, recomputed by the
    kernel (decimals rounded outward).
    """

    case: str
    paper: str
    claims: str
    about: str
    says: str
    kind: str
    rules: str
    loss: str
    witness_loss: str
    file: str
    verdict: str


def literature_markdown(rows: Sequence[LiteratureRow]) -> str:
    """The file.

    Raises ArithmeticError if exact algebra contradicts what it says of the points sympy checks.
    """
    lines = [INTRODUCTION]
    for paper, title in PAPERS.items():
        lines += [
            f"## {title}",
            "",
            "| published | here | verdict | rules | loss; reached elsewhere | kernel |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in rows:
            if row.paper == paper:
                reached = f"; {row.witness_loss}" if row.witness_loss else ""
                link = f"[{row.case}]({row.file})"
                lines.append(
                    f"| {row.claims} | {row.about} | certified: {row.says} | {row.rules} |"
                    f" {row.loss}{reached} | {link}: {row.verdict} |"
                )
        if paper == "yun":
            lines += [
                f"| {claims} | {about} | checked by sympy: {says} | 3.4b, midpoints | {loss} | |"
                for claims, about, says, loss in checked_by_sympy()
            ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n" + BASINS


def checked_by_sympy() -> list[tuple[str, str, str, str]]:
    """The paper's own point for sigmoid, exactly: claim, point, what was checked, loss.

    Raises ArithmeticError when a check fails.
    """
    u = sympy.Symbol("u", real=True)
    s, v, z = 1 / (1 + sympy.exp(-u)), sympy.Rational(2, 3), -sympy.log(3)
    output = sympy.simplify(2 * v * s.subs(u, z))
    slopes = [output, output, output - 1]
    potential = sympy.simplify(sum(g * s.subs(u, z) for g in slopes))
    bend = sympy.simplify(s.diff(u, 2).subs(u, z))
    loss = sum(g**2 for g in slopes) / 2
    if (output, potential, sum(slopes), bend, loss) != (
        sympy.Rational(1, 3),
        0,
        0,
        sympy.Rational(3, 32),
        sympy.Rational(1, 3),
    ):
        raise ArithmeticError(
            "the published point for sigmoid does not have the properties it is said to have"
        )
    says = (
        "all outputs 1/3, residuals (1, 1, -2)/3, potentials 0, s'' = 3/32 > 0: a local minimum by"
        " rule 3.4b"
    )
    return [
        (
            "a local minimum of loss 1/3, not global",
            "sigmoid: weights -ln 3, biases 0, output weights 2/3, output bias 0",
            says,
            "1/3",
        )
    ]

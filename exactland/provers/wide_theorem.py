"""The wide theorem as a certificate (proofs/THEOREMS.md, rule 4.2)."""

from __future__ import annotations

from typing import Any

from exactland.certificates.certificate import about, certificate
from exactland.engine.outcomes import Certified, Inconclusive, submit
from exactland.errors import ResourceLimit
from exactland.model.problem import Problem
from exactland.provers.hypotheses import failing_hypotheses

CLAIMS = ("no-sub-optimal-basin", "no-basin")


def wide_theorem(
    problem: Problem, claim: str = "no-sub-optimal-basin", provenance: dict[str, Any] | None = None
) -> Certified | Inconclusive:
    """No sub-optimal basin (`no-basin`: no basin at all), by the widths alone: for any activation,
    any depth, any data, any convex loss; or, at any width, because the units of a layer are
    positively homogeneous and can be rescaled (rule 4.1h).

    The last hidden layer, with the output bias, must be at least as wide as the number of samples
    (for `no-basin`, wider). Otherwise inconclusive: the theorem says nothing, and the reason names
    the layer, its width and the width it needs. Raises ResourceLimit above the kernel's caps.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> x = tuple((Fraction(k),) for k in range(3))
    >>> wide_theorem(Problem(Network(1, (Layer(3, named("relu"), bias=True),)), x, x)).verdict.says
    'the loss has no sub-optimal basin'
    """
    outcome = submit(
        certificate(
            problem, about(claim), [{"rule": "4.2"}], provenance or {"recipe": "wide theorem"}
        )
    )
    if isinstance(outcome, Certified):
        return outcome
    rescaled = [{"rule": "4.1h", "center": ["0"] * problem.parameters}]
    homogeneous = submit(
        certificate(
            problem,
            about(claim),
            rescaled,
            provenance or {"recipe": "positively homogeneous units"},
        )
    )
    if isinstance(homogeneous, Certified):
        return homogeneous
    if outcome.status == "too large":
        raise ResourceLimit(f"the kernel: {outcome.says}")
    needed = problem.samples + (claim == "no-basin")
    width = next(
        iter(failing_hypotheses(problem, wider=claim == "no-basin")), f"the kernel: {outcome.says}"
    )
    return Inconclusive(
        width.removeprefix("width: "),
        f"{needed - problem.network.output_bias} units in layer {len(problem.network.hidden)}; the"
        " theorem says nothing about narrower networks",
    )

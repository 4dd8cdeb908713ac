"""A certificate as a Coq file: the statement written out from the claim, and a proof that `coqc`
checks with the development of `proofs/formal/`.

For networks with one hidden layer and half the squared error. The statement (`statement.py`: data,
loss, distance, gap) comes from the claim alone. What the proof uses comes from the evidence and is
believed by nobody. By rule 3.1 (`enclosed.py`) Coq proves enclosures of the activation with the
`interval` tactic, and the rest by calculation; by 3.1b, 3.4 and 3.4b (`exact.py`) everything is
calculated, over the rationals. A better point by rule 3.2 goes with all of them, that a point lies
in no basin (4.1 on a line, 4.1h) with those of `exact.py`. Of a wide network (4.2, `wide.py`)
nothing is calculated but its width.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.certificates.certificate import Certificate
from exactland.errors import InputError
from exactland.exporters.coq import enclosed, exact, wide
from exactland.exporters.coq.statement import NO_BASIN, Statement, Step
from exactland.files.problem_file import problem_from_json
from exactland.kernel.reader import number

__all__ = ["coq_text"]
_PROOFS = {
    "3.1": enclosed.export,
    "3.1b": exact.export,
    "3.4": exact.export,
    "3.4b": exact.export,
    "4.2": wide.export,
}


def coq_text(certificate: Certificate) -> str:
    """The Coq file for a certificate the kernel has verified.

    Raises InputError for what cannot be exported, with the reason.
    """
    problem, steps = problem_from_json(certificate.claim["problem"]), certificate.steps
    said = Statement.of(certificate.claim, problem)
    step, lower = steps[-1], None
    while step["rule"] == "3.2":
        lower, step = lower or step, steps[int(step["minimum"])]
    if step["rule"] not in _PROOFS or (said.gap is not None and lower is None):
        raise InputError(
            "evidence.steps",
            f"only what rule {', '.join(_PROOFS)} shows, and a better point by 3.2, can be exported"
            " to Coq",
        )
    lines = (s for s in steps if s["rule"] == "4.1" and _center(s) == _center(step))
    constant = next(lines, None) or next((s for s in steps if s["rule"] == "4.1h"), None)
    if said.about == NO_BASIN and (constant is None or step["rule"] == "3.1"):
        raise InputError(
            "evidence.steps",
            "of points in no basin only those by a line (4.1, kernel or idle) or by 4.1h can be"
            " exported to Coq",
        )
    said.check_work()
    return "\n".join([*_PROOFS[step["rule"]](said, step, lower, constant), ""])


def _center(step: Step) -> list[Fraction]:
    return [number(v, "center") for v in step.get("center", ())]

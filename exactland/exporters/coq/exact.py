"""Proofs by calculation over the rationals: rules 3.1b, 3.4 and 3.4b, with 3.2, 4.1 and 4.1h or
without (`Exact.v`).

Activations are polynomials and piecewise-linear functions. Nothing is rounded: the point of the
evidence goes to Coq as it is, and so does the better point.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.errors import InputError
from exactland.exporters.coq.statement import (
    NO_BASIN,
    UNNAMED,
    Statement,
    Step,
    Vector,
    conclusion,
    rat,
    rats,
    real,
    shallow,
)
from exactland.kernel.reader import number
from exactland.model.activations import Activation, Expression, PiecewiseLinear
from exactland.model.numbers import floor_significant
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import short_midpoint
from exactland.search.newton import cholesky_inverse

MOST_PARAMETERS = {"3.1b": 20, "3.4": 400, "3.4b": 400}
# parameters up to which the Hessian is shown to be positive definite by elimination, and above by a
# hint
ELIMINATED = 8
HINT_BITS = 96  # of the intervals with which Coq checks the hint
IMPORTS = (
    "Require Import ZArith Reals Lra List Bool.",
    "From Exactland Require Import Sums Basins Norms StrictMinimum Jets Certified Exact.",
)
# coefficients of the first piece; breakpoints, each with the coefficients of the piece after it
Pieces = tuple[Vector, list[tuple[Fraction, Vector]]]


def export(said: Statement, step: Step, lower: Step | None, constant: Step | None) -> list[str]:
    """The file for a minimum by rule 3.1b, 3.4 or 3.4b, and what rules 3.2, 4.1 and 4.1h add."""
    said.check_size(MOST_PARAMETERS[step["rule"]])
    if step["rule"] == "3.4b" and (step["fitted"] or "midpoints" in step["units"]):
        raise InputError(
            "evidence.steps",
            "by rule 3.4b only flat and definite units, and no fitted output biases, can be"
            " exported to Coq",
        )
    name, body, pieces = definition(said.problem.network.hidden[0].activation)
    if (
        said.about == NO_BASIN
        and constant is not None
        and constant["rule"] == "4.1h"
        and not _of_degree_1(pieces)
    ):
        raise InputError(
            "evidence.steps",
            "by rule 4.1h only activations homogeneous of degree 1 can be exported to Coq",
        )
    return [*said.text(name, body, IMPORTS), *_proof(said, name, pieces, step, lower, constant)]


def _of_degree_1(pieces: Pieces) -> bool:
    """One or two linear pieces that meet at 0, where they vanish."""
    first, others = pieces
    linear = all(
        len(piece) == 2 and piece[0] == 0 for piece in (first, *(piece for _, piece in others))
    )
    return linear and len(others) < 2 and all(b == 0 for b, _ in others)


def definition(s: Activation) -> tuple[str, str, Pieces]:
    """Its name in Coq, its definition in the statement, and its pieces."""
    if isinstance(s, PiecewiseLinear):
        lines: list[Vector] = [(intercept, slope) for slope, intercept in s.lines]
        body = "".join(
            f"if Rle_dec t ({real(b)}) then {_polynomial(line)} else "
            for b, line in zip(s.breakpoints, lines)
        ) + _polynomial(lines[-1])
        bends = [
            (b, after)
            for b, before, after in zip(s.breakpoints, lines, lines[1:])
            if before != after
        ]
        return (
            (s.name or UNNAMED).replace("-", "_"),
            SHORT.get(s.name or "", body),
            (lines[0], bends),
        )
    if isinstance(s, Expression) and (s.polynomial is not None or s.tree == "x"):
        coefficients = s.polynomial or (Fraction(0), Fraction(1))
        return s.name or UNNAMED, _polynomial(coefficients), (coefficients, [])
    raise InputError(
        "claim.problem.network.hidden[0].activation",
        "cannot be exported to Coq (polynomials, piecewise-linear ones and some by name can)",
    )


SHORT = {"relu": "Rmax 0 t", "hard-tanh": "Rmax (- 1) (Rmin 1 t)"}


def _polynomial(coefficients: Vector) -> str:
    """In t, from degree 0; what is 0 is left out."""
    text = ""
    for degree, c in enumerate(coefficients):
        if c:
            power = "" if degree == 0 else "t" if degree == 1 else f"t ^ {degree}"
            term = (
                real(abs(c)) if not power else power if abs(c) == 1 else f"{real(abs(c))} * {power}"
            )
            text += (" - " if c < 0 else " + ") + term if text else ("- " if c < 0 else "") + term
    return text or "0"


def _proof(
    said: Statement,
    name: str,
    pieces: Pieces,
    step: Step,
    lower: Step | None,
    constant: Step | None,
) -> list[str]:
    first, others = pieces
    strict = step["rule"] == "3.1b"
    at = [number(v, "center") for v in step["center"]]
    of_loss = f"problem first_piece other_pieces {name} E at_ pieces_are E_is"
    facts = [
        (
            "D",
            f"near_by {said.problem.parameters} at_ {rats(said.center)} {rat(said.distance)}",
            "near_by_ok _ _ _ _",
        ),
    ]
    if not strict:
        facts.append(
            (
                "M",
                "potential_check problem first_piece other_pieces at_",
                f"potential_local_minimum {of_loss}",
            )
        )
    elif said.problem.parameters <= ELIMINATED:
        facts.append(
            (
                "S",
                "exact_check problem first_piece other_pieces at_",
                f"exact_strict_minimum {of_loss}",
            )
        )
    else:
        hint = f"{HINT_BITS} {_hint(said.problem, at)}"
        facts.append(
            (
                "S",
                f"hint_check problem first_piece other_pieces at_ {hint}",
                f"exact_strict_minimum_by_hint {of_loss} _ _ _",
            )
        )
    lines = [
        *shallow(said.problem),
        f"Definition first_piece : list rat := {rats(first)}.",
        (
            "Definition other_pieces : list (rat * list rat) :="
            f" [{'; '.join(f'({rat(b)}, {rats(after)})' for b, after in others)}]."
        ),
        f"Definition at_ : list rat := {rats(at)}.",
    ]
    if said.gap is not None and lower is not None:
        lines.append(
            "Definition better : list rat :="
            f" {rats([number(v, 'witness') for v in lower['witness']])}."
        )
        facts.append(
            (
                "L",
                f"lower_check problem first_piece other_pieces at_ better {rat(said.gap)}",
                f"lower_point {of_loss} better _",
            )
        )
    if said.about == NO_BASIN and constant is not None:
        if constant["rule"] == "4.1h":
            facts.append(
                (
                    "B",
                    "homogeneous_check problem first_piece other_pieces",
                    f"homogeneous_no_basin_at {of_loss}",
                )
            )
        else:
            lines.append(
                "Definition on_line : list rat :="
                f" {rats([number(v, 'witness') for v in constant['witness']])}."
            )
            facts.append(
                (
                    "B",
                    "line_check problem first_piece other_pieces at_ on_line",
                    f"line_no_basin {of_loss} on_line",
                )
            )
    return [
        *lines,
        f"Lemma pieces_are t : {name} t = piecewise first_piece other_pieces t.",
        f"Proof. unfold {name}, first_piece, other_pieces, piecewise, poly, of_rat; cbn [fst snd].",
        "  unfold Rmax, Rmin; repeat destruct Rle_dec; first [lra|field]. Qed.",
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {name}) th.",
        "Proof. vm_cast_no_check (eq_refl (E th)). Qed.",
        f"Definition E_reads := reads_its_parameters problem {name} E E_is.",
        *(
            f"Lemma calculated_{fact} : {check} = true.\nProof. vm_cast_no_check (eq_refl true)."
            " Qed."
            for fact, check, _ in facts
        ),
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
        *(f"  assert ({fact} := {reason} calculated_{fact})." for fact, _, reason in facts),
        "  set (th := point at_) in *. clearbody th.",
        *conclusion(said, strict=strict),
        "Qed.",
    ]


def _hint(problem: Problem, at: Vector) -> str:
    """Numbers lambda and R for which R^T H R, H the Hessian, is near the identity, and lambda at
    most half of 1 / |R|^2.
    """
    with precision(2 * HINT_BITS):
        inverse = cholesky_inverse(enclose(problem, box(at, Fraction(0))).hessian)
    if inverse is None:
        raise InputError(
            "evidence.steps", "the Hessian is too near to a singular one to be exported to Coq"
        )
    rows = [
        [short_midpoint(v, HINT_BITS // 2) if j >= i else Fraction(0) for j, v in enumerate(row)]
        for i, row in enumerate(inverse.tolist())
    ]
    least = floor_significant(1 / (2 * sum((v * v for row in rows for v in row), Fraction(0))))
    return f"{rat(least)} [{'; '.join(map(rats, rows))}]"

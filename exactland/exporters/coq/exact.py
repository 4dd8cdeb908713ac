"""Proofs by calculation over the rationals: rules 3.1b, 3.4 and 3.4b, with 3.2, 4.1 and 4.1h or
without (`Exact.v`).

Activations are polynomials and piecewise-linear functions. Nothing is rounded: the point of the
evidence goes to Coq as it is, and so does the better point.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactland.certificates.kinds import Rule
from exactland.certificates.steps import (
    ConstantLine,
    ExactMinimum,
    PotentialReason,
    Potentials,
    RescaledUnit,
)
from exactland.errors import InputError
from exactland.exporters.coq.evidence import Evidence, ExactStep
from exactland.exporters.coq.proof import conclusion, shallow
from exactland.exporters.coq.statement import UNNAMED, About, Stated
from exactland.exporters.coq.terms import listed, matrix, rat, rats, real
from exactland.model.activations import Activation, Expression, PiecewiseLinear
from exactland.model.numbers import Vector, floor_significant
from exactland.model.problem import Problem
from exactland.model.trees import X
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import short_midpoint
from exactland.search.newton import cholesky_inverse

MOST_PARAMETERS = {
    Rule.EXACT_MINIMUM: 20,
    Rule.FLAT_POTENTIALS: 400,
    Rule.POTENTIALS: 400,
}
# parameters up to which the Hessian is shown to be positive definite by elimination, and above by a
# hint
ELIMINATED = 8
HINT_BITS = 96  # of the intervals with which Coq checks the hint
IMPORTS = (
    "Require Import ZArith Reals Lra List Bool.",
    "From Exactland Require Import Sums Basins Norms StrictMinimum Jets Certified Exact.",
)
SHORT = {"relu": "Rmax 0 t", "hard-tanh": "Rmax (- 1) (Rmin 1 t)"}
CHECKED = "problem first_piece other_pieces"  # what every check starts with


@dataclass(frozen=True)
class Form:
    """An activation in Coq: its name, its definition in the statement, and its pieces.

    `first`: the coefficients of the first piece, from degree 0. `others`: breakpoints, each with
    the coefficients of the piece after it.
    """

    name: str
    body: str
    first: Vector
    others: tuple[tuple[Fraction, Vector], ...] = ()

    @property
    def is_of_degree_1(self) -> bool:
        """Whether it is one or two linear pieces that meet at 0, where they vanish."""
        pieces = [self.first, *(piece for _, piece in self.others)]
        are_linear = all(len(piece) == 2 and piece[0] == 0 for piece in pieces)
        meet_at_0 = all(b == 0 for b, _ in self.others)
        return are_linear and meet_at_0 and len(self.others) < 2


@dataclass(frozen=True)
class Calculated:
    """Something Coq finds out by calculation: that `check` is true, and what follows from it.

    `fact`: what `conclusion` calls it.
    """

    fact: str
    check: str
    reason: str


def export(said: Stated, step: ExactStep, found: Evidence) -> list[str]:
    """The file for a minimum by rule 3.1b, 3.4 or 3.4b, and what rules 3.2, 4.1 and 4.1h add."""
    said.check_size(MOST_PARAMETERS[step.rule])
    if isinstance(step, Potentials) and (step.fitted or PotentialReason.MIDPOINTS in step.units):
        raise InputError(
            "evidence.steps",
            "by rule 3.4b only flat and definite units, and no fitted output biases, can be"
            " exported to Coq",
        )
    form = definition(said.problem.network.hidden[0].activation)
    is_needed = said.about is About.MINIMUM_IN_NO_BASIN
    if is_needed and isinstance(found.constant, RescaledUnit) and not form.is_of_degree_1:
        raise InputError(
            "evidence.steps",
            "by rule 4.1h only activations homogeneous of degree 1 can be exported to Coq",
        )
    return [*said.text(form.name, form.body, IMPORTS), *_proof(said, form, step, found)]


def definition(s: Activation, place: str = "claim.problem.network.hidden[0].activation") -> Form:
    """An activation in Coq. Raises InputError for one that is no polynomial in pieces."""
    if isinstance(s, PiecewiseLinear):
        return _piecewise_linear(s)
    if isinstance(s, Expression) and (s.polynomial is not None or s.tree == X):
        coefficients = s.polynomial or (Fraction(0), Fraction(1))
        return Form(s.name or UNNAMED, _polynomial(coefficients), coefficients)
    raise InputError(
        place,
        "cannot be exported to Coq (polynomials, piecewise-linear ones and some by name can)",
    )


def _piecewise_linear(s: PiecewiseLinear) -> Form:
    """Pieces that go on without a kink are one."""
    lines: list[Vector] = [(intercept, slope) for slope, intercept in s.lines]
    bends = []
    for b, before, after in zip(s.breakpoints, lines, lines[1:]):
        if before != after:
            bends.append((b, after))
    name = (s.name or UNNAMED).replace("-", "_")
    body = SHORT.get(s.name or "") or _cases(s.breakpoints, lines)
    return Form(name, body, lines[0], tuple(bends))


def _cases(breakpoints: Vector, lines: list[Vector]) -> str:
    parts = []
    for b, line in zip(breakpoints, lines):
        parts.append(f"if Rle_dec t ({real(b)}) then {_polynomial(line)} else ")
    return "".join(parts) + _polynomial(lines[-1])


def _polynomial(coefficients: Vector) -> str:
    """In t, from degree 0; what is 0 is left out."""
    text = ""
    for degree, c in enumerate(coefficients):
        if not c:
            continue
        term = _monomial(abs(c), degree)
        if text:
            text += f" - {term}" if c < 0 else f" + {term}"
        else:
            text = f"- {term}" if c < 0 else term
    return text or "0"


def _monomial(coefficient: Fraction, degree: int) -> str:
    if degree == 0:
        return real(coefficient)
    power = "t" if degree == 1 else f"t ^ {degree}"
    return power if coefficient == 1 else f"{real(coefficient)} * {power}"


def _proof(said: Stated, form: Form, step: ExactStep, found: Evidence) -> list[str]:
    others = listed(f"({rat(b)}, {rats(after)})" for b, after in form.others)
    facts = _facts(said, form, step, found)
    return [
        *shallow(said.problem),
        f"Definition first_piece : list rat := {rats(form.first)}.",
        f"Definition other_pieces : list (rat * list rat) := {others}.",
        f"Definition at_ : list rat := {rats(step.center)}.",
        *_other_points(said, found),
        f"Lemma pieces_are t : {form.name} t = piecewise first_piece other_pieces t.",
        (
            f"Proof. unfold {form.name}, first_piece, other_pieces, piecewise, poly, of_rat; cbn"
            " [fst snd]."
        ),
        "  unfold Rmax, Rmin; repeat destruct Rle_dec; first [lra|field]. Qed.",
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {form.name}) th.",
        "Proof. vm_cast_no_check (eq_refl (E th)). Qed.",
        f"Definition E_reads := reads_its_parameters problem {form.name} E E_is.",
        *map(_calculation, facts),
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
        *map(_assertion, facts),
        "  set (th := point at_) in *. clearbody th.",
        *conclusion(said, strict=isinstance(step, ExactMinimum)),
        "Qed.",
    ]


def _other_points(said: Stated, found: Evidence) -> list[str]:
    """The better point, and another one on the line of equal loss."""
    lines = []
    if said.gap is not None and found.lower is not None:
        lines.append(f"Definition better : list rat := {rats(found.lower.witness)}.")
    if said.about is About.MINIMUM_IN_NO_BASIN and isinstance(found.constant, ConstantLine):
        lines.append(f"Definition on_line : list rat := {rats(found.constant.witness)}.")
    return lines


def _facts(said: Stated, form: Form, step: ExactStep, found: Evidence) -> list[Calculated]:
    """What is calculated, in the order of the proof."""
    of_loss = f"{CHECKED} {form.name} E at_ pieces_are E_is"
    count = said.problem.parameters
    near = f"near_by {count} at_ {rats(said.center)} {rat(said.distance)}"
    facts = [Calculated("D", near, "near_by_ok _ _ _ _"), _minimum(said.problem, step, of_loss)]
    if said.gap is not None and found.lower is not None:
        check = f"lower_check {CHECKED} at_ better {rat(said.gap)}"
        facts.append(Calculated("L", check, f"lower_point {of_loss} better _"))
    if said.about is About.MINIMUM_IN_NO_BASIN:
        facts.append(_in_no_basin(found, of_loss))
    return facts


def _minimum(problem: Problem, step: ExactStep, of_loss: str) -> Calculated:
    if not isinstance(step, ExactMinimum):
        check = f"potential_check {CHECKED} at_"
        return Calculated("M", check, f"potential_local_minimum {of_loss}")
    if problem.parameters <= ELIMINATED:
        return Calculated("S", f"exact_check {CHECKED} at_", f"exact_strict_minimum {of_loss}")
    check = f"hint_check {CHECKED} at_ {HINT_BITS} {_hint(problem, step.center)}"
    return Calculated("S", check, f"exact_strict_minimum_by_hint {of_loss} _ _ _")


def _in_no_basin(found: Evidence, of_loss: str) -> Calculated:
    if isinstance(found.constant, RescaledUnit):
        check = f"homogeneous_check {CHECKED}"
        return Calculated("B", check, f"homogeneous_no_basin_at {of_loss}")
    return Calculated("B", f"line_check {CHECKED} at_ on_line", f"line_no_basin {of_loss} on_line")


def _calculation(found: Calculated) -> str:
    return (
        f"Lemma calculated_{found.fact} : {found.check} = true.\n"
        "Proof. vm_cast_no_check (eq_refl true). Qed."
    )


def _assertion(found: Calculated) -> str:
    return f"  assert ({found.fact} := {found.reason} calculated_{found.fact})."


def _hint(problem: Problem, at: Vector) -> str:
    """Numbers lambda and R for which R^T H R, H the Hessian, is near the identity, and lambda at
    most half of 1 / |R|^2. Raises InputError where H is too near to a singular matrix.
    """
    with precision(2 * HINT_BITS):
        inverse = cholesky_inverse(enclose(problem, box(at, Fraction(0))).hessian)
    if inverse is None:
        raise InputError(
            "evidence.steps", "the Hessian is too near to a singular one to be exported to Coq"
        )
    rows = []
    for i, row in enumerate(inverse.tolist()):
        zeros = [Fraction(0)] * i  # R is upper triangular
        rows.append([*zeros, *(short_midpoint(v, HINT_BITS // 2) for v in row[i:])])
    squares = Fraction(0)
    for short in rows:
        squares += sum(v * v for v in short)
    return f"{rat(floor_significant(1 / (2 * squares)))} {matrix(rows)}"

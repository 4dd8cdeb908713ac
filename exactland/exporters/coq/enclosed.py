"""Proofs with enclosures: rule 3.1, with 3.2 or without (`Certified.v`).

A smooth activation that `ACTIVATIONS` names, at most `MOST_PARAMETERS` parameters. What the proof
uses (a center, a box, enclosures of the activation) is calculated here, from the evidence and with
Arb; Coq proves every enclosure with the `interval` tactic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import NamedTuple

from flint import arb

from exactland.certificates.steps import Matrix, StrictMinimum
from exactland.errors import InputError
from exactland.exporters.coq.evidence import Evidence
from exactland.exporters.coq.proof import conclusion, shallow
from exactland.exporters.coq.statement import Stated
from exactland.exporters.coq.terms import listed, matrix, rat, rats
from exactland.model.activations import NAMED, Activation
from exactland.model.numbers import Vector, ceil_significant, floor_significant, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, derivatives, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from exactland.provers.strict_minimum import preconditioner
from exactland.search.newton import polish

MOST_PARAMETERS = 8
BITS = 160  # of the fixed-point intervals in Coq
# slack of enclosures: so many widths of the range, and 2^-POINT, both times the size of the values
NEAR = 8
POINT = 100
HINT_BITS = 40  # of the entries of the preconditioner


class InCoq(NamedTuple):
    """The name of an activation, and its definition as a file writes it; None if Coq has it."""

    name: str
    body: str | None


ACTIVATIONS = {
    "sigmoid": InCoq("sigmoid", "/ (1 + exp (- t))"),
    "tanh": InCoq("tanh", "(exp t - exp (- t)) / (exp t + exp (- t))"),
    "softplus": InCoq("softplus", "ln (1 + exp t)"),
    "swish": InCoq("swish", "t * (/ (1 + exp (- t)))"),
    "mish": InCoq(
        "mish",
        "t * ((exp (ln (1 + exp t)) - exp (- ln (1 + exp t))) / (exp (ln (1 + exp t)) + exp (-"
        " ln (1 + exp t))))",
    ),
    "sin": InCoq("sin", None),
    "exp": InCoq("exp", None),
    "arctan": InCoq("atan", None),
}
DEFINED_BY = {  # what an activation is defined by in Activations.v, itself among them
    "softplus": ("softplus", "sigmoid"),
    "swish": ("swish", "sigmoid"),
    "mish": ("mish", "tanh", "softplus", "sigmoid"),
}
IMPORTS = (
    "Require Import ZArith Reals List Bool.",
    "From Interval Require Import Tactic.",
    "From Interval.Float Require Import Specific_ops Specific_stdz.",
    "Module SFZ := SpecificFloat StdZRadix2.",
    "Module Import ITZ := IntervalTactic SFZ.",
    "From Exactland Require Import Sums Basins Norms StrictMinimum Intervals Jets Certified.",
    "From Exactland Require Activations.",
)
Interval = tuple[int, int]  # in units of 2^-BITS


@dataclass(frozen=True)
class Place:
    """A box of parameters: at most so far from a center in every coordinate."""

    center: Vector
    radius: Fraction = Fraction(0)


@dataclass(frozen=True)
class Numbers:
    """What Coq is given for rule 3.1: numbers as in the rule, short ones."""

    place: Place
    curvature: Fraction
    slope: Fraction
    hint: Matrix


def export(said: Stated, step: StrictMinimum, found: Evidence) -> list[str]:
    """The file for a strict minimum by rule 3.1, and what rule 3.2 adds."""
    said.check_size(MOST_PARAMETERS)
    name = _name(said.problem.network.hidden[0].activation)
    witness = None if found.lower is None else found.lower.witness
    with precision(3 * BITS):
        proof = _proof(said, name, _numbers(said, step), witness)
    known = ACTIVATIONS[name]
    return [*said.text(known.name, known.body, IMPORTS), *proof]


def _name(activation: Activation) -> str:
    for name in ACTIVATIONS:
        if NAMED[name] == activation:
            return name
    raise InputError(
        "claim.problem.network.hidden[0].activation",
        f"by rule 3.1 cannot be exported to Coq (known: {', '.join(ACTIVATIONS)})",
    )


def _numbers(said: Stated, step: StrictMinimum) -> Numbers:
    """A center nearer to the minimum, and a box as small as that allows."""
    near = polish(said.problem, step.center, said.distance or None) or step.center
    center = tuple(round_to_bits(v, POINT) for v in near)
    curvature = floor_significant(step.curvature / 2)
    slope = _slope(said, center, curvature)
    smallest = max(4 * slope / curvature, Fraction(1, 2**48))
    radius = min(ceil_significant(smallest, 2), step.radius)
    found = preconditioner(enclose(said.problem, box(step.center, Fraction(0))).hessian)
    hint = tuple(map(_short, found or ()))
    return Numbers(Place(center, radius), curvature, slope, hint)


def _short(row: Sequence[Fraction]) -> Vector:
    return tuple(round_to_bits(v, HINT_BITS) for v in row)


def _slope(said: Stated, center: Vector, curvature: Fraction) -> Fraction:
    """A bound of the gradient at the center: well above what it is, so that Coq can prove it, and
    small, so that the minimum is within the stated distance, and the box can be small.
    """
    off = sum((a - b) ** 2 for a, b in zip(center, said.center))
    apart = Fraction(isqrt(int(off * 4**BITS)) + 1, 2**BITS)
    largest = Fraction(0)
    if said.distance > apart:
        largest = curvature * (said.distance - apart) * Fraction(9, 10)
    gradient = enclose(said.problem, box(center, Fraction(0)), 1).gradient
    at_center = sum((from_midpoint(abs(g).upper()) for g in gradient), Fraction(0))
    return floor_significant(min(largest, max(16 * at_center, largest / 2**10)))


def _proof(said: Stated, name: str, numbers: Numbers, witness: Vector | None) -> list[str]:
    tables = {"center_table": Place(numbers.place.center), "box_table": numbers.place}
    if witness is not None:
        tables["witness_table"] = Place(witness)
    functions = _functions(name)
    return [
        *shallow(said.problem),
        *_definitions(said, tables, numbers),
        *_tactics(name),
        *_tables_valid(tables, functions),
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {functions[0]}) th.",
        "Proof. reflexivity. Qed.",
        f"Definition E_reads := reads_its_parameters problem {functions[0]} E E_is.",
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
        *_destruct(said, name, witness),
        "    [vm_compute; reflexivity|].",
        *conclusion(said, strict=True),
        "Qed.",
    ]


def _functions(name: str) -> tuple[str, str, str]:
    """The activation and its first two derivatives, by name."""
    known = ACTIVATIONS[name]
    own = known.name if known.body is None else f"Activations.{known.name}"
    return own, f"Activations.{known.name}_1", f"Activations.{known.name}_2"


def _definitions(said: Stated, tables: Mapping[str, Place], numbers: Numbers) -> list[str]:
    """The tables of enclosures, and the evidence."""
    lines = [
        f"Definition {table} : table := {_table(said.problem, place)}."
        for table, place in tables.items()
    ]
    place = numbers.place
    return [
        *lines,
        (
            f"Definition the_evidence : evidence := {{| center := {rats(place.center)}; radius :="
            f" {rat(place.radius)}; lambda := {rat(numbers.curvature)};"
        ),
        (
            f"  gamma := {rat(numbers.slope)}; hint := {matrix(numbers.hint)}; at_center :="
            " center_table; in_box := box_table |}."
        ),
    ]


def _tactics(name: str) -> list[str]:
    """How to prove that a table is valid: row by row, every enclosure by `interval`."""
    return [
        (
            "Ltac rows := repeat match goal with |- Forall _ (_ :: _) => apply Forall_cons | |-"
            " Forall _ [] => apply Forall_nil end."
        ),
        (
            f"Ltac enclosed := refine (valid_intro {BITS} _ _ _ _ {2**BITS}%Z _ _); [vm_compute;"
            " reflexivity|cbv [fst snd on e0 e1 e2]; intros z Hz;"
        ),
        (
            f"  cbv delta [{' '.join(_unfolded(name))}]; cbv beta; split; [|split]; interval with"
            f" (i_prec {POINT + 30})]."
        ),
    ]


def _unfolded(name: str) -> list[str]:
    """What `interval` must see through: what is defined in Activations.v, and derivatives."""
    names = []
    for part in DEFINED_BY.get(name, (name,)):
        known = ACTIVATIONS[part]
        if known.body is not None:
            names.append(f"Activations.{known.name}")
        names += [f"Activations.{known.name}_1", f"Activations.{known.name}_2"]
    return names


def _tables_valid(tables: Mapping[str, Place], functions: tuple[str, str, str]) -> list[str]:
    lines = []
    for table in tables:
        entry = f"entry_at {table} i j"
        lines += [
            f"Lemma {table}_valid : forall i j, valid {BITS} {' '.join(functions)} ({entry}).",
            f"Proof. apply table_valid; unfold {table}; rows; enclosed. Qed.",
        ]
    return lines


def _destruct(said: Stated, name: str, witness: Vector | None) -> list[str]:
    """The theorem of Certified.v, applied: th, that it is near, strict, and what is lower."""
    theorem = "strict_minimum_within"
    more = ""
    if said.gap is not None and witness is not None:
        theorem = "sub_optimal_strict_minimum"
        more = f"\n    {rats(witness)} witness_table {rat(said.gap)} witness_table_valid"
    own = ACTIVATIONS[name].name
    derived = f"Activations.{own}_d1 Activations.{own}_d2"
    parts = "[th [D S]]" if said.gap is None else "[th [D [S L]]]"
    functions = " ".join(_functions(name))
    return [
        (
            f"  destruct ({theorem} {BITS} problem {functions} the_evidence E {rats(said.center)}"
            f" {rat(said.distance)}"
        ),
        f"    {derived} center_table_valid box_table_valid E_is{more}) as {parts};",
    ]


def _table(problem: Problem, place: Place) -> str:
    """For every sample and unit an interval around the pre-activation, and enclosures there, with
    slack.
    """
    rows = ";\n  ".join(_row(problem, place, x) for x in problem.x)
    return f"[{rows}]"


def _row(problem: Problem, place: Place, x: Vector) -> str:
    units = range(problem.network.hidden[0].units)
    return listed(_cell(problem, place, x, unit) for unit in units)


def _cell(problem: Problem, place: Place, x: Vector, unit: int) -> str:
    z = _pre_activation(problem, place.center, x, unit)
    size = sum(map(abs, x), Fraction(1))
    reach = place.radius * size + Fraction(1, 2 ** (BITS - 20))
    on = _outward(z - reach, z + reach)
    width = Fraction(on[1] - on[0], 2**BITS)
    middle = Fraction(sum(on), 2 ** (BITS + 1))
    ball = to_arb(middle) + arb(0, to_arb(width / 2))
    values = derivatives(problem.network.hidden[0].activation, ball, 2)
    most = 1 + max(from_midpoint(abs(v).upper()) for v in values)
    slack = (NEAR * width + Fraction(1, 2**POINT)) * most
    fields = [f"on := {_pair(on)}"]
    fields += [f"e{k} := {_pair(_around(v, slack))}" for k, v in enumerate(values)]
    return f"{{| {'; '.join(fields)} |}}"


def _pre_activation(problem: Problem, theta: Vector, x: Vector, unit: int) -> Fraction:
    layer = problem.network.hidden[0]
    inputs = problem.network.inputs
    weights = theta[unit * inputs : (unit + 1) * inputs]
    bias = theta[layer.units * inputs + unit] if layer.bias else Fraction(0)
    return sum((w * v for w, v in zip(weights, x)), bias)


def _outward(low: Fraction, high: Fraction) -> Interval:
    return floor(low * 2**BITS), ceil(high * 2**BITS)


def _around(v: arb, slack: Fraction) -> Interval:
    return _outward(from_midpoint(v.lower()) - slack, from_midpoint(v.upper()) + slack)


def _pair(interval: Interval) -> str:
    low, high = interval
    return f"({low}, {high})%Z"

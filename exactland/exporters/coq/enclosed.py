"""Proofs with enclosures: rule 3.1, with 3.2 or without (`Certified.v`).

A smooth activation that `ACTIVATIONS` names, at most `MOST_PARAMETERS` parameters. What the proof
uses (a center, a box, enclosures of the activation) is calculated here, from the evidence and with
Arb; Coq proves every enclosure with the `interval` tactic.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, isqrt

from flint import arb

from exactland.errors import InputError
from exactland.exporters.coq.statement import (
    Statement,
    Step,
    Vector,
    conclusion,
    rat,
    rats,
    shallow,
)
from exactland.kernel.reader import number
from exactland.model.activations import NAMED, Activation
from exactland.model.numbers import ceil_significant, floor_significant, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, derivatives, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from exactland.search.newton import polish

MOST_PARAMETERS = 8
BITS = 160  # of the fixed-point intervals in Coq
# slack of enclosures: so many widths of the range, and 2^-POINT, both times the size of the values
NEAR, POINT = 8, 100
# the name in Coq, and its definition as an exported file writes it; None if it is Coq's own
ACTIVATIONS = {
    "sigmoid": ("sigmoid", "/ (1 + exp (- t))"),
    "tanh": ("tanh", "(exp t - exp (- t)) / (exp t + exp (- t))"),
    "softplus": ("softplus", "ln (1 + exp t)"),
    "swish": ("swish", "t * (/ (1 + exp (- t)))"),
    "mish": (
        "mish",
        (
            "t * ((exp (ln (1 + exp t)) - exp (- ln (1 + exp t))) / (exp (ln (1 + exp t)) + exp (-"
            " ln (1 + exp t))))"
        ),
    ),
    "sin": ("sin", None),
    "exp": ("exp", None),
    "arctan": ("atan", None),
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
Pair = tuple[int, int]


def export(said: Statement, step: Step, lower: Step | None, _: Step | None) -> list[str]:
    """The file for a strict minimum by rule 3.1, and what rule 3.2 adds."""
    said.check_size(MOST_PARAMETERS)
    layer = said.problem.network.hidden[0]
    name = next((name for name in ACTIVATIONS if NAMED[name] == layer.activation), None)
    if name is None:
        raise InputError(
            "claim.problem.network.hidden[0].activation",
            f"by rule 3.1 cannot be exported to Coq (known: {', '.join(ACTIVATIONS)})",
        )
    witness = None if lower is None else [number(v, "witness") for v in lower["witness"]]
    with precision(3 * BITS):
        proof = _proof(said, name, step, witness)
    return [*said.text(*ACTIVATIONS[name], IMPORTS), *proof]


def _proof(said: Statement, name: str, step: Step, witness: Vector | None) -> list[str]:
    problem, center, distance, gap = said.problem, said.center, said.distance, said.gap
    near = tuple(number(v, "center") for v in step["center"])
    at = [round_to_bits(v, POINT) for v in polish(problem, near, distance or None) or near]
    hint = [
        [round_to_bits(number(v, "preconditioner"), 40) for v in row]
        for row in step["preconditioner"]
    ]
    curvature = floor_significant(number(step["lambda"], "lambda") / 2)
    off = sum((a - b) ** 2 for a, b in zip(at, center))
    apart = Fraction(isqrt(int(off * 4**BITS)) + 1, 2**BITS)
    largest = curvature * (distance - apart) * Fraction(9, 10) if distance > apart else Fraction(0)
    slope = sum(
        (from_midpoint(abs(g).upper()) for g in enclose(problem, box(at, Fraction(0)), 1).gradient),
        Fraction(0),
    )
    # small, for a small box
    gamma = floor_significant(min(largest, max(16 * slope, largest / 2**10)))
    radius = min(
        ceil_significant(max(4 * gamma / curvature, Fraction(1, 2**48)), 2),
        number(step["radius"], "radius"),
    )
    layer = problem.network.hidden[0]
    s = (
        "Activations." + ACTIVATIONS[name][0]
        if ACTIVATIONS[name][1] is not None
        else ACTIVATIONS[name][0]
    )
    s1, s2 = (f"Activations.{ACTIVATIONS[name][0]}_{k}" for k in (1, 2))
    tables: dict[str, tuple[Vector, Fraction]] = {
        "center_table": (at, Fraction(0)),
        "box_table": (at, radius),
    }
    if witness is not None:
        tables["witness_table"] = (witness, Fraction(0))
    lines = [
        *shallow(problem),
        *(
            f"Definition {table} : table := {_table(problem, layer.activation, *place)}."
            for table, place in tables.items()
        ),
        (
            f"Definition the_evidence : evidence := {{| center := {rats(at)}; radius :="
            f" {rat(radius)}; lambda := {rat(curvature)};"
        ),
        (
            f"  gamma := {rat(gamma)}; hint := [{'; '.join(map(rats, hint))}]; at_center :="
            " center_table; in_box := box_table |}."
        ),
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
    for table in tables:
        lines += [
            f"Lemma {table}_valid : forall i j, valid {BITS} {s} {s1} {s2} (entry_at {table} i j).",
            f"Proof. apply table_valid; unfold {table}; rows; enclosed. Qed.",
        ]
    lines += [
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {s}) th.",
        "Proof. reflexivity. Qed.",
        f"Definition E_reads := reads_its_parameters problem {s} E E_is.",
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
    ]
    derived = " ".join(f"Activations.{ACTIVATIONS[name][0]}_d{k}" for k in (1, 2))
    theorem, more = "strict_minimum_within", ""
    if gap is not None and witness is not None:
        theorem, more = (
            "sub_optimal_strict_minimum",
            f"\n    {rats(witness)} witness_table {rat(gap)} witness_table_valid",
        )
    lines += [
        (
            f"  destruct ({theorem} {BITS} problem {s} {s1} {s2} the_evidence E {rats(center)}"
            f" {rat(distance)}"
        ),
        (
            f"    {derived} center_table_valid box_table_valid E_is{more}) as"
            f" {'[th [D S]]' if gap is None else '[th [D [S L]]]'};"
        ),
        "    [vm_compute; reflexivity|].",
        *conclusion(said, strict=True),
        "Qed.",
    ]
    return lines


def _unfolded(name: str) -> list[str]:
    """What `interval` must see through: derivatives by name."""
    own = ACTIVATIONS[name][0]
    needs = {
        "softplus": ["softplus", "sigmoid"],
        "swish": ["swish", "sigmoid"],
        "mish": ["mish", "tanh", "softplus", "sigmoid"],
    }
    names = needs.get(name, [own])
    found = [f"Activations.{n}{suffix}" for n in names for suffix in ("", "_1", "_2")]
    return [f for f in found if f not in ("Activations.sin", "Activations.exp", "Activations.atan")]


def _table(problem: Problem, s: Activation, theta: Vector, radius: Fraction) -> str:
    """For every sample and unit an interval around the pre-activation, and enclosures there, with
    slack.
    """
    layer, n = problem.network.hidden[0], problem.network.inputs
    rows = []
    for x in problem.x:
        cells = []
        for j in range(layer.units):
            z = sum(
                (theta[j * n + k] * x[k] for k in range(n)),
                theta[layer.units * n + j] if layer.bias else Fraction(0),
            )
            reach = radius * (sum(map(abs, x), Fraction(1))) + Fraction(1, 2 ** (BITS - 20))
            on = _outward(z - reach, z + reach)
            ball = to_arb(Fraction(sum(on), 2 ** (BITS + 1))) + arb(
                0, to_arb(Fraction(on[1] - on[0], 2 ** (BITS + 1)))
            )
            values = derivatives(s, ball, 2)
            most = 1 + max(from_midpoint(abs(v).upper()) for v in values)
            slack = (NEAR * Fraction(on[1] - on[0], 2**BITS) + Fraction(1, 2**POINT)) * most
            enclosures = "; ".join(
                f"e{k} := {_pair(_around(v, slack))}" for k, v in enumerate(values)
            )
            cells.append(f"{{| on := {_pair(on)}; {enclosures} |}}")
        rows.append(f"[{'; '.join(cells)}]")
    joined = ";\n  ".join(rows)
    return f"[{joined}]"


def _outward(low: Fraction, high: Fraction) -> Pair:
    return floor(low * 2**BITS), ceil(high * 2**BITS)


def _around(v: arb, slack: Fraction) -> Pair:
    return _outward(from_midpoint(v.lower()) - slack, from_midpoint(v.upper()) + slack)


def _pair(pair: Pair) -> str:
    return f"({pair[0]}, {pair[1]})%Z"

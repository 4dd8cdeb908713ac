"""A certificate as a Coq file: the statement written out from the claim, and a proof that `coqc` checks with the development of `proofs/formal/`.

For strict local minima by rule 3.1, sub-optimal by 3.2 or not: one hidden layer, half the squared error, a smooth activation that `ACTIVATIONS` names, at most
`MOST_PARAMETERS` parameters. The statement (data, loss, distance, gap) comes from the claim alone. What the proof uses (a center, a box, enclosures of the
activation) is calculated here, from the evidence and with Arb, and believed by nobody: Coq proves every enclosure with the `interval` tactic, and the rest by
calculation (`Certified.v`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any

from flint import arb

from exactland.activations import NAMED, Activation
from exactland.calculus import derivatives
from exactland.certificate import Certificate
from exactland.errors import InputError
from exactland.exact import ceil_significant, floor_significant, from_midpoint, round_to_bits, to_arb
from exactland.io.problem_file import problem_from_json
from exactland.kernel.reader import claim_digest, number
from exactland.precision import precision
from exactland.problem import Problem

MOST_PARAMETERS = 8
BITS = 160  # of the fixed-point intervals in Coq
NEAR, POINT = 8, 100  # slack of enclosures: so many widths of the range, and 2^-POINT, both times the size of the values
ACTIVATIONS = {  # the name in Coq, and its definition as an exported file writes it; None if it is Coq's own
    "sigmoid": ("sigmoid", "/ (1 + exp (- t))"),
    "tanh": ("tanh", "(exp t - exp (- t)) / (exp t + exp (- t))"),
    "softplus": ("softplus", "ln (1 + exp t)"),
    "swish": ("swish", "t * (/ (1 + exp (- t)))"),
    "mish": ("mish", "t * ((exp (ln (1 + exp t)) - exp (- ln (1 + exp t))) / (exp (ln (1 + exp t)) + exp (- ln (1 + exp t))))"),
    "sin": ("sin", None),
    "exp": ("exp", None),
    "arctan": ("atan", None),
}
Vector = Sequence[Fraction]
Pair = tuple[int, int]


def coq_text(certificate: Certificate) -> str:
    """The Coq file for a certificate the kernel has verified. Raises InputError for what cannot be exported, with the reason."""
    problem, said, steps = problem_from_json(certificate.claim["problem"]), certificate.claim["statement"], certificate.steps
    if said["kind"] not in ("strict-minimum", "sub-optimal-strict-minimum"):
        raise InputError("claim.statement.kind", f"{said['kind']} cannot be exported to Coq (strict-minimum and sub-optimal-strict-minimum can)")
    if [step["rule"] for step in steps] not in (["3.1"], ["3.1", "3.2"]):
        raise InputError("evidence.steps", "only a step by rule 3.1, and one by 3.2, can be exported to Coq")
    name = _name(problem)
    center = [number(v, "center") for v in said["center"]]
    distance = number(said["distance"], "distance")
    gap = number(said["gap"], "gap") if "gap" in said else None
    witness = [number(v, "witness") for v in steps[1]["witness"]] if gap is not None else None
    with precision(3 * BITS):
        proof = _proof(problem, name, steps[0], center, distance, gap, witness)
    return "\n".join([*_head(certificate, problem, name), *_claim(problem, name, center, distance, gap), *proof, ""])


def _name(problem: Problem) -> str:
    network = problem.network
    if len(network.hidden) != 1 or problem.loss != "half-squared-error":
        raise InputError("claim.problem", "only one hidden layer with half the squared error can be exported to Coq")
    if problem.parameters > MOST_PARAMETERS:
        raise InputError("claim.problem", f"{problem.parameters} parameters; at most {MOST_PARAMETERS} can be exported to Coq")
    found = next((name for name in ACTIVATIONS if NAMED[name] == network.hidden[0].activation), None)
    if found is None:
        raise InputError("claim.problem.network.hidden[0].activation", f"cannot be exported to Coq (known: {', '.join(ACTIVATIONS)})")
    return found


def _real(q: Fraction) -> str:
    """As `Jets.of_rat` makes it: an integer, or a quotient of two."""
    numerator = f"{q.numerator}" if q >= 0 else f"(- {-q.numerator})"
    return numerator if q.denominator == 1 else f"{numerator} / {q.denominator}"


def _rat(q: Fraction) -> str:
    return f"(({q.numerator})%Z, {q.denominator}%positive)"


def _rats(values: Vector) -> str:
    return f"[{'; '.join(map(_rat, values))}]"


def _head(certificate: Certificate, problem: Problem, name: str) -> list[str]:
    layer = problem.network.hidden[0]
    return [
        f"(* {layer.units} {name} unit{'s' if layer.units > 1 else ''}, {problem.samples} samples, {problem.parameters} parameters.",
        f"   Exported by exactland from the claim with SHA-256 {claim_digest(certificate.claim)}.",
        "   The statement is `claim`; what comes after it is proof, and need not be read. *)",
        "Require Import ZArith Reals List Bool.",
        "From Interval Require Import Tactic.",
        "From Interval.Float Require Import Specific_ops Specific_stdz.",
        "Module SFZ := SpecificFloat StdZRadix2.",
        "Module Import ITZ := IntervalTactic SFZ.",
        "From Exactland Require Import Sums Basins Norms StrictMinimum Intervals Jets Certified.",
        "From Exactland Require Activations.",
        "Import ListNotations.",
        "Open Scope R_scope.",
        "",
    ]


def _claim(problem: Problem, name: str, center: Vector, distance: Fraction, gap: Fraction | None) -> list[str]:
    network = problem.network
    layer, (coq, body) = network.hidden[0], ACTIVATIONS[name]
    n, m, q = network.inputs, layer.units, network.outputs
    hidden = m * (n + layer.bias)
    lines = ["(** The network: parameters th 0, th 1, ..., layer by layer, and E, half the sum of the squared errors. *)"]
    if body is not None:
        lines.append(f"Definition {coq} (t : R) : R := {body}.")
    inputs = [f"x{k}" for k in range(n)]
    units = []
    for j in range(m):
        z = [f"th {j * n + k}%nat * x{k}" for k in range(n)] + ([f"th {m * n + j}%nat"] if layer.bias else [])
        units.append(f"{coq} ({' + '.join(z)})")
    for c in range(q):
        f = [f"th {hidden + c * m + j}%nat * {units[j]}" for j in range(m)] + ([f"th {hidden + q * m + c}%nat"] if network.output_bias else [])
        lines.append(f"Definition f{c} (th : nat -> R) ({' '.join(inputs)} : R) : R :=\n  {' + '.join(f)}.")
    errors = []
    for x, y in zip(problem.x, problem.y):
        row = [f"(f{c} th {' '.join(f'({_real(v)})' for v in x)} - {_real(y[c])})²" for c in range(q)]
        errors.append(" + ".join(row) if q == 1 else f"({' + '.join(row)})")
    lines += ["Definition E (th : nat -> R) : R :=", "  (" + "\n   + ".join(errors) + ") / 2.", ""]
    count = problem.parameters
    square = " + ".join(f"(th {k}%nat - {_real(c)})²" for k, c in enumerate(center))
    lines += [
        "(** The square of the distance to the stated center, and strict local minima. *)",
        f"Definition distance2 (th : nat -> R) : R :=\n  {square}.",
        "Definition strict_local_minimum (th : nat -> R) : Prop := exists eps, 0 < eps /\\",
        f"  forall y, (forall k, (k < {count})%nat -> Rabs (th k - y k) < eps) -> (exists k, (k < {count})%nat /\\ th k <> y k) -> E th < E y.",
        "",
        "Definition claim : Prop := exists th,",
        f"  distance2 th <= ({_real(distance)}) ^ 2 /\\ strict_local_minimum th" + ("." if gap is None else f" /\\\n  exists u, E u <= E th - {_real(gap)}."),
        "",
    ]
    return lines


def _proof(
    problem: Problem, name: str, step: dict[str, Any], center: Vector, distance: Fraction, gap: Fraction | None, witness: Vector | None
) -> list[str]:
    at = [number(v, "center") for v in step["center"]]
    hint = [[round_to_bits(number(v, "preconditioner"), 40) for v in row] for row in step["preconditioner"]]
    curvature = floor_significant(number(step["lambda"], "lambda") / 2)
    off = sum((a - b) ** 2 for a, b in zip(at, center))
    apart = Fraction(isqrt(int(off * 4**BITS)) + 1, 2**BITS)
    gamma = floor_significant(curvature * (distance - apart) * Fraction(9, 10)) if distance > apart else Fraction(0)
    radius = min(ceil_significant(max(4 * gamma / curvature, Fraction(1, 2**34)), 2), number(step["radius"], "radius"))
    layer, network = problem.network.hidden[0], problem.network
    s = "Activations." + ACTIVATIONS[name][0] if ACTIVATIONS[name][1] is not None else ACTIVATIONS[name][0]
    s1, s2 = (f"Activations.{ACTIVATIONS[name][0]}_{k}" for k in (1, 2))
    flags = [str(flag).lower() for flag in (layer.bias, network.output_bias)]
    rows = [f"[{'; '.join(map(_rats, part))}]" for part in (problem.x, problem.y)]
    tables: dict[str, tuple[Vector, Fraction]] = {"center_table": (at, Fraction(0)), "box_table": (at, radius)}
    if witness is not None:
        tables["witness_table"] = (witness, Fraction(0))
    lines = [
        "(* The proof. *)",
        f"Definition problem : shallow := {{| inputs := {network.inputs}; units := {layer.units}; hidden_bias := {flags[0]}; outputs := {network.outputs};",
        f"  output_bias := {flags[1]}; xs := {rows[0]}; ys := {rows[1]} |}}.",
        *(f"Definition {table} : table := {_table(problem, layer.activation, *place)}." for table, place in tables.items()),
        f"Definition the_evidence : evidence := {{| center := {_rats(at)}; radius := {_rat(radius)}; lambda := {_rat(curvature)};",
        f"  gamma := {_rat(gamma)}; hint := [{'; '.join(map(_rats, hint))}]; at_center := center_table; in_box := box_table |}}.",
        "Ltac rows := repeat match goal with |- Forall _ (_ :: _) => apply Forall_cons | |- Forall _ [] => apply Forall_nil end.",
        f"Ltac enclosed := refine (valid_intro {BITS} _ _ _ _ {2**BITS}%Z _ _); [vm_compute; reflexivity|cbv [fst snd on e0 e1 e2]; intros z Hz;",
        f"  cbv delta [{' '.join(_unfolded(name))}]; cbv beta; split; [|split]; interval with (i_prec {POINT + 30})].",
    ]
    for table in tables:
        lines += [
            f"Lemma {table}_valid : forall i j, valid {BITS} {s} {s1} {s2} (entry_at {table} i j).",
            f"Proof. apply table_valid; unfold {table}; rows; enclosed. Qed.",
        ]
    lines += [
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {s}) th.", "Proof. reflexivity. Qed.", "",
        "Theorem claim_holds : claim.", "Proof.",
    ]  # fmt: skip
    derived = " ".join(f"Activations.{ACTIVATIONS[name][0]}_d{k}" for k in (1, 2))
    theorem, more = "strict_minimum_within", ""
    if gap is not None and witness is not None:
        theorem, more = "sub_optimal_strict_minimum", f"\n    {_rats(witness)} witness_table {_rat(gap)} witness_table_valid"
    lines += [
        f"  destruct ({theorem} {BITS} problem {s} {s1} {s2} the_evidence E {_rats(center)} {_rat(distance)}",
        f"    {derived} center_table_valid box_table_valid E_is{more}) as {'[th [D S]]' if gap is None else '[th [D [S L]]]'}.",
    ]
    lines += [
        "  - vm_compute. reflexivity.",
        "  - exists th. split; [|split]." if gap is not None else "  - exists th. split.",
        "    + eapply Rle_trans; [|exact D]. right. unfold distance2, n2, dot, sub, point, of_rat, size, hidden_size, Rsqr. simpl. ring.",
        "    + exact S.",
    ]
    if gap is not None:
        lines.append("    + eexists. exact L.")
    return [*lines, "Qed."]


def _unfolded(name: str) -> list[str]:
    """What `interval` must see through: derivatives by name."""
    own = ACTIVATIONS[name][0]
    needs = {"softplus": ["softplus", "sigmoid"], "swish": ["swish", "sigmoid"], "mish": ["mish", "tanh", "softplus", "sigmoid"]}
    names = needs.get(name, [own])
    found = [f"Activations.{n}{suffix}" for n in names for suffix in ("", "_1", "_2")]
    return [f for f in found if f not in ("Activations.sin", "Activations.exp", "Activations.atan")]


def _table(problem: Problem, s: Activation, theta: Vector, radius: Fraction) -> str:
    """For every sample and unit an interval around the pre-activation, and enclosures there, with slack."""
    layer, n = problem.network.hidden[0], problem.network.inputs
    rows = []
    for x in problem.x:
        cells = []
        for j in range(layer.units):
            z = sum((theta[j * n + k] * x[k] for k in range(n)), theta[layer.units * n + j] if layer.bias else Fraction(0))
            reach = radius * (sum(map(abs, x), Fraction(1))) + Fraction(1, 2 ** (BITS - 20))
            on = _outward(z - reach, z + reach)
            ball = to_arb(Fraction(sum(on), 2 ** (BITS + 1))) + arb(0, to_arb(Fraction(on[1] - on[0], 2 ** (BITS + 1))))
            values = derivatives(s, ball, 2)
            most = 1 + max(from_midpoint(abs(v).upper()) for v in values)
            slack = (NEAR * Fraction(on[1] - on[0], 2**BITS) + Fraction(1, 2**POINT)) * most
            enclosures = "; ".join(f"e{k} := {_pair(_around(v, slack))}" for k, v in enumerate(values))
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

"""The statement of an exported Coq file, from the claim alone: the network, its loss, the minimum,
the gap, with plain real numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.errors import InputError
from exactland.kernel.reader import claim_digest, number
from exactland.model.problem import Problem

Vector = Sequence[Fraction]
Step = dict[str, Any]
MOST_PRODUCTS = 10_000
UNNAMED = "activation"  # how an activation is called in Coq that has no name
STRICT, LOCAL, BASIN, NO_BASIN = "strict_local_minimum", "local_minimum", "basin", "in_no_basin"
NONE, NONE_BAD = "no_basin", "no_sub_optimal_basin"
KINDS = {  # what of the definitions below a kind is about
    "strict-minimum": STRICT,
    "sub-optimal-strict-minimum": STRICT,
    "local-minimum": LOCAL,
    "sub-optimal-local-minimum": LOCAL,
    "basin": BASIN,
    "bad-basin": BASIN,
    "local-minimum-in-no-basin": NO_BASIN,
    "sub-optimal-local-minimum-in-no-basin": NO_BASIN,
    "no-basin": NONE,
    "no-sub-optimal-basin": NONE_BAD,
}


@dataclass(frozen=True)
class Statement:
    """What is claimed of a network with one hidden layer and half the squared error."""

    problem: Problem
    digest: str
    about: str  # a value of KINDS
    center: tuple[Fraction, ...]
    distance: Fraction
    gap: Fraction | None

    @staticmethod
    def of(claim: Any, problem: Problem) -> Statement:
        said = claim["statement"]
        if said["kind"] not in KINDS:
            raise InputError(
                "claim.statement.kind",
                f"{said['kind']} cannot be exported to Coq (these can: {', '.join(KINDS)})",
            )
        if len(problem.network.hidden) != 1 or problem.loss != "half-squared-error":
            raise InputError(
                "claim.problem",
                "only one hidden layer with half the squared error can be exported to Coq",
            )
        center = tuple(number(v, "center") for v in said.get("center", ()))
        gap = number(said["gap"], "gap") if "gap" in said else None
        distance = number(said["distance"], "distance") if "distance" in said else Fraction(0)
        if (
            distance < 0
            or (gap is not None and gap <= 0)
            or ("center" in said and len(center) != problem.parameters)
        ):
            raise InputError(
                "claim.statement",
                "a negative distance, a gap that is not positive, or not as many numbers as"
                " parameters",
            )
        return Statement(problem, claim_digest(claim), KINDS[said["kind"]], center, distance, gap)

    def check_size(self, most: int) -> None:
        if self.problem.parameters > most:
            raise InputError(
                "claim.problem",
                f"{self.problem.parameters} parameters; at most {most} can be exported to Coq",
            )

    def check_work(self) -> None:
        """Coq unfolds the loss into all of its products."""
        network = self.problem.network
        products = (
            self.problem.samples * network.outputs * network.hidden[0].units * (network.inputs + 2)
        )
        if products > MOST_PRODUCTS:
            raise InputError(
                "claim.problem",
                f"a loss of {products} products; at most {MOST_PRODUCTS} can be exported to Coq",
            )

    def text(self, activation: str, body: str | None, imports: Sequence[str]) -> list[str]:
        """The file up to the proof.

        `activation` is the name in Coq, `body` its definition (None if Coq has one), `imports` the
        lines that make names known.
        """
        return [
            *_head(self, activation, imports),
            *_loss(self.problem, activation, body),
            *_claim(self),
        ]


def real(q: Fraction) -> str:
    """As `Jets.of_rat` makes it: an integer, or a quotient of two."""
    numerator = f"{q.numerator}" if q >= 0 else f"(- {-q.numerator})"
    return numerator if q.denominator == 1 else f"{numerator} / {q.denominator}"


def rat(q: Fraction) -> str:
    return f"(({q.numerator})%Z, {q.denominator}%positive)"


def rats(values: Vector) -> str:
    return f"[{'; '.join(map(rat, values))}]"


def shallow(problem: Problem) -> list[str]:
    """The problem as the development reads it."""
    network = problem.network
    flags = [str(flag).lower() for flag in (network.hidden[0].bias, network.output_bias)]
    rows = [f"[{'; '.join(map(rats, part))}]" for part in (problem.x, problem.y)]
    units = network.hidden[0].units
    return [
        "(* The proof. *)",
        (
            f"Definition problem : shallow := {{| inputs := {network.inputs}; units := {units};"
            f" hidden_bias := {flags[0]}; outputs := {network.outputs};"
        ),
        f"  output_bias := {flags[1]}; xs := {rows[0]}; ys := {rows[1]} |}}.",
    ]


def _head(said: Statement, activation: str, imports: Sequence[str]) -> list[str]:
    problem, units = said.problem, said.problem.network.hidden[0].units
    kind = "" if activation == UNNAMED else f" {activation}"
    return [
        (
            f"(* {units}{kind} unit{'s' if units > 1 else ''}, {problem.samples} samples,"
            f" {problem.parameters} parameters."
        ),
        f"   Exported by exactland from the claim with SHA-256 {said.digest}.",
        (
            "   The statement is `claim`; what comes after it is proof, and need not be read if"
            " another file sees that `claim_holds` proves this `claim`"
        ),
        '   (proofs/formal/README.md, "One certificate"). *)',
        *imports,
        "Import ListNotations.",
        "Open Scope R_scope.",
        "",
    ]


def _loss(problem: Problem, activation: str, body: str | None) -> list[str]:
    network = problem.network
    layer = network.hidden[0]
    n, m, q = network.inputs, layer.units, network.outputs
    hidden = m * (n + layer.bias)
    lines = [
        (
            "(** The network: parameters th 0, th 1, ..., layer by layer, and E, half the sum of"
            " the squared errors. *)"
        )
    ]
    if body is not None:
        lines.append(f"Definition {activation} (t : R) : R := {body}.")
    inputs = [f"x{k}" for k in range(n)]
    units = []
    for j in range(m):
        z = [f"th {j * n + k}%nat * x{k}" for k in range(n)] + (
            [f"th {m * n + j}%nat"] if layer.bias else []
        )
        units.append(f"{activation} ({' + '.join(z)})")
    for c in range(q):
        f = [f"th {hidden + c * m + j}%nat * {units[j]}" for j in range(m)] + (
            [f"th {hidden + q * m + c}%nat"] if network.output_bias else []
        )
        lines.append(
            f"Definition f{c} (th : nat -> R) ({' '.join(inputs)} : R) : R :=\n  {' + '.join(f)}."
        )
    errors = []
    for x, y in zip(problem.x, problem.y):
        row = [f"(f{c} th {' '.join(f'({real(v)})' for v in x)} - {real(y[c])})²" for c in range(q)]
        errors.append(" + ".join(row) if q == 1 else f"({' + '.join(row)})")
    return [
        *lines,
        "Definition E (th : nat -> R) : R :=",
        "  (" + "\n   + ".join(errors) + ") / 2.",
        "",
    ]


def _claim(said: Statement) -> list[str]:
    count, gap = said.problem.parameters, said.gap
    if said.about in (NONE, NONE_BAD):
        none = (
            f"~ Basins.basin {count} E S"
            if said.about == NONE
            else f"Basins.basin {count} E S -> ~ Basins.suboptimal E S"
        )
        return [
            f"(** {TITLES[said.about]}. *)",
            f"Definition claim : Prop := forall S, {none}.",
            "",
        ]
    near = (
        f"Prop := exists eps, 0 < eps /\\\n  forall y, (forall k, (k < {count})%nat -> Rabs (th k -"
        " y k) < eps) ->"
    )
    minima = {
        STRICT: (
            f"Definition strict_local_minimum (th : nat -> R) : {near} (exists k, (k < {count})%nat"
            " /\\ th k <> y k) -> E th < E y."
        ),
        LOCAL: f"Definition local_minimum (th : nat -> R) : {near} E th <= E y.",
    }
    lines = [
        f"(** {TITLES[said.about]}. *)",
        (
            "Definition distance2 (th : nat -> R) : R :=\n "
            f" {' + '.join(f'(th {k}%nat - {real(c)})²' for k, c in enumerate(said.center))}."
        ),
        *(
            [minima[LOCAL if said.about == NO_BASIN else said.about], ""]
            if said.about != BASIN
            else [""]
        ),
    ]
    close = f"distance2 th <= ({real(said.distance)}) ^ 2"
    if said.about == BASIN:
        lower = (
            "" if gap is None else f" /\\\n  exists u, forall th, S th -> E u <= E th - {real(gap)}"
        )
        return [
            *lines,
            (
                f"Definition claim : Prop := exists S, Basins.basin {count} E S /\\\n  (forall th,"
                f" S th -> {close}){lower}."
            ),
            "",
        ]
    lower = "" if gap is None else f" /\\\n  exists u, E u <= E th - {real(gap)}"
    minimum = (
        said.about
        if said.about != NO_BASIN
        else f"local_minimum th /\\ (forall S, Basins.basin {count} E S -> ~ S th)"
    )
    return [
        *lines,
        (
            f"Definition claim : Prop := exists th,\n  {close} /\\"
            f" {minimum if said.about == NO_BASIN else minimum + ' th'}{lower}."
        ),
        "",
    ]


TITLES = {
    STRICT: "The square of the distance to the stated center, and strict local minima",
    LOCAL: "The square of the distance to the stated center, and local minima",
    BASIN: "The square of the distance to the stated center; basins are defined in Basins.v",
    NO_BASIN: (
        "The square of the distance to the stated parameters, and local minima; basins are defined"
        " in Basins.v"
    ),
    NONE: "There is no basin; what that is, Basins.v defines",
    NONE_BAD: "No basin lies above another point as a whole; what that is, Basins.v defines",
}


def conclusion(said: Statement, *, strict: bool) -> list[str]:
    """The end of the proof of `claim`, from th and D: it is near; S: it is a strict local minimum,
    or M: a local one; B: in no basin; L: a point is lower.

    The lemma E_reads says that E reads the parameters there are and no others.
    """
    place = f"squares (fun k => th k - point {rats(said.center)} k) {said.problem.parameters - 1}"
    close = f"change ({place} <= of_rat {rat(said.distance)} ^ 2). rewrite squares_n2. exact D."
    lower = [] if said.gap is None else ["  - eexists. exact L."]
    if said.about == BASIN:
        lower = (
            []
            if said.gap is None
            else ["  - eexists. intros x Hx. rewrite <- (E_reads th x Hx). exact L."]
        )
        return [
            (
                f"  exists (Basins.point {said.problem.parameters} th). split;"
                f" [|{'' if said.gap is None else 'split'}]."
            ),
            "  - apply strict_min_basin; [exact E_reads|exact S].",
            (
                "  - intros x Hx. unfold distance2. rewrite <- !Hx by (repeat constructor). fold"
                f" (distance2 th). {close}"
            ),
            *lower,
        ]
    minimum = (
        "exact S"
        if said.about == STRICT
        else "exact (strict_min_local _ E th E_reads S)"
        if strict
        else "exact M"
    )
    parts = [close, minimum + ".", *(["exact B."] if said.about == NO_BASIN else [])]
    split = (
        "split; [|" * (len(parts) + len(lower) - 2) + "split" + "]" * (len(parts) + len(lower) - 2)
    )
    return [f"  exists th. {split}.", *(f"  - {part}" for part in parts), *lower]

"""The statement of an exported Coq file, from the claim alone: the network, its loss, the minimum,
the gap, with plain real numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import StatementKind
from exactland.errors import InputError
from exactland.exporters.coq.terms import real
from exactland.model.network import Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

MOST_PRODUCTS = 10_000
UNNAMED = "activation"  # how an activation is called in Coq that has no name


class About(StrEnum):
    """What a claim is about, of the notions defined in the file or in Basins.v."""

    STRICT_MINIMUM = "strict_local_minimum"
    LOCAL_MINIMUM = "local_minimum"
    BASIN = "basin"
    MINIMUM_IN_NO_BASIN = "in_no_basin"
    NO_BASIN = "no_basin"
    NO_BAD_BASIN = "no_sub_optimal_basin"
    NO_BAD_VALLEY = "no_bad_valley"


KINDS = {
    StatementKind.STRICT_MINIMUM: About.STRICT_MINIMUM,
    StatementKind.SUB_OPTIMAL_STRICT_MINIMUM: About.STRICT_MINIMUM,
    StatementKind.LOCAL_MINIMUM: About.LOCAL_MINIMUM,
    StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM: About.LOCAL_MINIMUM,
    StatementKind.BASIN: About.BASIN,
    StatementKind.BAD_BASIN: About.BASIN,
    StatementKind.LOCAL_MINIMUM_IN_NO_BASIN: About.MINIMUM_IN_NO_BASIN,
    StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN: About.MINIMUM_IN_NO_BASIN,
    StatementKind.NO_BASIN: About.NO_BASIN,
    StatementKind.NO_SUB_OPTIMAL_BASIN: About.NO_BAD_BASIN,
    StatementKind.NO_BAD_VALLEY: About.NO_BAD_VALLEY,
}
TITLES = {
    About.STRICT_MINIMUM: (
        "The square of the distance to the stated center, and strict local minima"
    ),
    About.LOCAL_MINIMUM: "The square of the distance to the stated center, and local minima",
    About.BASIN: (
        "The square of the distance to the stated center; basins are defined in Basins.v"
    ),
    About.MINIMUM_IN_NO_BASIN: (
        "The square of the distance to the stated parameters, and local minima; basins are defined"
        " in Basins.v"
    ),
    About.NO_BASIN: "There is no basin; what that is, Basins.v defines",
    About.NO_BAD_BASIN: (
        "No basin lies above another point as a whole; what that is, Basins.v defines"
    ),
    About.NO_BAD_VALLEY: (
        "From everywhere a path leads down to every level above that of any point, and rises by"
        " less than eta: NoBadValley.v defines it"
    ),
}


@dataclass(frozen=True)
class Stated:
    """What is claimed of a network.

    `digest`: of the claim, as its file spells it. `center`: P numbers, or none. `gap`: by how much
    some other point is lower, if that is claimed.
    """

    problem: Problem
    digest: str
    about: About
    center: Vector
    distance: Fraction
    gap: Fraction | None

    @staticmethod
    def of(certificate: Certificate, digest: str) -> Stated:
        """Raises InputError for a claim that cannot be exported, with the reason."""
        problem = certificate.problem
        statement = certificate.statement
        if statement.kind not in KINDS:
            raise InputError(
                "claim.statement.kind",
                f"{statement.kind} cannot be exported to Coq (these can: {', '.join(KINDS)})",
            )
        stated = Stated(
            problem=problem,
            digest=digest,
            about=KINDS[statement.kind],
            center=statement.center or (),
            distance=statement.distance or Fraction(0),
            gap=statement.gap,
        )
        is_complete = statement.center is None or len(stated.center) == problem.parameters
        if not is_complete or not stated.has_possible_numbers:
            raise InputError(
                "claim.statement",
                "a negative distance, a gap that is not positive, or not as many numbers as"
                " parameters",
            )
        return stated

    @property
    def has_possible_numbers(self) -> bool:
        """Whether its numbers have the signs they must have."""
        return self.distance >= 0 and (self.gap is None or self.gap > 0)

    @property
    def is_shallow(self) -> bool:
        """Whether there is one hidden layer, and the loss half the squared error."""
        problem = self.problem
        return len(problem.network.hidden) == 1 and problem.loss == "half-squared-error"

    def check_is_shallow(self) -> None:
        """Raises InputError for more than one hidden layer, and for other losses."""
        if not self.is_shallow:
            raise InputError(
                "claim.problem",
                "only one hidden layer with half the squared error can be exported to Coq (any"
                " loss by rules 4.2, 4.6, 4.7 and 4.8, any depth by the first three)",
            )

    def check_size(self, most: int) -> None:
        """Raises InputError for more parameters than that."""
        count = self.problem.parameters
        if count > most:
            raise InputError(
                "claim.problem", f"{count} parameters; at most {most} can be exported to Coq"
            )

    def check_work(self) -> None:
        """Coq unfolds the loss into all of its products. Raises InputError for too many."""
        products = self.problem.samples * _products(self.problem.network)
        if products > MOST_PRODUCTS:
            raise InputError(
                "claim.problem",
                f"a loss of {products} products; at most {MOST_PRODUCTS} can be exported to Coq",
            )

    def text(self, activation: str, body: str | None, imports: Sequence[str]) -> list[str]:
        """The file up to the proof, of a network with one hidden layer and half the squared error.

        `activation` is the name in Coq, `body` its definition (None if Coq has one), `imports` the
        lines that make names known.
        """
        units = self.problem.network.hidden[0].units
        kind = "" if activation == UNNAMED else f" {activation}"
        plural = "s" if units > 1 else ""
        return [
            *_head(self, f"{units}{kind} unit{plural}", imports),
            *_loss(self.problem, activation, body),
            *_claim(self),
        ]

    def text_of_any_depth(self, network: Sequence[str], imports: Sequence[str]) -> list[str]:
        """The file up to the proof. `network`: the definitions up to that of E."""
        widths = ", ".join(str(layer.units) for layer in self.problem.network.hidden)
        return [
            *_head(self, f"Hidden layers of {widths} units", imports),
            *network,
            "",
            *_claim(self),
        ]


def _products(network: Network) -> int:
    """In all outputs at one sample, written out without sharing."""
    fan_in = network.inputs + 2
    for layer in network.hidden:
        fan_in *= layer.units
    return network.outputs * fan_in


def _head(said: Stated, network: str, imports: Sequence[str]) -> list[str]:
    problem = said.problem
    return [
        f"(* {network}, {problem.samples} samples, {problem.parameters} parameters.",
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
    """Definitions of the activation, of every output, and of E."""
    lines = [
        (
            "(** The network: parameters th 0, th 1, ..., layer by layer, and E, half the sum of"
            " the squared errors. *)"
        )
    ]
    if body is not None:
        lines.append(f"Definition {activation} (t : R) : R := {body}.")
    arguments = " ".join(f"x{k}" for k in range(problem.network.inputs))
    for output, terms in enumerate(_outputs(problem, activation)):
        lines.append(
            f"Definition f{output} (th : nat -> R) ({arguments} : R) : R :=\n  {' + '.join(terms)}."
        )
    errors = [_squared_error(x, y) for x, y in zip(problem.x, problem.y)]
    return [
        *lines,
        "Definition E (th : nat -> R) : R :=",
        "  (" + "\n   + ".join(errors) + ") / 2.",
        "",
    ]


def _outputs(problem: Problem, activation: str) -> list[list[str]]:
    """For every output the terms it is a sum of, in the parameters th and the inputs x."""
    network = problem.network
    layer = network.hidden[0]
    units = _units(problem, activation)
    first = layer.units * (network.inputs + layer.bias)  # of the output weights
    biases = first + network.outputs * layer.units
    outputs = []
    for output in range(network.outputs):
        weights = first + output * layer.units
        terms = [f"th {weights + j}%nat * {unit}" for j, unit in enumerate(units)]
        if network.output_bias:
            terms.append(f"th {biases + output}%nat")
        outputs.append(terms)
    return outputs


def _units(problem: Problem, activation: str) -> list[str]:
    """The values of the hidden units."""
    inputs = problem.network.inputs
    layer = problem.network.hidden[0]
    units = []
    for j in range(layer.units):
        terms = [f"th {j * inputs + k}%nat * x{k}" for k in range(inputs)]
        if layer.bias:
            terms.append(f"th {layer.units * inputs + j}%nat")
        units.append(f"{activation} ({' + '.join(terms)})")
    return units


def _squared_error(x: Vector, y: Vector) -> str:
    """At one sample, summed over the outputs."""
    arguments = " ".join(f"({real(v)})" for v in x)
    row = [f"(f{output} th {arguments} - {real(v)})²" for output, v in enumerate(y)]
    return row[0] if len(row) == 1 else f"({' + '.join(row)})"


def _claim(said: Stated) -> list[str]:
    title = f"(** {TITLES[said.about]}. *)"
    if said.about in (About.NO_BASIN, About.NO_BAD_BASIN):
        return [title, _claim_of_no_basin(said), ""]
    if said.about is About.NO_BAD_VALLEY:
        claim = f"NoBadValley.no_bad_valley {said.problem.parameters} E"
        return [title, f"Definition claim : Prop := {claim}.", ""]
    distance = " + ".join(f"(th {k}%nat - {real(c)})²" for k, c in enumerate(said.center))
    lines = [title, f"Definition distance2 (th : nat -> R) : R :=\n  {distance}."]
    if said.about is About.BASIN:
        return [*lines, "", _claim_of_a_basin(said), ""]
    return [*lines, _definition_of_minima(said), "", _claim_of_a_minimum(said), ""]


def _claim_of_no_basin(said: Stated) -> str:
    basin = f"Basins.basin {said.problem.parameters} E S"
    if said.about is About.NO_BASIN:
        return f"Definition claim : Prop := forall S, ~ {basin}."
    return f"Definition claim : Prop := forall S, {basin} -> ~ Basins.suboptimal E S."


def _claim_of_a_basin(said: Stated) -> str:
    lower = ""
    if said.gap is not None:
        lower = f" /\\\n  exists u, forall th, S th -> E u <= E th - {real(said.gap)}"
    return (
        f"Definition claim : Prop := exists S, Basins.basin {said.problem.parameters} E S /\\\n"
        f"  (forall th, S th -> {_close(said)}){lower}."
    )


def _definition_of_minima(said: Stated) -> str:
    count = said.problem.parameters
    near = (
        f"Prop := exists eps, 0 < eps /\\\n  forall y, (forall k, (k < {count})%nat -> Rabs (th k -"
        " y k) < eps) ->"
    )
    if said.about is About.STRICT_MINIMUM:
        return (
            f"Definition strict_local_minimum (th : nat -> R) : {near} (exists k, (k < {count})%nat"
            " /\\ th k <> y k) -> E th < E y."
        )
    return f"Definition local_minimum (th : nat -> R) : {near} E th <= E y."


def _claim_of_a_minimum(said: Stated) -> str:
    minimum = f"{said.about} th"
    if said.about is About.MINIMUM_IN_NO_BASIN:
        basin = f"Basins.basin {said.problem.parameters} E S"
        minimum = f"local_minimum th /\\ (forall S, {basin} -> ~ S th)"
    lower = ""
    if said.gap is not None:
        lower = f" /\\\n  exists u, E u <= E th - {real(said.gap)}"
    return f"Definition claim : Prop := exists th,\n  {_close(said)} /\\ {minimum}{lower}."


def _close(said: Stated) -> str:
    return f"distance2 th <= ({real(said.distance)}) ^ 2"

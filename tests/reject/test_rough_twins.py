"""False twins of rims (3.3), unit potentials (3.4, 3.4b), homogeneous units (4.1h) and of the
statements they carry.

Every twin is an accepted certificate with one thing in it made false, or true and not proved; the
rule that must see it is named, and why it is false is said where the name does not say it. Points
that are no local minima are shown to be none by exact moves to lower ones (`LOWER`).
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from exactland.certificates.kinds import Claim
from exactland.engine.minima import certify_recorded
from exactland.engine.outcomes import Certified
from exactland.files.problem_file import problem_from_json
from exactland.kernel.arithmetic import ball as kernel_ball
from exactland.kernel.network import evaluation as kernel_evaluation
from exactland.kernel.rules import rim as kernel_rim
from exactland.model.activations import NAMED, Activation, PiecewiseLinear, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.floats import float_problem
from exactland.provers.minima import Asked, minimum_by
from exactland.provers.potentials import potential_evidence
from exactland.provers.question import Ball
from exactland.provers.rim import rim_evidence
from exactland.search.box_extents import losses
from tests.provers.test_points import column, exact_loss, vector
from tests.reject.twins import (
    PROBLEM,
    STATEMENT,
    STEP,
    Path,
    always,
    apply,
    check,
    first,
    plus,
    read,
    second,
    times,
    write,
)
from tests.wire import about, certificate, in_kernel, numbers, statement

F = Fraction
LITERATURE = pathlib.Path(__file__).resolve().parents[2] / "proofs" / "literature"
Edit = Callable[[Any], Any]
Edits = Sequence[tuple[Path, Edit]]
KIND: Path = (*STATEMENT, "kind")
DATA: Path = (*PROBLEM, "data")
Y: Path = (*DATA, "y")
CANCELLING = [
    "+",
    "x",
    *(
        part
        for u in (["+", "-1", "x"], ["+", "2", ["*", "-1", "x"]])
        for part in (["sqrt", u], ["*", "-1", ["sqrt", u]])
    ),
]
ACTIVATION: Path = (*PROBLEM, "network", "hidden", 0, "activation")
UNITS: Path = (*PROBLEM, "network", "hidden", 0, "units")

# Originals


def valley(*, zero: bool = True) -> Problem:
    """f = v s(w x) with s(z) = 1/2 + |z - 1| up to z = 4: at (1, 1) the first sample lies on the
    kink, E = 5/16, and E rises on both sides of it.

    E(3, -1/10) = 0, where the second sample is beyond the kink at 4.
    """
    s = (
        PiecewiseLinear((F(1), F(4)), (F(-1), F(1), F(-21, 2)), F(3, 2))
        if zero
        else PiecewiseLinear((F(1),), (F(-1), F(1)), F(3, 2))
    )
    return Problem(Network(1, (Layer(1, s, False),)), column("1 2"), column("-1/4 7/4"))


VALLEY = (vector("1 1"), vector("1/16 1/8"), vector("3 -1/10"))  # center, radii, witness


def basin_at_a_kink() -> bytes:
    center, radii, witness = VALLEY
    return basin(valley(), center, radii, Claim.BAD_BASIN, F(1, 4), witness)


def basin_across_softsign() -> bytes:
    """v softsign(w x + b) with a sample on the break, where there is no second derivative; fitted
    exactly. No rule but 3.3 sees the basin.
    """
    problem = Problem(
        Network(1, (Layer(1, NAMED["softsign"], True),)),
        column("-1 0 1 3"),
        column("-1/2 0 1/2 3/4"),
    )
    return basin(problem, vector("1 0 1"), vector("1/4 1/8 1/8"), Claim.BASIN, F(1))


def basin(
    problem: Problem,
    center: Vector,
    radii: Vector,
    claimed: Claim,
    distance: Fraction,
    witness: Vector | None = None,
) -> bytes:
    """What is claimed of a box by its rim, within a distance of its center."""
    evidence = rim_evidence(problem, center, radii)
    assert evidence is not None
    asked = Asked(problem, claimed, witness, Ball(center, distance), {})
    return _bytes(certify_recorded(problem, lambda _: minimum_by(asked, evidence), claimed))


def _bytes(outcome: Any) -> bytes:
    assert isinstance(outcome, Certified), outcome
    return outcome.certificate.to_bytes()


def from_literature(name: str) -> Callable[[], bytes]:
    """A published counterexample, as it is shipped."""
    return (LITERATURE / f"{name}.cert.json").read_bytes


def local(problem: Problem, point: Vector) -> bytes:
    """The plain statement local-minimum, at distance 0."""
    evidence = potential_evidence(problem, point)
    assert evidence is not None
    assert evidence.distance == 0
    return certificate(
        problem, statement("local-minimum", point, F(0)), [evidence.step], {}
    ).to_bytes()


def hinge() -> bytes:
    """One relu unit: samples 5, 4 active, 3 on the kink with residual 0, 1 and -1 off; residuals 0
    0 0 3 -3 (the published point).
    """
    shipped = json.loads(from_literature("swirszcz-one-unit")())
    return local(problem_from_json(shipped["claim"]["problem"]), vector("1 -3 1 0"))


def spurious() -> bytes:
    """Two units on the last piece of leaky-relu at all samples, one of them with an output weight:
    the best affine map, 1/3 (Yun, Sra and Jadbabaie's Theorem 1).
    """
    problem = Problem(
        Network(1, (Layer(2, NAMED["leaky-relu"], True),), 1, True),
        column("0 1 2"),
        column("0 1 0"),
    )
    return local(problem, vector("0 0 1 1 1 0 -2/3"))


def two_outputs() -> bytes:
    """A relu unit with w = 0, b = 1, active on x = -1, 0, 1; the residuals of both outputs, (1, -2,
    1), are orthogonal to 1 and x.
    """
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], True),), 2, True),
        column("-1 0 1"),
        (vector("0 0"), vector("3 3"), vector("0 0")),
    )
    return local(problem, vector("0 1 1 1 0 0"))


def square() -> bytes:
    """Three points, z^2 at z = 1 on all of them, outputs 1/3: the midpoint's target is 1, the
    others' 0. Exactly, without `fitted`.
    """
    return local(three_points(polynomial(vector("0 0 1"))), vector("0 0 1 1 -2/3"))


def three_points(s: Activation, targets: str = "0 0 1") -> Problem:
    data = (vector("1 0"), vector("0 1"), vector("1/2 1/2"))
    return Problem(Network(2, (Layer(1, s, True),), 1, True), data, column(targets))


def logistic() -> bytes:
    """Ends labelled -1, the middle twice 1, all outputs 0: slopes 1/2, 1/2, -1/2, -1/2."""
    data = (vector("1 0"), vector("0 1"), vector("1/2 1/2"), vector("1/2 1/2"))
    problem = Problem(
        Network(2, (Layer(1, polynomial(vector("0 0 1")), True),), 1, True),
        data,
        column("-1 -1 1 1"),
        "logistic",
    )
    return local(problem, vector("1 1 0 1 -1"))


def classes(loss: str) -> Callable[[], bytes]:
    """Each of two inputs twice, once with each label; a constant network that finds both equally
    likely.
    """
    outputs = 2 if loss == "softmax-cross-entropy" else 1
    labels = [vector("1 0"), vector("0 1")] if outputs == 2 else [vector("1"), vector("0")]
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], True),), outputs, True),
        column("-1 -1 1 1"),
        tuple(labels * 2),
        loss,
    )
    return lambda: local(problem, vector("0 1" + " 1" * outputs + " -1" * outputs))


def homogeneous() -> bytes:
    """The network of `valley` with a relu in place of its activation: no basin, wherever."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], False),)), column("1 2"), column("-1/4 7/4")
    )
    return certificate(
        problem, about("no-basin"), [{"rule": "4.1h", "center": numbers(vector("1 1"))}], {}
    ).to_bytes()


MADE: dict[str, Callable[[], bytes]] = {
    "valley": basin_at_a_kink,
    "softsign": basin_across_softsign,
    "hinge": hinge,
    "hinge, in no basin": from_literature("swirszcz-one-unit"),
    "spurious": spurious,
    "two outputs": two_outputs,
    "square": square,
    "elu": from_literature("yun-elu"),
    "sigmoid": from_literature("yun-sigmoid"),
    "cubic": from_literature("ding-2"),
    "logistic": logistic,
    "softmax": classes("softmax-cross-entropy"),
    "multinomial": classes("multinomial-logistic"),
    "homogeneous": homogeneous,
}


@pytest.fixture(scope="module")
def originals() -> dict[str, bytes]:
    return {name: make() for name, make in MADE.items()}


def twin(data: bytes, edits: Edits) -> bytes:
    for path, edit in edits:
        data = apply(data, path, edit)
    return data


# Edits of a cover with P = 2: tokens (0 or 1, share) cut, (3 or 4, place, place) are planes of
# order 1 or 2


def tokens(cover: Sequence[str]) -> list[list[str]]:
    found, at = [], 0
    while at < len(cover):
        size = 2 if int(cover[at]) < 2 else 3
        found.append(list(cover[at : at + size]))
        at += size
    return found


def joined(parts: Sequence[Sequence[str]]) -> list[str]:
    return [mark for part in parts for mark in part]


def in_cover(change: Callable[[list[list[str]]], list[list[str]]]) -> Edit:
    return lambda cover: joined(change(tokens(cover)))


def replaced(old: str, new: str, which: int = 0) -> Edit:
    """The which-th token that begins with a mark gets another mark."""

    def change(parts: list[list[str]]) -> list[list[str]]:
        at = [k for k, part in enumerate(parts) if part[0] == old][which]
        return [*parts[:at], [new, *parts[at][1:]], *parts[at + 1 :]]

    return in_cover(change)


COVER = first("cover")


def edit(path: Path, change: Edit) -> Edits:
    return [(path, change)]


def claim(kind: str, *fields: str) -> Edits:
    """The statement of another kind, with only these of its fields (and the center)."""
    return edit(
        STATEMENT,
        lambda old: {
            "kind": kind,
            "center": old["center"],
            **{name: old.get(name, "1/1000000") for name in fields},
        },
    )


def claim_at(kind: str, **fields: str) -> Edits:
    """A statement about (1, 1)."""
    return edit(STATEMENT, always({"kind": kind, "center": ["1", "1"], **fields}))


def expression(tree: Any) -> Edits:
    return edit(ACTIVATION, always({"expression": tree}))


def poly(*coefficients: str) -> Edits:
    return edit(ACTIVATION, always({"polynomial": list(coefficients)}))


def pieces(at: str, slopes: str, value: str) -> Edits:
    return edit(
        ACTIVATION,
        always(
            {
                "piecewise-linear": {
                    "breakpoints": at.split(),
                    "slopes": slopes.split(),
                    "value_at_0": value,
                }
            }
        ),
    )


def one_by_one(text: str) -> Any:
    return [[v] for v in text.split()]


MIDPOINT: Path = (*first("midpoints"), 0)
TWELVE = F(1, 10**12)

TWINS: list[tuple[str, str, Edits, str]] = [
    # 3.3, the cover
    ("the last part is missing", "valley", edit(COVER, in_cover(lambda p: p[:-1])), "3.3"),
    (
        "the first part is missing: planes of one face for the next",
        "valley",
        edit(COVER, in_cover(lambda p: p[1:])),
        "3.3",
    ),
    ("only the first face is covered", "valley", edit(COVER, in_cover(lambda p: p[:1])), "3.3"),
    ("a cut and no part", "valley", edit(COVER, always(["0", "500"])), "3.3"),
    ("a cut without a place", "valley", edit(COVER, always(["1"])), "3.3"),
    ("only cuts", "valley", edit(COVER, always(["0", "500"] * 50)), "3.3"),
    ("one more plane", "valley", edit(COVER, lambda old: [*old, "3", "500", "500"]), "3.3"),
    ("one more mark", "valley", edit(COVER, lambda old: [*old, "0"]), "3.3"),
    ("the cover twice", "valley", edit(COVER, lambda old: old * 2), "3.3"),
    ("a mark between cuts and planes", "valley", edit(COVER, replaced("3", "2")), "3.3"),
    ("a plane of order 3", "valley", edit(COVER, replaced("3", "5")), "3.3"),
    ("a mark far too large", "valley", edit(COVER, replaced("3", "1000000")), "3.3"),
    ("a plane of order 2 across a kink", "valley", edit(COVER, replaced("3", "4", -1)), "3.3"),
    (
        "every face by one plane, too coarse: not proved",
        "valley",
        edit(COVER, always(["3", "500", "500"] * 5)),
        "3.3",
    ),
    # 3.3, the box
    ("radius 0", "valley", edit((*first("radii"), 0), always("0")), "3.3"),
    ("radius 0 in the other coordinate", "valley", edit((*first("radii"), 1), always("0")), "3.3"),
    ("radius negative", "valley", edit((*first("radii"), 0), times(-1)), "3.3"),
    (
        "all radii negative: the same box",
        "valley",
        edit(first("radii"), always(["-1/16", "-1/8"])),
        "3.3",
    ),
    (
        "a box that reaches where the loss is 0",
        "valley",
        edit(first("radii"), always(["2", "11/10"])),
        "3.3",
    ),
    (
        "a larger box, its parts too coarse: not proved",
        "valley",
        edit((*first("radii"), 1), always("2")),
        "3.3",
    ),
    (
        "a center whose loss is that of the rim",
        "valley",
        edit((*first("center"), 0), always("17/16")),
        "3.3",
    ),
    (
        "a center off the kink, its box too",
        "valley",
        edit((*first("center"), 0), plus(F(1, 8))),
        "3.3",
    ),
    ("the center negated", "valley", edit((*first("center"), 1), always("-1")), "3.3"),
    # 3.3, the problem
    (
        "a target that moves the best weight out of the box",
        "valley",
        edit((*Y, 1, 0), always("3")),
        "3.3",
    ),
    (
        "the kink moved",
        "valley",
        edit((*ACTIVATION, "piecewise-linear", "breakpoints"), always(["1/2", "4"])),
        "3.3",
    ),
    (
        "no kink: one line",
        "valley",
        edit((*ACTIVATION, "piecewise-linear", "slopes"), always(["1", "1", "1"])),
        "3.3",
    ),
    ("a relu: no basin at all (4.1h)", "valley", edit(ACTIVATION, always("relu")), "3.3"),
    (
        "the sample on the kink is the only one",
        "valley",
        edit(DATA, always({"x": [["1"]], "y": [["-1/4"]]})),
        "3.3",
    ),
    (
        "an order-2 plane across the kink of selu",
        "softsign",
        edit(ACTIVATION, always("selu")),
        "3.3",
    ),
    ("a network that fits nothing", "softsign", edit((*Y, 3, 0), always("-3")), "3.3"),
    # 3.3 and 3.2, what is claimed
    (
        "gap above the proved one",
        "valley",
        edit((*STATEMENT, "gap"), times(F(1001, 1000))),
        "claim",
    ),
    ("gap zero", "valley", edit((*STATEMENT, "gap"), always("0")), "claim"),
    ("gap above the loss at the center", "valley", edit(second("gap"), always("1/3")), "3.2"),
    ("gap negative in the step", "valley", edit(second("gap"), times(-1)), "3.2"),
    ("the witness is the center", "valley", edit(second("witness"), always(["1", "1"])), "3.2"),
    (
        "the witness is in the box: lower than the center, not than the basin",
        "valley",
        [
            ((*first("center"), 1), always("257/256")),
            (second("witness"), always(["1", "1"])),
            (second("gap"), always("1/1000000")),
        ],
        "3.2",
    ),
    ("the witness is higher", "valley", edit(second("witness"), always(["3", "1"])), "3.2"),
    (
        "the distance is below the diagonal of the box",
        "valley",
        edit((*STATEMENT, "distance"), always("1/8")),
        "claim",
    ),
    (
        "the distance is that of one side",
        "softsign",
        edit((*STATEMENT, "distance"), always("1/4")),
        "claim",
    ),
    (
        "distance 0: a rim says nothing of its center",
        "softsign",
        edit((*STATEMENT, "distance"), always("0")),
        "claim",
    ),
    ("distance negative", "softsign", edit((*STATEMENT, "distance"), always("-1")), "claim"),
    ("the basin is elsewhere", "softsign", edit((*STATEMENT, "center", 0), plus(2)), "claim"),
    ("strict, from a rim", "softsign", claim("strict-minimum", "distance"), "claim"),
    (
        "strict and sub-optimal, from a rim",
        "valley",
        claim("sub-optimal-strict-minimum", "distance", "gap"),
        "claim",
    ),
    ("one more unit, from a rim", "valley", claim("one-more-unit", "distance", "gap"), "claim"),
    ("bad, without a witness", "softsign", claim("bad-basin", "distance", "gap"), "claim"),
    ("global, from a rim", "softsign", claim("global-minimum"), "claim"),
    ("no minimum, from a rim", "softsign", claim("no-local-minimum", "distance"), "claim"),
    ("in no basin, of the center of one", "softsign", claim("in-no-basin"), "claim"),
    (
        "a local minimum in no basin, from a rim",
        "softsign",
        claim("local-minimum-in-no-basin"),
        "claim",
    ),
    (
        "one more unit on a rim's box, by 4.5",
        "valley",
        edit(
            STEP,
            lambda old: [
                *old,
                {
                    "rule": "4.5",
                    "minimum": "1",
                    "weights": ["2"],
                    "inverse": [["1", "0"], ["0", "1"]],
                    "precision": "64",
                },
            ],
        ),
        "4.5",
    ),
    # 3.4
    (
        "a sample on the kink whose loss falls when its output rises",
        "hinge",
        edit(Y, always(one_by_one("2 1 1/10 -31/10 3"))),
        "3.4",
    ),
    (
        "a sample on the kink with residual 1/10^12",
        "hinge",
        edit(Y, always(one_by_one(f"2 1 {TWELVE} {-3 - TWELVE} 3"))),
        "3.4",
    ),
    ("the residuals do not sum to zero", "hinge", edit((*Y, 4, 0), always("4")), "3.4"),
    (
        "a potential that is not zero: active samples off",
        "hinge",
        edit(Y, always(one_by_one("3 1 0 -4 3"))),
        "3.4",
    ),
    (
        "a potential that is zero, its slope not",
        "hinge",
        edit(Y, always(one_by_one("3 -1 0 -3 4"))),
        "3.4",
    ),
    ("another slope: all samples count", "hinge", edit(ACTIVATION, always("leaky-relu")), "3.4"),
    ("the kink moved past a sample", "hinge", pieces("3/2", "0 1", "0"), "3.4"),
    (
        "the kink on an active sample with residual 1/10^12, its slope to the other side",
        "hinge",
        [
            *pieces("0 1", "0 1 2", "0"),
            (Y, always(one_by_one(f"{3 - TWELVE} {1 + TWELVE} 0 -3 3"))),
        ],
        "3.4",
    ),
    (
        "a kink under every sample, outputs and residuals as before",
        "spurious",
        pieces("1", "1 2", "0"),
        "3.4",
    ),
    ("another value at 0", "hinge", pieces("0", "0 1", "1/10"), "3.4"),
    (
        "a smooth activation: not piecewise linear",
        "hinge",
        edit(ACTIVATION, always("softplus")),
        "3.4",
    ),
    (
        "a smooth activation with affine pieces by chance",
        "spurious",
        edit(ACTIVATION, always("identity")),
        "3.4",
    ),
    ("softsign", "spurious", edit(ACTIVATION, always("softsign")), "3.4"),
    ("a weight moved", "hinge", edit((*first("center"), 0), plus(TWELVE)), "3.4"),
    ("an output bias moved", "hinge", edit((*first("center"), 3), plus(TWELVE)), "3.4"),
    ("an output weight moved", "spurious", edit((*first("center"), 4), plus(TWELVE)), "3.4"),
    (
        "an idle unit whose kink is among the samples",
        "spurious",
        edit((*first("center"), 1), always("-5")),
        "3.4",
    ),
    (
        "only what the output weights add up vanishes",
        "two outputs",
        edit(Y, always([["2", "0"], ["1", "1"], ["0", "2"]])),
        "3.4",
    ),
    (
        "the second output is off",
        "two outputs",
        edit(Y, always([["0", "-1"], ["3", "3"], ["0", "1"]])),
        "3.4",
    ),
    (
        "a second hidden layer",
        "hinge",
        [
            (
                (*PROBLEM, "network", "hidden"),
                lambda old: [*old, {"units": "1", "activation": "relu", "bias": False}],
            ),
            (first("center"), always(["1", "-3", "1", "1", "0"])),
            ((*STATEMENT, "center"), always(["1", "-3", "1", "1", "0"])),
        ],
        "3.4",
    ),
    (
        "no output bias, so other outputs",
        "spurious",
        [
            ((*PROBLEM, "network", "output_bias"), always(False)),
            (first("center"), lambda old: old[:-1]),
            ((*STATEMENT, "center"), lambda old: old[:-1]),
        ],
        "3.4",
    ),
    (
        "logistic slopes are not residuals",
        "hinge",
        [((*PROBLEM, "loss"), always("logistic")), (Y, always(one_by_one("1 -1 1 -1 1")))],
        "3.4",
    ),
    (
        "softmax with one label more on one side",
        "softmax",
        edit((*Y, 0), always(["0", "1"])),
        "3.4",
    ),
    (
        "softmax, labels apart",
        "softmax",
        edit(Y, always([["1", "0"], ["1", "0"], ["0", "1"], ["0", "1"]])),
        "3.4",
    ),
    ("softmax, other outputs", "softmax", edit((*first("center"), 4), plus(F(1, 2))), "3.4"),
    ("multinomial, labels apart", "multinomial", edit(Y, always(one_by_one("1 1 0 0"))), "3.4"),
    ("multinomial, off by 1/10^12", "multinomial", edit((*Y, 0, 0), plus(-TWELVE)), "3.4"),
    ("multinomial, another output", "multinomial", edit((*first("center"), 3), plus(1)), "3.4"),
    ("strict, from 3.4", "hinge", claim("strict-minimum", "distance"), "claim"),
    ("a basin, from 3.4", "hinge", claim("basin", "distance"), "claim"),
    ("a bad basin, from 3.4", "hinge, in no basin", claim("bad-basin", "distance", "gap"), "claim"),
    (
        "sub-optimal and strict, from 3.4",
        "hinge, in no basin",
        claim("sub-optimal-strict-minimum", "distance", "gap"),
        "claim",
    ),
    (
        "sub-optimal, without a witness",
        "hinge",
        claim("sub-optimal-local-minimum", "distance", "gap"),
        "claim",
    ),
    ("global, from 3.4", "hinge", claim("global-minimum"), "claim"),
    (
        "one more unit, from 3.4",
        "hinge, in no basin",
        claim("one-more-unit", "distance", "gap"),
        "claim",
    ),
    (
        "one more unit at a point, by 4.5",
        "hinge",
        edit(
            STEP,
            lambda old: [
                *old,
                {
                    "rule": "4.5",
                    "minimum": "0",
                    "weights": ["1", "1"],
                    "inverse": [["1"]],
                    "precision": "64",
                },
            ],
        ),
        "4.5",
    ),
    (
        "another center in the statement",
        "hinge",
        edit((*STATEMENT, "center", 0), plus(TWELVE)),
        "claim",
    ),
    # 3.4b, midpoints
    ("an end off by 1/10^12", "elu", edit((*DATA, "x", 0, 0), plus(TWELVE)), "3.4b"),
    ("the middle off by 1/10^12", "elu", edit((*DATA, "x", 2, 1), plus(-TWELVE)), "3.4b"),
    (
        "the middle off by 1/10^12, exactly",
        "square",
        edit((*DATA, "x", 2, 1), plus(TWELVE)),
        "3.4b",
    ),
    ("a negative weight", "elu", edit(MIDPOINT, lambda old: {**old, "weight": "-1/3"}), "3.4b"),
    (
        "weights that add up, one of them negative",
        "elu",
        edit(
            first("midpoints"),
            lambda old: [{**old[0], "weight": "1/2"}, {**old[0], "weight": "-1/6"}],
        ),
        "3.4b",
    ),
    ("an end that is no sample", "elu", edit((*MIDPOINT, "ends"), always(["0", "3"])), "3.4b"),
    ("a middle that is no sample", "square", edit((*MIDPOINT, "middle"), always("999999")), "3.4b"),
    (
        "end and middle exchanged",
        "elu",
        edit(MIDPOINT, lambda old: {**old, "ends": ["0", "2"], "middle": "1"}),
        "3.4b",
    ),
    (
        "three times the same sample",
        "elu",
        edit(MIDPOINT, lambda old: {**old, "ends": ["2", "2"]}),
        "3.4b",
    ),
    ("a weight that does not add up", "elu", edit((*MIDPOINT, "weight"), always("1/4")), "3.4b"),
    ("a weight off by 1/10^12", "square", edit((*MIDPOINT, "weight"), plus(TWELVE)), "3.4b"),
    ("no midpoints", "elu", edit(first("midpoints"), always([])), "3.4b"),
    ("a midpoint twice", "square", edit(first("midpoints"), lambda old: old * 2), "3.4b"),
    (
        "targets the other way: maxima of phi",
        "square",
        edit(Y, always(one_by_one("16/3 16/3 -29/3"))),
        "3.4b",
    ),
    (
        "at the inflection point of the sigmoid",
        "sigmoid",
        edit(first("center"), lambda old: [*["0"] * 6, *old[6:]]),
        "3.4b",
    ),
    (
        "beyond the inflection point of the sigmoid",
        "sigmoid",
        edit(first("center"), lambda old: [*["1"] * 4, "0", "0", *old[6:]]),
        "3.4b",
    ),
    (
        "one unit at the inflection point",
        "sigmoid",
        edit(first("center"), lambda old: [*old[:2], "0", "0", *old[4:]]),
        "3.4b",
    ),
    (
        "at the inflection of a cubic",
        "square",
        [*poly("0", "0", "0", "1"), (first("center"), always(["0", "0", "0", "1", "1/3"]))],
        "3.4b",
    ),
    (
        "across the inflection of a cubic, s(-1) + s(1) = 2 s(0)",
        "square",
        [
            *poly("0", "0", "0", "1"),
            (first("center"), always(["1", "-1", "0", "1", "0"])),
            (Y, always(one_by_one("2/3 -4/3 2/3"))),
        ],
        "3.4b",
    ),
    (
        "on the break of elu",
        "elu",
        edit(first("center"), lambda old: [*["0"] * 6, *old[6:]]),
        "3.4b",
    ),
    (
        "where elu is affine: no bend, not proved by this",
        "elu",
        edit(first("center"), lambda old: [*["1"] * 4, "0", "0", *old[6:]]),
        "3.4b",
    ),
    ("an affine activation: not proved by this", "square", poly("0", "1"), "3.4b"),
    (
        "a concave activation",
        "square",
        [
            *poly("0", "0", "-1"),
            (first("center"), always(["0", "0", "1", "1", "4/3"])),
            (Y, always(one_by_one("-14/3 -14/3 31/3"))),
            ((*MIDPOINT, "weight"), always("5")),
        ],
        "3.4b",
    ),
    ("an output weight of the wrong sign", "elu", edit((*first("center"), 6), times(-1)), "3.4b"),
    (
        "both output weights of the wrong sign",
        "elu",
        edit(first("center"), lambda old: [*old[:6], "-1/2", "-1/2", *old[8:]]),
        "3.4b",
    ),
    ("an output weight 0", "elu", edit((*first("center"), 7), always("0")), "3.4b"),
    (
        "no output weight at all",
        "square",
        edit(first("center"), always(["0", "0", "1", "0", "1/3"])),
        "3.4b",
    ),
    (
        "a unit that is not constant on the samples",
        "square",
        edit((*first("center"), 0), plus(TWELVE)),
        "3.4b",
    ),
    (
        "two outputs, the midpoints of one of them",
        "square",
        [
            ((*PROBLEM, "network", "outputs"), always("2")),
            (Y, always([["0", "2/3"], ["0", "2/3"], ["1", "-1/3"]])),
            (first("center"), always(["0", "0", "1", "1", "1", "-2/3", "-2/3"])),
            ((*STATEMENT, "center"), always(["0", "0", "1", "1", "1", "-2/3", "-2/3"])),
        ],
        "3.4b",
    ),
    (
        "a second hidden layer, by 3.4b",
        "square",
        [
            (
                (*PROBLEM, "network", "hidden"),
                lambda old: [*old, {"units": "1", "activation": "identity", "bias": False}],
            ),
            (first("center"), always(["0", "0", "1", "1", "1", "-2/3"])),
            ((*STATEMENT, "center"), always(["0", "0", "1", "1", "1", "-2/3"])),
        ],
        "3.4b",
    ),
    ("a logistic label turned", "logistic", edit((*Y, 3, 0), always("-1")), "3.4b"),
    ("all logistic labels turned", "logistic", edit(Y, always(one_by_one("1 1 -1 -1"))), "3.4b"),
    (
        "logistic outputs that are not 0",
        "logistic",
        edit((*first("center"), 4), plus(F(1, 10))),
        "3.4b",
    ),
    # 3.4b, reasons
    (
        "flat, and not piecewise linear",
        "elu",
        edit(first("units"), always(["flat", "flat"])),
        "3.4b",
    ),
    (
        "flat, with value and slope zero, and not piecewise linear",
        "cubic",
        edit(first("units"), always(["flat", "flat"])),
        "3.4b",
    ),
    ("one unit flat", "cubic", edit((*first("units"), 1), always("flat")), "3.4b"),
    ("a reason too few", "cubic", edit(first("units"), always(["definite"])), "3.4b"),
    ("a reason too many", "cubic", edit(first("units"), always(["definite"] * 3)), "3.4b"),
    (
        "midpoints named, none given",
        "cubic",
        edit(first("units"), always(["definite", "midpoints"])),
        "3.4b",
    ),
    (
        "definite, without exact second derivatives",
        "elu",
        edit(first("units"), always(["definite", "definite"])),
        "3.4b",
    ),
    (
        "definite, for midpoints: the Hessian is singular, not proved",
        "square",
        edit(first("units"), always(["definite"])),
        "3.4b",
    ),
    (
        "definite, with a slope",
        "square",
        [
            *poly("0", "0", "0", "1"),
            (first("center"), always(["1", "-1", "0", "1", "0"])),
            (Y, always(one_by_one("2/3 -4/3 2/3"))),
            (first("units"), always(["definite"])),
        ],
        "3.4b",
    ),
    # 3.4b, definite
    (
        "output weights of both signs: one Hessian is negative",
        "cubic",
        edit(first("center"), always(["1/2", "1/2", "3/4", "-1/4"])),
        "3.4b",
    ),
    (
        "a unit without output weight",
        "cubic",
        edit(first("center"), always(["1/2", "1/2", "1/2", "0"])),
        "3.4b",
    ),
    ("a unit at another place", "cubic", edit((*first("center"), 0), plus(TWELVE)), "3.4b"),
    ("a target off", "cubic", edit((*Y, 2, 0), plus(TWELVE)), "3.4b"),
    (
        "the third derivative does not count: z^3 at 0",
        "cubic",
        [*poly("0", "0", "0", "1"), (first("center"), always(["0", "0", "1", "1"]))],
        "3.4b",
    ),
    (
        "the fourth derivative does not count: z^4 at 0, not proved",
        "cubic",
        [
            *poly("0", "0", "0", "0", "1"),
            (first("center"), always(["0", "0", "1", "1"])),
            (Y, always(one_by_one("-1 -1 -1"))),
        ],
        "3.4b",
    ),
    (
        "z^2 at 0 with falling potential",
        "cubic",
        [
            *poly("0", "0", "1"),
            (first("center"), always(["0", "0", "1", "1"])),
            (Y, always(one_by_one("1 1 1"))),
        ],
        "3.4b",
    ),
    (
        "semi-definite: two equal inputs, not proved",
        "cubic",
        [
            (DATA, lambda old: {"x": [row * 2 for row in old["x"]], "y": old["y"]}),
            ((*PROBLEM, "network", "inputs"), always("2")),
            (first("center"), always(["1/4", "1/4", "1/4", "1/4", "1/4", "1/4"])),
            (
                STATEMENT,
                always(
                    {
                        "kind": "local-minimum",
                        "center": ["1/4", "1/4", "1/4", "1/4", "1/4", "1/4"],
                        "distance": "0",
                    }
                ),
            ),
            (STEP, lambda old: old[:1]),
        ],
        "3.4b",
    ),
    (
        "indefinite: z^2 at 0 with targets of both signs on two axes",
        "cubic",
        [
            (DATA, always({"x": [["1", "0"], ["0", "1"]], "y": [["1"], ["-1"]]})),
            ((*PROBLEM, "network", "inputs"), always("2")),
            *poly("0", "0", "1"),
            (first("center"), always(["0", "0", "0", "0", "1", "1"])),
            (
                STATEMENT,
                always(
                    {
                        "kind": "local-minimum",
                        "center": ["0", "0", "0", "0", "1", "1"],
                        "distance": "0",
                    }
                ),
            ),
            (STEP, lambda old: old[:1]),
        ],
        "3.4b",
    ),
    # 3.4b, fitted
    ("fitted, without an output bias", "cubic", edit(first("fitted"), always(True)), "3.4b"),
    (
        "not fitted, and the output bias is not the best",
        "elu",
        edit(first("fitted"), always(False)),
        "3.4b",
    ),
    (
        "fitted, with another loss",
        "elu",
        edit((*PROBLEM, "loss"), always("multinomial-logistic")),
        "3.4b",
    ),
    ("fitted, logistic", "logistic", edit(first("fitted"), always(True)), "3.4b"),
    ("fitted, at distance 0", "elu", edit((*STATEMENT, "distance"), always("0")), "claim"),
    ("fitted, too near", "sigmoid", edit((*STATEMENT, "distance"), always(f"1/{10**40}")), "claim"),
    (
        "fitted, the center of the statement elsewhere",
        "sigmoid",
        edit((*STATEMENT, "center", 8), plus(F(1, 100))),
        "claim",
    ),
    (
        "fitted, in no basin",
        "elu",
        [
            (
                STATEMENT,
                lambda old: {
                    "kind": "sub-optimal-local-minimum-in-no-basin",
                    "center": [
                        str(read(v)) for v in ["-1"] * 4 + ["0", "0", "1/2", "1/2", "7909/8192"]
                    ],
                    "gap": old["gap"],
                },
            )
        ],
        "claim",
    ),
    (
        "fitted and far off, at distance 1/10",
        "elu",
        [((*first("center"), 8), plus(1)), ((*STATEMENT, "distance"), always("1/10"))],
        "claim",
    ),
    ("strict, from 3.4b", "square", claim("strict-minimum", "distance"), "claim"),
    ("a basin, from definite potentials", "cubic", claim("basin", "distance"), "claim"),
    ("a bad basin, from 3.4b", "elu", claim("bad-basin", "distance", "gap"), "claim"),
    ("the gap of 3.4b overstated", "elu", edit(second("gap"), always("1/3")), "3.2"),
    # 4.1h: basins exist with these activations (`valley` is one), or nothing is shown of them
    ("a kink off zero: `valley` itself", "homogeneous", pieces("1 4", "-1 1 -21/2", "3/2"), "4.1h"),
    ("a kink off zero by 1/10^12", "homogeneous", pieces(str(TWELVE), "0 1", "0"), "4.1h"),
    (
        "x, but defined on [1, 2] only",
        "homogeneous",
        edit(ACTIVATION, always({"expression": CANCELLING})),
        "4.1h",
    ),
    ("a second kink", "homogeneous", pieces("0 1", "0 1 0", "0"), "4.1h"),
    ("not zero at zero", "homogeneous", pieces("0", "0 1", "1"), "4.1h"),
    ("not zero at zero by 1/10^12", "homogeneous", pieces("0", "0 1", str(TWELVE)), "4.1h"),
    ("hard-tanh", "homogeneous", edit(ACTIVATION, always("hard-tanh")), "4.1h"),
    ("x + x^2", "homogeneous", poly("0", "1", "1"), "4.1h"),
    ("x + x^3: odd", "homogeneous", poly("0", "1", "0", "1"), "4.1h"),
    ("x^2 + 1", "homogeneous", poly("1", "0", "1"), "4.1h"),
    ("x^2 + 1/10^12", "homogeneous", poly(str(TWELVE), "0", "1"), "4.1h"),
    ("a constant", "homogeneous", poly("1"), "4.1h"),
    ("zero: not shown by this", "homogeneous", poly("0"), "4.1h"),
    ("a constant in pieces", "homogeneous", pieces("0", "0 0", "1"), "4.1h"),
    ("1/x: of negative degree", "homogeneous", expression(["/", "1", "x"]), "4.1h"),
    ("x/x: of degree 0", "homogeneous", expression(["/", "x", "x"]), "4.1h"),
    ("x^0", "homogeneous", expression(["^", "x", "0"]), "4.1h"),
    ("sqrt(x^2 + 1)", "homogeneous", expression(["sqrt", ["+", "1", ["^", "x", "2"]]]), "4.1h"),
    ("x log x: |.| is not enough", "homogeneous", expression(["*", "x", ["log", "x"]]), "4.1h"),
    *(
        (name, "homogeneous", edit(ACTIVATION, always(name)), "4.1h")
        for name in (
            "elu",
            "selu",
            "softsign",
            "softplus",
            "swish",
            "gelu",
            "mish",
            "sigmoid",
            "tanh",
            "sin",
            "exp",
        )
    ),
    (
        "every activation but the homogeneous one",
        "homogeneous",
        [
            (
                (*PROBLEM, "network", "hidden"),
                lambda old: [{**old[0], "activation": s} for s in ("elu", "sin")],
            ),
            (first("center"), always(["1"] * 3)),
        ],
        "4.1h",
    ),
    ("no minimum, from 4.1h", "homogeneous", claim_at("no-local-minimum", distance="0"), "claim"),
    ("a global minimum, from 4.1h", "homogeneous", claim_at("global-minimum"), "claim"),
    (
        "in no basin, another point",
        "homogeneous",
        edit(STATEMENT, always({"kind": "in-no-basin", "center": ["1", "2"]})),
        "claim",
    ),
    # in no basin
    (
        "without a step that says so",
        "hinge, in no basin",
        edit(STEP, lambda old: [old[0], old[2]]),
        "claim",
    ),
    (
        "without a step that says so, not sub-optimal",
        "hinge",
        claim("local-minimum-in-no-basin"),
        "claim",
    ),
    (
        "with a step about another point",
        "hinge, in no basin",
        edit((*second("center"), 3), plus(TWELVE)),
        "claim",
    ),
    (
        "with a line through another point",
        "cubic",
        [
            ((*second("center"), 0), always("3/2")),
            ((*second("center"), 1), always("3/2")),
            ((*second("witness"), 0), always("3/2")),
            ((*second("witness"), 1), always("3/2")),
        ],
        "claim",
    ),
    ("with a line that is none", "cubic", edit((*second("witness"), 2), plus(1)), "4.1"),
    (
        "with a gap above the proved one",
        "hinge, in no basin",
        edit((*STATEMENT, "gap"), times(F(1001, 1000))),
        "claim",
    ),
    (
        "with a gap above the proved one, of a cubic",
        "cubic",
        edit((*STATEMENT, "gap"), times(F(1001, 1000))),
        "claim",
    ),
    (
        "about another point",
        "hinge, in no basin",
        edit((*STATEMENT, "center", 2), plus(TWELVE)),
        "claim",
    ),
    (
        "said last, of a point: the last step is no minimum",
        "hinge, in no basin",
        edit(STEP, lambda old: [old[0], {**old[2]}, old[1]]),
        "claim",
    ),
    (
        "the local minimum is missing",
        "hinge, in no basin",
        edit(STEP, lambda old: [old[1]]),
        "claim",
    ),
    (
        "sub-optimal by a witness that is the point",
        "hinge, in no basin",
        edit((*STEP, 2, "witness"), always(["1", "-3", "1", "0"])),
        "3.2",
    ),
    (
        "the witness of a step that proved something else",
        "hinge, in no basin",
        edit((*STEP, 2, "minimum"), always("1")),
        "order",
    ),
]


@pytest.mark.parametrize(
    ("name", "original", "edits", "rule"), TWINS, ids=[f"{t[1]}: {t[0]}" for t in TWINS]
)
def test_a_false_twin_is_rejected_by_the_named_rule(
    name: str, original: str, edits: Edits, rule: str, originals: dict[str, bytes]
) -> None:
    data = originals[original]
    assert check(data).status == "verified"
    false = twin(data, edits)
    assert false != data
    verdict = check(false)
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict
    assert verdict.fact is None


def test_there_are_enough_of_them() -> None:
    assert len({(t[0], t[1]) for t in TWINS}) == len(TWINS) >= 150


# Twins that are false because a lower point lies as near as one likes


LOWER = [
    ("hinge", "a sample on the kink whose loss falls when its output rises"),
    ("hinge", "the residuals do not sum to zero"),
    ("hinge", "a potential that is not zero: active samples off"),
    ("hinge", "a potential that is zero, its slope not"),
    ("spurious", "a kink under every sample, outputs and residuals as before"),
    ("two outputs", "only what the output weights add up vanishes"),
    ("two outputs", "the second output is off"),
    ("softmax", "softmax with one label more on one side"),
    ("softmax", "softmax, labels apart"),
    ("multinomial", "multinomial, labels apart"),
    ("multinomial", "multinomial, another output"),
    ("square", "targets the other way: maxima of phi"),
    ("square", "at the inflection of a cubic"),
    ("square", "across the inflection of a cubic, s(-1) + s(1) = 2 s(0)"),
    ("square", "a concave activation"),
    ("square", "no output weight at all"),
    ("logistic", "a logistic label turned"),
    ("logistic", "all logistic labels turned"),
    ("cubic", "output weights of both signs: one Hessian is negative"),
    ("cubic", "a unit without output weight"),
    ("cubic", "the third derivative does not count: z^3 at 0"),
    ("cubic", "z^2 at 0 with falling potential"),
    ("cubic", "indefinite: z^2 at 0 with targets of both signs on two axes"),
]


def loss_at(problem: Problem, theta: Vector) -> tuple[Fraction, Fraction]:
    ball = kernel_evaluation.differentiate(
        in_kernel(problem), kernel_ball.box(list(theta), 128), 0
    ).value
    return ball.lower(), ball.upper()


@pytest.mark.parametrize(("original", "name"), LOWER)
def test_a_lower_point_is_near(original: str, name: str, originals: dict[str, bytes]) -> None:
    """Within 1/20 of every coordinate, found by descent from random points in that box, and lower
    for certain.
    """
    value = json.loads(
        twin(originals[original], next(t[2] for t in TWINS if t[:2] == (name, original)))
    )
    problem = problem_from_json(value["claim"]["problem"])
    center = tuple(read(v) for v in value["evidence"]["steps"][0]["center"])
    middle, reach = np.array([float(c) for c in center]), 1 / 20
    generator, floats, here = (
        np.random.default_rng(0),
        float_problem(problem),
        loss_at(problem, center)[0],
    )
    for _ in range(40):
        start = middle + reach * generator.uniform(-1, 1, len(middle))
        found = minimize(
            lambda t: float(losses(floats, t[None])[0]),
            start,
            method="L-BFGS-B",
            bounds=[(m - reach, m + reach) for m in middle],
        )
        if loss_at(problem, tuple(map(F, found.x.tolist())))[1] < here:
            return
    raise AssertionError("no lower point found: the twin may be true")


def test_false_boxes_have_a_point_of_their_rim_that_is_not_above_the_center(
    originals: dict[str, bytes],
) -> None:
    names = (
        "a box that reaches where the loss is 0",
        "a center off the kink, its box too",
        "a target that moves the best weight out of the box",
        "the kink moved",
        "no kink: one line",
        "a relu: no basin at all (4.1h)",
        "the sample on the kink is the only one",
    )
    for name in names:
        value = json.loads(
            twin(originals["valley"], next(t[2] for t in TWINS if t[:2] == (name, "valley")))
        )
        problem, step = problem_from_json(value["claim"]["problem"]), value["evidence"]["steps"][0]
        center, radii = ([read(v) for v in step[key]] for key in ("center", "radii"))
        shares = product([F(k, 32) for k in range(-32, 33)], repeat=2)
        points = (
            (center[0] + radii[0] * s, center[1] + radii[1] * t)
            for s, t in shares
            if 1 in (abs(s), abs(t))
        )
        assert min(exact_loss(problem, point) for point in points) <= exact_loss(
            problem, tuple(center)
        ), name


# Rims: what equality, cuts and touching points may and may not do


def rim_step(center: str, radii: str, cover: Sequence[str], precision: int = 64) -> dict[str, Any]:
    return {
        "rule": "3.3",
        "center": numbers(vector(center)),
        "radii": numbers(vector(radii)),
        "cover": list(cover),
        "precision": str(precision),
    }


def rim_verdict(
    problem: Problem, center: str, radii: str, cover: Sequence[str]
) -> tuple[str, str | None]:
    verdict = check(
        certificate(
            problem, statement("basin", vector(center), F(9)), [rim_step(center, radii, cover)], {}
        ).to_bytes()
    )
    return verdict.status, verdict.rule


def test_a_bound_on_the_rim_that_equals_the_loss_at_the_center_is_not_above_it() -> None:
    """f = v hard-tanh(w), y = 1, at (3, 1): E = (v - 1)^2 / 2 there, so E = 0 also at (2, 1) and
    (4, 1): no basin. The planes' bounds are exactly 0.
    """
    problem = Problem(Network(1, (Layer(1, NAMED["hard-tanh"], False),)), column("1"), column("1"))
    side, whole = ["3", "500", "500"], ["3", "500", "500"]
    for ends in ([F(2), F(2)], [F(4), F(4)]):
        assert (
            kernel_rim.plane_bound(
                in_kernel(problem),
                [ends[0], F(1, 2)],
                [ends[1], F(3, 2)],
                kernel_rim.Plane(1, [500, 500]),
                64,
            )
            == 0
        )
    verdict = check(
        certificate(
            problem,
            statement("basin", vector("3 1"), F(9)),
            [rim_step("3 1", "1 1/2", side * 4 + whole)],
            {},
        ).to_bytes()
    )
    assert (verdict.status, verdict.rule) == ("rejected", "3.3")
    assert "coordinate 0" in verdict.says


def test_a_rim_above_by_less_than_the_precision_is_not_seen() -> None:
    """E = 2^-41 on a face, 0 at the center, and 32 bits; with 64 bits it is seen."""
    problem = Problem(Network(1, (Layer(1, NAMED["identity"], True),)), column("0"), column("0"))
    assert exact_loss(problem, (F(0), F(1, 2**20), F(1))) == F(1, 2**41), (
        "with w, v free this is no basin: only the bound is tried"
    )
    for bits, above in ((32, False), (64, True)):
        corner = [F(0), F(1, 2**20), F(1)]
        low = kernel_rim.plane_bound(
            in_kernel(problem),
            corner,
            corner,
            kernel_rim.Plane(1, [0, 0, 0]),
            bits,
        )
        assert (low > 0) is above


BEYOND = ["0", "1", "999", "1000", "1001", "2000", "1000000"]


@pytest.mark.parametrize("place", BEYOND)
def test_a_cut_anywhere_is_sound(place: str, originals: dict[str, bytes]) -> None:
    """A cut at k thousandths makes the parts [start, cut] and [cut, end]: beyond the end the first
    of them has the whole side, so the box stays covered.

    True rims stay true with such cuts (where the parts are still fine enough), and no cut makes a
    false one true.
    """
    data = originals["softsign"]
    step = json.loads(data)["evidence"]["steps"][0]
    inside = apply(
        data,
        COVER,
        lambda old: [*old[:-4], "0", place, "4", "500", "500", "500", "4", "500", "500", "500"],
    )
    assert (check(inside).status, old_tail(step)) == ("verified", "plane")
    false = valley(zero=False)
    for axis, order, touch in product("01", "34", ("0", "500", "1000")):
        planes = [order, touch, touch]
        for face in range(5):
            cover = [
                mark
                for k in range(5)
                for mark in ([axis, place, *planes, *planes] if k == face else planes)
            ]
            assert rim_verdict(false, "9/8 1", "1/16 1/8", cover) == ("rejected", "3.3"), (
                "the basin is around (1, 1)"
            )


def old_tail(step: dict[str, Any]) -> str:
    return "plane" if int(step["cover"][-4]) > len(step["center"]) else "cut"


def test_a_true_rim_stays_true_with_parts_that_reach_beyond_it(originals: dict[str, bytes]) -> None:
    """Before every face a cut beyond its end along its own coordinate (where it has no length): the
    face, and the face once more.
    """
    step = json.loads(originals["softsign"])["evidence"]["steps"][0]
    faces, at = [], 0
    for _ in range(6):
        end = _end_of_part(step["cover"], at, 3)
        faces.append(step["cover"][at:end])
        at = end
    cover = [
        mark for k, face in enumerate(faces) for mark in (str(k // 2), "5000", *face, *face)
    ] + step["cover"][at:]
    assert check(apply(originals["softsign"], COVER, always(cover))).status == "verified"


def _end_of_part(cover: Sequence[str], at: int, count: int) -> int:
    mark = int(cover[at])
    return (
        at + 1 + count
        if mark > count
        else _end_of_part(cover, _end_of_part(cover, at + 2, count), count)
    )


def test_a_touching_point_left_out_is_the_lower_end(originals: dict[str, bytes]) -> None:
    """Only the last plane can lose places; the bound of another touching point is a bound as well,
    and here no higher.
    """
    data = originals["softsign"]
    whole = check(data).fact
    for gone in (1, 2, 3):
        verdict = check(apply(data, COVER, lambda old, n=gone: old[:-n]))
        assert verdict.status == "verified"
        assert verdict.fact.low <= whole.high  # type: ignore[union-attr]
    gone_too_far = check(apply(data, COVER, lambda old: old[:-4]))
    assert (gone_too_far.status, gone_too_far.rule) == ("rejected", "3.3")


@pytest.mark.parametrize("radii", ["2 11/10", "2 2", "3 3/2", "3 2"])
def test_no_cover_makes_a_false_box_true(radii: str) -> None:
    """The same grid of planes, finer and finer, for a box with the loss of the center or less on
    its rim.
    """
    w, v = vector(radii)
    assert min(
        exact_loss(valley(), (1 + w, 1 + v * F(k, 40))) for k in range(-40, 41)
    ) < exact_loss(valley(), vector("1 1"))
    for depth in range(4):
        for order in "34":
            part = ["500", "500"]
            tree = [order, *part]
            for level in range(depth):
                tree = [str(level % 2), "500", *tree, *tree]
            assert rim_verdict(valley(), "1 1", radii, tree * 5) == ("rejected", "3.3")


# True twins


TRUE: list[tuple[str, str, Edits]] = [
    ("a smaller gap", "valley", edit((*STATEMENT, "gap"), times(F(1, 2)))),
    (
        "a smaller gap in step and statement",
        "valley",
        [(second("gap"), times(F(1, 3))), ((*STATEMENT, "gap"), times(F(1, 3)))],
    ),
    ("a larger distance", "valley", edit((*STATEMENT, "distance"), times(10))),
    (
        "the center of the statement moved, the distance too",
        "valley",
        [((*STATEMENT, "center", 0), plus(1)), ((*STATEMENT, "distance"), plus(1))],
    ),
    ("smaller radii with the same cover", "valley", edit(first("radii"), always(["1/20", "1/9"]))),
    (
        "smaller radii for softsign",
        "softsign",
        edit(first("radii"), lambda old: [times(F(15, 16))(r) for r in old]),
    ),
    ("more precision", "valley", edit(first("precision"), always("256"))),
    ("less precision", "valley", edit(first("precision"), always("40"))),
    (
        "another witness",
        "valley",
        [
            (second("witness"), always(["3", "-1/9"])),
            *((path, times(F(1, 2))) for path in (second("gap"), (*STATEMENT, "gap"))),
        ],
    ),
    ("a basin, from a bad one", "valley", claim("basin", "distance")),
    ("a local minimum, from a rim", "softsign", claim("local-minimum", "distance")),
    (
        "not global, from a bad basin",
        "valley",
        claim("sub-optimal-local-minimum", "distance", "gap"),
    ),
    (
        "without the second step",
        "valley",
        [*claim("basin", "distance"), (STEP, lambda old: old[:1])],
    ),
    (
        "the kink at 4 moved away from the box",
        "valley",
        [
            *edit((*ACTIVATION, "piecewise-linear", "breakpoints"), always(["1", "7/2"])),
            *claim("basin", "distance"),
            (STEP, lambda old: old[:1]),
        ],
    ),
    (
        "a plane instead of two halves",
        "softsign",
        edit(COVER, lambda old: [*old[:-4], "0", "500", *old[-4:], *old[-4:]]),
    ),
    ("a target of a sample off", "hinge", edit(Y, always(one_by_one("2 1 0 -5 5")))),
    ("a kink next to all samples", "spurious", pieces(f"{1 - TWELVE}", "1 1/2", str(TWELVE / 2))),
    ("a breakpoint without a kink under all samples", "spurious", pieces("1", "1 1", "0")),
    (
        "a kink where only residuals 0 are",
        "hinge",
        [*pieces("0 1 2", "0 1 2 3", "0"), (Y, always(one_by_one("3 1 0 -3 3")))],
    ),
    (
        "no output bias, its value in the targets",
        "spurious",
        [
            ((*PROBLEM, "network", "output_bias"), always(False)),
            (Y, lambda old: [[write(read(row[0]) - SPURIOUS_BIAS)] for row in old]),
            (first("center"), lambda old: old[:-1]),
            ((*STATEMENT, "center"), lambda old: old[:-1]),
        ],
    ),
    ("a larger distance", "hinge", edit((*STATEMENT, "distance"), always("1"))),
    (
        "only flat reasons, by 3.4b",
        "hinge",
        edit(
            (*STEP, 0),
            lambda old: {
                **old,
                "rule": "3.4b",
                "units": ["flat"],
                "midpoints": [],
                "fitted": False,
                "precision": "64",
            },
        ),
    ),
    (
        "fitted and flat",
        "spurious",
        [
            (first("center"), lambda old: old),
            (
                (*STEP, 0),
                lambda old: {
                    **old,
                    "rule": "3.4b",
                    "units": ["flat", "flat"],
                    "midpoints": [],
                    "fitted": True,
                    "precision": "128",
                },
            ),
            ((*STATEMENT, "distance"), always("1/1000")),
        ],
    ),
    (
        "fitted, from further off",
        "elu",
        [((*first("center"), 8), plus(1)), ((*STATEMENT, "distance"), always("21/10"))],
    ),
    ("a larger distance, fitted", "sigmoid", edit((*STATEMENT, "distance"), times(1000))),
    ("a smaller gap, fitted", "elu", edit((*STATEMENT, "gap"), times(F(1, 2)))),
    ("not sub-optimal, as far as is said", "elu", claim("local-minimum", "distance")),
    (
        "the midpoint in two parts",
        "square",
        edit(
            first("midpoints"),
            lambda old: [{**old[0], "weight": "1/12"}, {**old[0], "weight": "1/4"}],
        ),
    ),
    (
        "a midpoint that is no part",
        "elu",
        edit(
            first("midpoints"),
            lambda old: [*old, {"ends": ["0", "0"], "middle": "0", "weight": "5"}],
        ),
    ),
    ("the ends exchanged", "square", edit((*MIDPOINT, "ends"), lambda old: old[::-1])),
    (
        "another convex place of elu",
        "elu",
        [
            (first("center"), lambda old: [*["-2"] * 4, "0", "0", *old[6:]]),
            ((*STATEMENT, "distance"), always("3")),
        ],
    ),
    (
        "weights shared out otherwise",
        "cubic",
        [
            *edit(first("center"), always(["1/2", "1/2", "1/8", "3/8"])),
            (STEP, lambda old: [old[0], old[2]]),
            (
                STATEMENT,
                always(
                    {
                        "kind": "local-minimum",
                        "center": ["1/2", "1/2", "1/8", "3/8"],
                        "distance": "0",
                    }
                ),
            ),
        ],
    ),
    ("in no basin, without a gap", "cubic", claim("local-minimum-in-no-basin")),
    (
        "in no basin, without a gap, of a hinge",
        "hinge, in no basin",
        claim("local-minimum-in-no-basin"),
    ),
    (
        "in no basin, with a smaller gap",
        "hinge, in no basin",
        edit((*STATEMENT, "gap"), times(F(1, 2))),
    ),
    (
        "steps in another order",
        "hinge, in no basin",
        edit(STEP, lambda old: [old[1], old[0], {**old[2], "minimum": "1"}]),
    ),
    (
        "not global, and no more",
        "hinge, in no basin",
        edit(STATEMENT, lambda old: {**old, "kind": "sub-optimal-local-minimum", "distance": "0"}),
    ),
    ("leaky", "homogeneous", edit(ACTIVATION, always("leaky-relu"))),
    ("the absolute value", "homogeneous", pieces("0", "-1 1", "0")),
    ("the square", "homogeneous", poly("0", "0", "1")),
    ("the cube", "homogeneous", poly("0", "0", "0", "2")),
    ("the identity", "homogeneous", edit(ACTIVATION, always("identity"))),
    ("a breakpoint without a kink off zero", "homogeneous", pieces("0 1", "0 1 1", "0")),
    ("no bad basin", "homogeneous", edit(KIND, always("no-sub-optimal-basin"))),
    ("in no basin", "homogeneous", claim_at("in-no-basin")),
    ("in no bad basin", "homogeneous", claim_at("in-no-sub-optimal-basin")),
    (
        "another layer with any activation",
        "homogeneous",
        [
            ((*PROBLEM, "network", "hidden"), lambda old: [{**old[0], "activation": "elu"}, *old]),
            (first("center"), always(["1", "1", "1"])),
        ],
    ),
    (
        "biases, and more units",
        "homogeneous",
        [
            (UNITS, always("2")),
            ((*PROBLEM, "network", "hidden", 0, "bias"), always(True)),
            (first("center"), always(["1", "0", "0", "0", "0", "1"])),
        ],
    ),
]
SPURIOUS_BIAS = F(-2, 3)


@pytest.mark.parametrize(("name", "original", "edits"), TRUE, ids=[f"{t[1]}: {t[0]}" for t in TRUE])
def test_a_true_twin_is_accepted(
    name: str, original: str, edits: Edits, originals: dict[str, bytes]
) -> None:
    verdict = check(twin(originals[original], edits))
    assert verdict.status == "verified", verdict

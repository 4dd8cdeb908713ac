"""Built-in bad basins, certified by their rim (rule 3.3): on kinks, segments, curves, where second
derivatives do not help. Boxes were found once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exactland.engine.assemble import assemble
from exactland.engine.outcomes import Certified, Inconclusive
from exactland.gallery.cases import column, core, vector
from exactland.model.activations import Activation, PiecewiseLinear, named
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers.rim import rim


@dataclass(frozen=True)
class Rimmed:
    """A problem with the center and the radii of a box, and a better point."""

    name: str
    about: str
    problem: Problem
    center: Vector
    radii: Vector
    better: Vector

    def make(self) -> Certified | Inconclusive:
        """The certificate of a bad basin in the box."""
        evidence = rim(self.problem, self.center, self.radii)
        if evidence is None:
            return Inconclusive(
                "the loss is not shown to be higher on the rim of the box", "another box"
            )
        said = assemble(
            self.problem, evidence, self.better, "bad-basin", None, {"recipe": self.about}
        )
        return said if isinstance(said, Certified) else Inconclusive(said, "another box")


def _pieces(breakpoints: str, slopes: str, value_at_0: str) -> PiecewiseLinear:
    return PiecewiseLinear(vector(breakpoints), vector(slopes), vector(value_at_0)[0])


def _one_layer(
    activation: Activation, units: int, x: str, y: str, loss: str = "half-squared-error"
) -> Problem:
    return Problem(Network(1, (Layer(units, activation, False),)), column(x), column(y), loss)


def rims() -> Iterator[Rimmed]:
    """All of them, in the order of their table."""
    hard_tanh, plateau, stairs = (
        named("hard-tanh"),
        _pieces("1 2 4", "1 0 1 -2", "0"),
        _pieces("1 2 4", "0 1 0 1", "1"),
    )
    for name, about, problem, center, radii, better in (
        (
            "kink",
            "hard-tanh, the minimum exactly on a kink",
            _one_layer(hard_tanh, 1, "1 3 4", "5/2 -5/2 1"),
            "1/3 -6/19",
            "167/2048 65/256",
            "1.0632 0.3333",
        ),
        (
            "two-kinks",
            "hard-tanh, two units, each on a kink of its own",
            _one_layer(hard_tanh, 2, "2 3 5 7 8", "-1/2 -5/2 -1 -3 -2"),
            "1/3 1/7 -209/180 -119/108",
            "495/134217728 171/67108864 341/65536 413/65536",
            "0.372084 -5.8423 -6.35185 -4.22685",
        ),
        (
            "segment",
            "a plateau between kinks: the basin is a segment",
            _one_layer(plateau, 1, "1 9/8", "1 1/2"),
            "25/18 3/4",
            "1/2 1/8",
            "22/5 5/11",
        ),
        (
            "curve",
            "a ramp between kinks: the basin is an arc of v w = const",
            _one_layer(stairs, 1, "1 3/2", "1/2 1"),
            "7/6 48/91",
            "1/2 1/8",
            "4 1/4",
        ),
        (
            "logistic",
            "hard-tanh, logistic loss, the minimum on a kink or near it",
            _one_layer(hard_tanh, 1, "1 3 -2 4", "1 1 1 -1", "logistic"),
            "1/2 -0.31",
            "79/4096 19/256",
            "1/50 -27/4",
        ),
    ):
        yield Rimmed(f"rim-{name}", about, problem, vector(center), vector(radii), vector(better))
    yield _softsign()
    yield _sine()


def _softsign() -> Rimmed:
    """The double zero of the core set, and a sample at 0, where softsign has no second
    derivative.
    """
    case = next(case for case in core() if case.name == "softsign-a-1")
    problem = Problem(
        case.problem.network, (*case.problem.x, vector("0")), (*case.problem.y, vector("1"))
    )
    about = "softsign with a sample at 0, its breakpoint"
    assert case.witness is not None
    return Rimmed("rim-softsign", about, problem, case.start, vector("57/512 23/256"), case.witness)


def _sine() -> Rimmed:
    """A smooth minimum with eight parameters."""
    case = next(case for case in core() if case.name == "sine-5-4")
    radii = vector("131/4096 123/4096 245/8192 63/2048 359/8192 83/2048 345/8192 167/4096")
    assert case.witness is not None
    return Rimmed(
        "rim-sine-5-4",
        "sin, smooth, eight parameters",
        case.problem,
        case.start,
        radii,
        case.witness,
    )

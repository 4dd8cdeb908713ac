"""The built-in cases of the wide side: one more unit for bad basins of the core set, points, the
wide theorem, paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactland.certificates.certificate import Certificate
from exactland.engine.outcomes import Certified, Inconclusive
from exactland.gallery.cases import rows, vector
from exactland.model.activations import named, polynomial
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.provers.one_more_unit import one_more_unit
from exactland.provers.paths import escape
from exactland.provers.rank import decide
from exactland.provers.wide_theorem import wide_theorem

PAIRS = (
    *(f"sine-{n}-{n - 1}" for n in range(2, 9)),
    *("sigmoid-2-1", "sigmoid-3-2", "sigmoid-4-3", "sine-output-bias-3-1"),
    *("sigmoid-g-7-6", "swish-g-6-5", "gelu-g-6-5", "mish-g-6-5"),
)


@dataclass(frozen=True)
class WideCase:
    """One row: what it is about, and how its certificate is made from those of the narrow side (by
    name).
    """

    name: str
    about: str
    make: Callable[[dict[str, Certificate]], Certified | Inconclusive]


def core() -> Iterator[WideCase]:
    """The core set of the wide side, in the order of its table."""
    for name in PAIRS:
        yield WideCase(
            f"one-more-{name}",
            f"one more unit for {name}",
            lambda narrow, name=name: one_more_unit(narrow[name]),  # type: ignore[misc]
        )
    for name, (about, problem, kind) in _problems().items():
        yield WideCase(name, about, _maker(problem, kind))


def _maker(
    problem: Problem, kind: str
) -> Callable[[dict[str, Certificate]], Certified | Inconclusive]:
    word, _, argument = kind.partition(" ")
    makers: dict[str, Callable[[], Certified | Inconclusive]] = {
        "theorem": lambda: wide_theorem(problem, argument),
        "point": lambda: decide(problem, problem.point or ()),
        "escape": lambda: escape(problem, below=Fraction(argument) if argument else None),
        "eta": lambda: escape(problem, eta=Fraction(argument)),
    }
    return lambda _: makers[word]()


def _problem(
    layers: str,
    x: str,
    y: str,
    point: str | None = None,
    output_bias: bool = False,
    loss: str = "half-squared-error",
) -> Problem:
    """`layers`: activation, units and `bias` for each, between commas; x and y: rows between
    semicolons; the point by its numbers, or one for all.
    """
    made = []
    for text in layers.split(","):
        activation, units, *bias = text.split()
        s = (
            polynomial(tuple(map(Fraction, activation[1:-1].split("|"))))
            if activation.startswith("[")
            else named(activation)
        )
        made.append(Layer(int(units), s, bool(bias)))
    inputs, targets = rows(x), rows(y)
    network = Network(len(inputs[0]), tuple(made), len(targets[0]), output_bias)
    values = vector(point) if point else None
    theta = values * network.parameters if values and len(values) == 1 else values
    return Problem(network, inputs, targets, loss, theta)


def _problems() -> dict[str, tuple[str, Problem, str]]:
    # the best constant, which no rational weights of two units can share out
    critical = ("-1; 0; 1", "3/2; -3/2; 3/2", "0 0 0 1 -1 2 1/2 1/2 0")
    line, bumps = "-1; 0; 1; 2", "1; 0; 2; -1"
    plane, labels = "0 0; 0 1; 1 0; 1 1; 2 1", "-1; 1; 1; -1; 1"
    return {
        "theorem-relu-3-5": (
            "relu 3+5, N = 5: no sub-optimal basin",
            _problem("relu 3 bias, relu 5", plane, "1; 0; 2; 0; 1"),
            "theorem no-sub-optimal-basin",
        ),
        "theorem-any-loss": (
            "mish 4 and output bias, logistic",
            _problem("mish 4", plane, labels, None, True, "logistic"),
            "theorem no-sub-optimal-basin",
        ),
        "theorem-no-basin": (
            "tanh 6, N = 5: no basin at all",
            _problem("tanh 6 bias", plane, "1; 0; 2; 0; 1"),
            "theorem no-basin",
        ),
        "point-equal-units": (
            "two equal sigmoid units",
            _problem("sigmoid 2 bias", line, bumps, "1 1 -1/2 -1/2 2 3"),
            "point",
        ),
        "point-opposite-units": (
            "two opposite tanh units in layer 2",
            _problem("tanh 2, tanh 2", line, bumps, "1 2 1 -1 -1 1 1 3"),
            "point",
        ),
        "point-dead-relu": (
            "a dead relu unit",
            _problem("relu 2 bias", line, bumps, "1 -1 0 -3 1 1"),
            "point",
        ),
        "point-idle-gelu": (
            "a gelu unit without outgoing weight",
            _problem("gelu 2", line, bumps, "1 2 1 0"),
            "point",
        ),
        "point-more-units": (
            "four swish units, three samples",
            _problem("swish 4", "1; 2; 3", "1; 0; 1", "1 2 -1 1/2 1 1 1 1"),
            "point",
        ),
        "point-constant-units": (
            "two constant sigmoid units",
            _problem("sigmoid 2 bias", line, bumps, "0 0 1 2 1 1"),
            "point",
        ),
        "point-full-rank": (
            "sin, N = 4, features of full rank",
            _problem("sin 4", "1/2; 1; 3/2; 2", bumps, "1 2 3 4 1 1 1 1"),
            "point",
        ),
        "point-better-outputs": (
            "softsign, a better last layer",
            _problem("softsign 1 bias", line, bumps, "1 0 1"),
            "point",
        ),
        "escape-zero-relu": (
            "relu, from 0, to the best fit",
            _problem("relu 4 bias", line, bumps),
            "escape",
        ),
        "escape-zero-tanh": (
            "tanh, from 0, to zero loss",
            _problem("tanh 4 bias", line, bumps),
            "escape",
        ),
        "escape-equal-sigmoid": (
            "sigmoid, from four equal units",
            _problem("sigmoid 4 bias", line, bumps, "1"),
            "escape",
        ),
        "escape-square": (
            "z^2 without bias: the best fit is not zero",
            _problem("[0|0|1] 3", "1; 2; 3", "1; 1; 1", "0"),
            "escape",
        ),
        "escape-affine": (
            "identity: the least-squares line",
            _problem("identity 2", line, bumps, "0 1 1 0 0", True),
            "escape",
        ),
        "escape-duplicates": (
            "arctan, equal inputs with different targets",
            _problem("arctan 4 bias", "1; 1; 2; 3", "0; 1; 2; 0", "0"),
            "escape",
        ),
        "escape-two-outputs": (
            "leaky-relu, two outputs",
            _problem("leaky-relu 4", "1 0; 0 1; 1 1; 2 -1", "1 0; 0 1; 1 1; 0 0", "0", True),
            "escape",
        ),
        "escape-logistic": (
            "sin, logistic loss, below 1/1000",
            _problem("sin 5 bias", plane, labels, "0", False, "logistic"),
            "escape 1/1000",
        ),
        "escape-deep": (
            "relu 2+3+4, from 0",
            _problem("relu 2 bias, relu 3 bias, relu 4 bias", line, bumps, "0"),
            "escape",
        ),
        "escape-narrow": (
            "softplus 2, N = 4: a lower point, no more",
            _problem("softplus 2", line, bumps, "1 1 1 1"),
            "escape",
        ),
        "escape-slope": (
            "two constant sigmoid units",
            _problem("sigmoid 2 bias", "-1; 1", "0; 1", "0 0 1 -1 1/2 1/2"),
            "escape",
        ),
        "eta-escape": (
            "constant sigmoid units, critical: a rise of at most 1/100",
            _problem("sigmoid 3 bias", *critical),
            "eta 1/100",
        ),
    }

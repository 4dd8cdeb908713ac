"""The built-in cases: problems with a recorded start near a bad strict local minimum and a recorded better point (the witness).

Starts and witnesses were found by search once; from them everything is reproduced by arithmetic. Letters name the constructions of proofs/THEOREMS.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactland.activations import Activation, named, polynomial
from exactland.exact import parse_rational
from exactland.narrow.constructions import double_zeros, sine
from exactland.problem import Layer, Network, Problem, Vector


@dataclass(frozen=True)
class Case:
    """One row of the core set."""

    name: str
    recipe: str
    problem: Problem
    start: Vector
    witness: Vector


# Construction C. Witnesses by (N, m).
_SINE = {
    (2, 1): "9.43534 47.3358",
    (3, 1): "6.03377 2.20278",
    (3, 2): "-6.33752 6.15192 636.483 -263.974",
    (4, 1): "9.4265 285.581",
    (4, 2): "-7.36327 7.53987 4.38772 4.11189",
    (4, 3): "-1.12066 3.8095 2.69682 -1.74911 0.632658 -1.58754",
    (5, 1): "-12.5648 -312.41",
    (5, 2): "-7.40746 -7.41286 131.189 -130.859",
    (5, 3): "-7.34076 -6.80322 4.99097 -2.56408 2.6954 0.41019",
    (5, 4): "-1.306 3.05018 6.36423 5.3469 -2.5135 -2.21188 -0.689362 1.45051",
    (6, 1): "-15.7094 -333.971",
    (6, 2): "-7.4784 -7.48447 130.185 -129.877",
    (6, 3): "5.97823 -6.04727 -7.3633 23.6715 25.3026 -1.93206",
    (6, 4): "-6.65681 -10.6918 -5.49768 -8.21454 1.56341 0.751878 -0.662004 -1.41213",
    (6, 5): "5.80732 8.80363 -3.31103 1.37628 -7.33419 2.68489 0.494244 3.35649 3.55976 1.86225",
}

# name: recipe, activation, x, w (rows separated by ";", a second number is the bias), v, r, t, witness
_DOUBLE_ZEROS = {
    "sigmoid-2-1": ("D", "sigmoid", "-0.309 -3", "-1.03137", "1", "0.855517 -0.517774", "3", "6.10985 -15.1141"),
    "sigmoid-3-2": (
        "D", "sigmoid", "-3 1.639 0.228", "-1.61731; 1.61731", "3 -3", "0.299027 0.508466 -0.807493", "3", "22.987 6.60996 29.8486 -33.979",
    ),
    "sigmoid-4-3": (
        "D", "sigmoid", "-0.06 -3 -0.396 1.056", "-2.32628; 0.540994; 6.24649", "1 1 1", "-0.835845 0.106149 0.44304 0.306286", "10",
        "0.092257 7.93266 -56.4471 -85.4362 43.4611 36.9464",
    ),
    "sigmoid-generic-1": ("B (2m+1)", "sigmoid", "1.1 -3.9 4", "0.914", "1", "0.544219 0.720911 -0.429085", "3", "-1.17678 -2.22847"),
    "sigmoid-generic-2": (
        "B (2m+1)", "sigmoid", "2.3 -2 -4 4 0.5", "-0.379; 1.74", "-2 -2", "0.517432 -0.490128 0.508225 -0.177104 -0.449867", "3",
        "-0.784357 -0.788242 -2536.47 2532.59",
    ),
    "sigmoid-bias": (
        "B", "sigmoid", "-5.75 -3.5 -0.75 -0.25 2.25 4.25", "-0.798 -0.123", "2", "-0.126759 0.213921 -0.563392 0.578154 -0.312447 0.434597", "3",
        "-64.8245 -32.4416 2.1699",
    ),
    "tanh-generic-1": ("B (2m+1)", "tanh", "2.6 -4 -0.2", "0.599", "-0.5", "0.482227 0.351335 0.802509", "10", "72.5168 1.90243"),
    "tanh-generic-2": (
        "B (2m+1)", "tanh", "0.1 -0.8 0.4 3.4 -4", "-0.363; -3.86", "2 2", "-0.394627 0.464153 0.557445 0.445036 0.346453", "10",
        "67.9429 24.1879 419.673 -423.19",
    ),
    "tanh-bias": (
        "B", "tanh", "-4.25 -0.5 0.5 0.75 2.75 5.5", "0.882 0.12", "1", "-0.753689 0.0276461 -0.210636 0.248511 -0.370724 -0.43316", "3",
        "-0.000318992 -0.00178793 -515.955",
    ),
    "cubic-exact": ("A, exactly", "0 1 1 -1", "-1 1 2", "1/2", "1/2", "-10 6 -5", "1/5", "-0.4 4.1"),
    "quartic-exact": ("A, exactly", "1 1 -1 0 1/4", "-4/3 -2/3 0 2/3 4/3", "1; -1", "1/2 1/2", "21 -12 14 -12 21", "1/10", "1.23 1.27 34.5 -33.6"),
}  # fmt: skip

# tanh, two hidden layers: units, biases, x, y, start, witness
_TWO_LAYERS = {
    "two-layers-1-1": (
        (1, 1), (True, True), "-3 -2.6 -0.9 0.5 0.8 1.5 2.9", "1.517 2.325 -1.736 1.369 -4.398 -6.014 -0.289",
        "-0.9067886 -1.231017 1.228604 -0.1620948 2.70617", "-21.1265 17.405 -13.5314 13.2828 -3.56694",
    ),
    "two-layers-2-1": (
        (2, 1), (True, False), "-2.6 -1.9 -1.8 -1.3 -0.3 0.9 2.2 2.7", "-1.05 2.944 -5.516 -0.652 -1.064 -0.02 -0.284 -0.131",
        "-0.4112315 1.588165 -0.7382233 0.26736 -1.268803 -1.058079 -1.446527",
        "-13.7071 11.3359 -23.1013 18.798 -8.19676 -8.19605 -126.638",
    ),
}  # fmt: skip

_ANSCOMBE_X = "10 8 13 9 11 14 6 4 12 7 5"
_ANSCOMBE_Y = {
    "ii": "9.14 8.14 8.74 8.77 9.26 8.10 6.13 3.10 9.13 7.26 4.74",
    "iii": "7.46 6.77 12.74 7.11 7.81 8.84 6.08 5.39 8.15 6.42 5.73",
}
# Anscombe (1973), sets II and III, inputs (x - 9) / 3 and targets y - 7.5. Units, start, witness.
_ANSCOMBE = {
    "ii": (2, "7.16869 -3.550413 2.793547 -4.798711 1.37992 -5.818176", "0.0482181 0.138684 -0.452503 1.2372 -2182.75 1096.47"),
    "iii": (1, "-3.338757 -2.047175 -2.010558", "83.9217 -85.3233 3.29"),
}


def vector(text: str) -> Vector:
    return tuple(parse_rational(number, "case") for number in text.split())


def core() -> Iterator[Case]:
    """The core set, in the order of its table."""
    for (samples, units), witness in _SINE.items():
        problem, start = sine(samples, units)
        yield Case(f"sine-{samples}-{units}", f"construction C: sin, N={samples}, m={units}", problem, start, vector(witness))
    for name, (letter, activation, x, w, v, r, t, witness) in _DOUBLE_ZEROS.items():
        problem, start = double_zeros(_activation(activation), vector(x), [vector(u) for u in w.split(";")], vector(v), vector(r), vector(t)[0])
        yield Case(name, f"construction {letter}", problem, start, vector(witness))
    for name in _TWO_LAYERS:
        yield _two_layers(name)
    for name in _ANSCOMBE:
        yield _anscombe(name)


def _activation(text: str) -> Activation:
    return polynomial(vector(text)) if " " in text else named(text)


def _two_layers(name: str) -> Case:
    units, biases, x, y, start, witness = _TWO_LAYERS[name]
    layers = tuple(Layer(m, named("tanh"), b) for m, b in zip(units, biases))
    problem = Problem(Network(1, layers), tuple((v,) for v in vector(x)), tuple((v,) for v in vector(y)))
    return Case(name, "two hidden layers: residual orthogonal to the Jacobian, found by search", problem, vector(start), vector(witness))


def _anscombe(name: str) -> Case:
    units, start, witness = _ANSCOMBE[name]
    x = tuple(((v - 9) / 3,) for v in vector(_ANSCOMBE_X))
    y = tuple((v - Fraction(15, 2),) for v in vector(_ANSCOMBE_Y[name]))
    problem = Problem(Network(1, (Layer(units, named("sigmoid"), True),)), x, y)
    return Case(f"anscombe-{name}", f"Anscombe's quartet, set {name.upper()}, multi-start training", problem, vector(start), vector(witness))

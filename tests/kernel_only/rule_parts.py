"""The rules called directly, at the edges of their conditions: small networks whose numbers are
exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import isqrt
from typing import Any

from exactland.kernel import facts as kernel_facts
from exactland.kernel.arithmetic import ball as kernel_ball
from exactland.kernel.arithmetic import formal as kernel_formal
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.network import evaluation as kernel_evaluation
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.rules import constant_line as kernel_constant_line
from exactland.kernel.rules import global_minimum as kernel_global_minimum
from exactland.kernel.rules import independent_inputs as kernel_independent_inputs
from exactland.kernel.rules import linear as kernel_linear
from exactland.kernel.rules import no_minimum as kernel_no_minimum
from exactland.kernel.rules import one_more_unit as kernel_one_more_unit
from exactland.kernel.rules import path as kernel_path
from exactland.kernel.rules import potentials as kernel_potentials
from exactland.kernel.rules import rim as kernel_rim
from exactland.kernel.rules import spanning as kernel_spanning
from exactland.kernel.rules import strict_minimum as kernel_strict_minimum
from exactland.kernel.rules import valleys as kernel_valleys
from exactland.kernel.rules import wide_theorem as kernel_wide_theorem

F = Fraction
Calls = Iterator[tuple[str, Callable[[], Any]]]
CUBE = {"polynomial": ["0", "1", "1", "-1"]}  # z + z^2 - z^3
SQUARE = {"polynomial": ["0", "0", "1"]}


def net(
    inputs: int,
    hidden: Sequence[tuple[int, Any, bool]],
    x: Any,
    y: Any,
    *,
    outputs: int = 1,
    bias: bool = False,
    loss: str = "half-squared-error",
) -> Any:
    """A problem; x and y as lists of rows of texts."""
    layers = [{"units": str(units), "activation": s, "bias": b} for units, s, b in hidden]
    about = {"inputs": str(inputs), "hidden": layers, "outputs": str(outputs), "output_bias": bias}
    return kernel_problem.read_problem(
        {"format": "exactland-problem/1", "network": about, "loss": loss, "data": {"x": x, "y": y}},
        "problem",
    )


def column(text: str) -> list[list[str]]:
    return [[v] for v in text.split()]


def vector(text: str) -> list[Fraction]:
    return [F(v) for v in text.split()]


def inverse(matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """By elimination; columns that depend on each other have none."""
    n = len(matrix)
    rows = [[*row, *(F(int(i == j)) for j in range(n))] for i, row in enumerate(matrix)]
    for k in range(n):
        other = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[other] = rows[other], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        rows = [
            row if i == k else [a - row[k] * b for a, b in zip(row, rows[k])]
            for i, row in enumerate(rows)
        ]
    return [row[n:] for row in rows]


def proved(problem: Any, step: Any) -> Any:
    """What a step proves."""
    return step.fact(problem)


def rule_calls() -> Calls:
    yield from strict()
    yield from covers()
    yield from unit_potentials()
    yield from lower()
    yield from defined()
    yield from identities()
    yield from widths()
    yield from paths()
    yield from one_more()
    yield from lines()


# at (1/2, 1/2) the gradient is exactly 0, in balls as well
BOWL = net(1, [(1, CUBE, False)], column("-1 1 2"), column("159/16 -91/16 11/2"))


def strict() -> Calls:
    """Rule 3.1: the least eigenvalue and the gradient to the last bit."""
    at = vector("1/2 1/2")
    hessian = kernel_evaluation.differentiate(BOWL, at, 2).hessian
    (a, b), (_, d) = hessian
    # of [[a, b], [b, d]]: (a + d - root) / 2, to 40 bits
    root = F(isqrt(int(((a - d) ** 2 + 4 * b * b) * 4**40)), 2**40)
    least = (a + d - root) / 2
    for name, radius in (("a box", F(1, 1 << 24)), ("a point", F(1, 1 << 60))):
        for times in (
            F(1, 2),
            1 - F(1, 10**4),
            1 - F(1, 10**9),
            1 + F(1, 10**9),
            F(2),
            F(-1),
            F(0),
        ):
            step = kernel_strict_minimum.StrictMinimumStep(at, radius, least * times, F(0), 64)
            yield f"3.1 {name}, {times} of lambda", partial(proved, BOWL, step)
    yield from factors()
    for radius, least, gamma in product((F(-1, 2), F(-2), F(0)), (F(-1), F(1)), (F(0), F(1, 4))):
        step = kernel_strict_minimum.StrictMinimumStep(at, radius, least, gamma, 64)
        yield f"3.1 radius {radius}, lambda {least}, gamma {gamma}", partial(proved, BOWL, step)
    for w, v in product((F(511, 1024), F(1, 2), F(513, 1024)), repeat=2):
        step = kernel_strict_minimum.ExactMinimumStep([w, v])
        yield f"3.1b at {w} {v}", partial(proved, BOWL, step)
    off = vector("1/2 513/1024")
    slope = kernel_evaluation.differentiate(BOWL, off, 1).gradient
    norm2 = sum(g * g for g in slope)
    for times in (
        F(1, 4),
        F(1, 2),
        F(5, 8),
        F(3, 4),
        F(7, 8),
        F(15, 16),
        F(17, 16),
        F(9, 8),
        F(5, 4),
        F(3, 2),
        F(2),
        F(4),
    ):
        gamma = F(round(float(norm2) ** 0.5 * 2**30), 2**30) * times
        yield (
            f"3.1 {times} of gamma",
            partial(
                proved,
                BOWL,
                kernel_strict_minimum.StrictMinimumStep(off, F(1, 16), F(1, 2), gamma, 64),
            ),
        )
    for gamma in (
        F(-1, 2),
        F(0),
        F(1, 256),
        F(1, 128) - F(1, 10**9),
        F(1, 128),
        F(1, 128) + F(1, 10**9),
        F(1, 32),
        F(1, 2),
        F(30),
    ):
        yield (
            f"3.1 gamma {gamma}",
            partial(
                proved,
                BOWL,
                kernel_strict_minimum.StrictMinimumStep(at, F(1, 64), F(1, 2), gamma, 64),
            ),
        )


def factors() -> Calls:
    """A matrix of balls that is at least a multiple of the identity, and one that is not: as near
    to each other as rounding allows, at different scales, with radii.
    """
    for scale in (F(1), F(1, 10**9), F(10) ** 9):
        for size in (1, 2, 3, 6):
            # ones, and size + 1 on the diagonal: eigenvalues size (but of one row) and 2 size
            rows = [[scale * (size + 1 if i == j else 1) for j in range(size)] for i in range(size)]
            least = size if size > 1 else 2
            for radius in (0, 1, 1 << 20, 1 << 40):
                for shift in (F(0), F(-1, 10**12), F(-1, 10**6), F(-1, 2), F(1, 10**12)):
                    yield (
                        f"at least, {size} {scale} {radius} {shift}",
                        partial(_is_at_least, rows, radius, scale * (least + shift)),
                    )
    # far below the least eigenvalue the roundings are more than is allowed, sooner or later
    tilted = [[F(1), F(1, 3), F(1, 7)], [F(1, 3), F(2), F(1, 5)], [F(1, 7), F(1, 5), F(3)]]
    for size, k in product((1, 2, 3), range(64)):
        rows = [row[:size] for row in tilted[:size]]
        least = -(F(5, 4) ** (2 * k))
        yield f"far below, {size} {k}", partial(_is_at_least, rows, 0, least)
    for off in range(12, 22):
        least = F((1 << 63) - off, 1 << 64)
        yield f"a pivot of {off} less 16", partial(_is_at_least, [[F(1, 2)]], 0, least)
    for name, rows in (
        ("indefinite", [vector("1 2"), vector("2 1")]),
        ("a zero", [vector("0 0"), vector("0 1")]),
        ("negative", [vector("-1")]),
        ("scaled apart", [vector("1 1/1000000"), vector("1/1000000 1/100000000000")]),
        ("not quite", [vector("1 1/1000000"), vector("1/1000000 1/1000000000000")]),
    ):
        for least in (F(0), F(1, 10**13), F(-3)):
            yield f"at least {least}, {name}", partial(_is_at_least, rows, 0, least)


def _is_at_least(rows: list[list[F]], radius: int, least: F) -> bool:
    """At 64 bits, radii in units of the last place."""
    balls = [[Ball(Ball.exact(v, 64).m, radius, 64) for v in row] for row in rows]
    kernel_linear.require_at_least(balls, least)
    return True


def covers() -> Calls:
    """Rule 3.3: marks, cuts in every coordinate, planes."""
    for mark, count in ((m, 2) for m in (-1, 0, 1, 2, 3, 4, 5, 6, 8, 100)):
        yield (
            f"3.3 mark {mark}",
            partial(
                _least, BOWL, vector("0 0"), vector("1 1"), [mark, 500, *[count + 1, 500, 500] * 2]
            ),
        )
    for mark in (4, 5, 6, 7, 9):
        yield (
            f"3.3 mark {mark} of three",
            partial(_least, DEEP, vector("1/2 1/2 1/2"), vector("3/4 1 1"), [mark, 500, 500, 500]),
        )
    plane = [301, *[500] * 300]
    yield (
        "3.3 as many as parameters, and covers of both parts",
        partial(_least, BOWL, [F(0)] * 300, [F(0)] * 300, [int("300"), int("500"), *plane, *plane]),
    )
    yield (
        "3.3 as many as parameters",
        partial(_least, BOWL, [F(0)] * 300, [F(0)] * 300, [int("300")]),
    )
    for cut, share in product((0, 1, 2), (0, 250, 999, 1500)):
        plane = [4, 500, 500, 500]
        yield (
            f"3.3 cut {cut} at {share}",
            partial(
                _least, DEEP, vector("1/2 1/2 1/2"), vector("3/4 1 1"), [cut, share, *plane, *plane]
            ),
        )
    # log(w_1 + w_3) and log w_3: defined on the faces, not where w_3 has the range of w_2
    log = net(
        3,
        [(1, {"expression": ["log", "x"]}, False)],
        [["1", "0", "1"], ["0", "0", "1"]],
        column("1 1"),
    )
    log = log._replace(y=[[F("1.791759469228055")], [F("1.6094379124341003")]])
    for radii in ("1/16 1/1000000 1/1000000 1/1000000", "1/1000000 1/16 1/1000000 1/1000000"):
        yield (
            f"3.3 faces of {radii}",
            partial(
                proved,
                log,
                kernel_rim.RimStep(
                    vector("1 -1 5 1"), vector(radii), [6, 500, 500, 500, 500] * 9, 64
                ),
            ),
        )


DEEP = net(1, [(1, CUBE, False), (1, SQUARE, False)], column("1 2"), column("1 -1"))


def _least(problem: Any, low: list[Fraction], high: list[Fraction], marks: list[int]) -> Fraction:
    cover = kernel_rim.parsed(iter(marks), len(low))
    return kernel_rim.least(problem, low, high, cover, 64)


def unit_potentials() -> Calls:
    """Rule 3.4b: reasons for one unit, from samples (g, x, z)."""
    s = kernel_activations.polynomial(vector("0 0 1"))  # z^2
    cubic = kernel_activations.polynomial(vector("0 1 1 -1"))
    rows = {
        "definite": [
            (F(1), vector("1"), F(1)),
            (F(-1), vector("1"), F(-1)),
            (F(2), vector("1"), F(0)),
        ],
        "definite in two": [
            (F(1), vector("1 0"), F(0)),
            (F(2), vector("0 1"), F(0)),
            (F(0), vector("5 5"), F(9)),
        ],
        "a falling slope": [(F(1), vector("-1"), F(1)), (F(-1), vector("1"), F(1))],
        "a rising slope": [(F(1), vector("1"), F(1)), (F(-1), vector("-1"), F(1))],
        "at 0": [(F(1), vector("1"), F(0))],
        "three": [
            (F(1), vector("-1"), F(0)),
            (F(1), vector("1"), F(0)),
            (F(-2), vector("0"), F(0)),
        ],
        "a middle too low": [
            (F(1), vector("-1"), F(0)),
            (F(1), vector("1"), F(0)),
            (F(-2), vector("-1/2"), F(0)),
        ],
        "a middle too high": [
            (F(1), vector("-1"), F(0)),
            (F(1), vector("1"), F(0)),
            (F(-2), vector("1/2"), F(0)),
        ],
    }
    turned = {}
    for name, samples in rows.items():
        turned[f"{name}, turned"] = [(-g, x, z) for g, x, z in samples]
    rows |= turned
    functions = {
        "square": s,
        "cubic": cubic,
        "line": kernel_activations.piecewise_linear([F(5)], [F(2), F(3)], F(0)),
        "softsign": kernel_activations.NAMES["softsign"],
    }
    entry = kernel_potentials.Midpoint((0, 1), 2, F(1))
    for (name, samples), (kind, f), v, reason in product(
        rows.items(), functions.items(), (F(1), F(-3), F(0)), kernel_potentials.REASONS
    ):
        for times in (1, 2) if reason == "midpoints" else (0,):
            more = [entry, entry._replace(weight=F(0))][:times]
            own = [kernel_potentials.Sample(*sample) for sample in samples]
            step = kernel_potentials.PotentialsStep([], [reason], more, False, 64)
            yield (
                f"3.4b {name} {kind} {v} {reason} {times}",
                partial(step.require_potential, f, v, own, reason),
            )
    many = net(1, [(300, "relu", False)], column("1"), column("1"), bias=True)
    yield (
        "3.4b of 300 units",
        partial(
            proved,
            many,
            kernel_potentials.PotentialsStep([F(1)] * 601, ["flat"] * int("300"), [], False, 64),
        ),
    )
    x, half = (
        [["1", "0"], ["0", "1"], ["1/2", "1/2"]],
        [kernel_potentials.Midpoint((0, 1), 2, F(1, 3))],
    )
    for p, y in product((32, 33, 34, 35, 64, 65), ("0 0 1", "1/7 1/7 8/7")):
        equal = net(2, [(1, "sigmoid", True)], x, column(y), bias=True)
        yield (
            f"3.4b fitted, {p} bits, {y}",
            partial(
                proved,
                equal,
                kernel_potentials.PotentialsStep(
                    vector("-1/2 -1/2 -1/3 4/3 0"), ["midpoints"], half, True, p
                ),
            ),
        )
    for hidden, output in product((False, True), repeat=2):
        some = net(1, [(1, "sigmoid", hidden)], [["1"]] * 2, [["1/3"]] * 2, bias=output)
        at = [F(1, 2)] * some.parameters
        yield (
            f"3.4b fitted, biases {hidden} {output}",
            partial(
                proved, some, kernel_potentials.PotentialsStep(at, ["midpoints"], [], True, 32)
            ),
        )
    for n in (1, 2, 4):
        same = net(1, [(1, "sigmoid", True)], [["1"]] * n, [["1/3"]] * n, bias=True)
        yield (
            f"3.4b fitted, {n} equal samples",
            partial(
                proved,
                same,
                kernel_potentials.PotentialsStep(
                    vector("1/2 1 1/3 1"), ["midpoints"], [], True, 32
                ),
            ),
        )


def lower() -> Calls:
    """Rules 3.2 and 3.5: gaps and slopes to the last bit."""
    low = kernel_evaluation.differentiate(
        BOWL, [Ball.exact(F(1, 4), 64), Ball.exact(F(1), 64)], 0
    ).value.upper()
    for gap, more in product((F(-1), F(0), F(1), F(3)), (F(-1, 10**9), F(0), F(1, 10**9))):
        minimum = kernel_facts.Minimum(
            vector("1/2 1/2"), F(0), low + gap + more, F(99), "strict-minimum", F(1)
        )
        yield (
            f"3.2 gap {gap}, {more}",
            partial(
                proved,
                BOWL,
                kernel_strict_minimum.SubOptimalStep(minimum, vector("1/4 1"), gap, 64),
            ),
        )
    for size, order in product((F(1), F(1, 1000), F(0), F(-1, 1000)), ("first", "second")):
        for at in ("1/2 513/1024", "1/2 1/2", "1/2 0"):
            yield (
                f"3.5 {size} {order} at {at}",
                partial(
                    proved,
                    BOWL,
                    kernel_no_minimum.NoMinimumStep(
                        vector(at), F(1, 10**6), [size, size], order, 64
                    ),
                ),
            )


def defined() -> Calls:
    """Where the loss is defined at 128 bits and not at 127, the other way at 129; and at a kink,
    where it has no derivative.
    """
    log = net(1, [(1, {"expression": ["log", "x"]}, False)], column("1"), column("1"))
    kink = net(1, [(1, "relu", False)], column("1"), column("0"))
    for name, w in (("128", F(1, 1 << 128)), ("129", F(3, 1 << 129)), ("120", F(1, 1 << 120))):
        step = kernel_global_minimum.GlobalMinimumStep([w, F(0)])
        yield f"3.7 log of 2^-{name}", partial(proved, log, step)
        columns = kernel_constant_line.DependentColumnsStep([w, F(0)], 0, frozenset({0}))
        yield (
            f"4.1c log of 2^-{name}",
            partial(proved, log, columns),
        )
        yield (
            f"in no basin, log of 2^-{name}",
            partial(kernel_constant_line.no_basin, log, [w, F(0)]),
        )
    step = kernel_global_minimum.GlobalMinimumStep(vector("0 1"))
    yield "3.7 at a kink", partial(proved, kink, step)
    yield from (
        (f"box {p} {r}", partial(kernel_ball.box, vector("1/3 1/2"), p, F(r, 256)))
        for p, r in product((8, 9), (0, 1, 2, 3))
    )


def identities() -> Calls:
    """Rules 3.7, 4.3 and 4.1h for one and two hidden layers."""
    twice = column("1 2 1")
    shallow = net(1, [(2, SQUARE, False)], twice, column("1 1 1"))
    odd = net(
        1, [(2, CUBE, False), (1, SQUARE, False)], column("1 2 1"), column("1 1 1"), bias=True
    )
    tall = net(
        1, [(1, SQUARE, True), (2, SQUARE, True)], column("1 2 -1"), column("1 1 1"), bias=True
    )
    first = net(
        1,
        [(2, SQUARE, False), (2, {"polynomial": ["1", "1"]}, False)],
        column("1 2 -1"),
        column("1 1 1"),
    )
    vectors = ("1 0 -1", "1 -1 0", "1 0 1", "0 0 0", "4 -1 0", "1 1 1")
    for (name, problem), r in product(
        (("shallow", shallow), ("odd", odd), ("tall", tall), ("first", first)), vectors
    ):
        yield f"3.7 {name} {r}", partial(kernel_global_minimum.are_identities, problem, [vector(r)])
    features = kernel_evaluation.features(tall, vector("1 1/2 1 1/3 0 1 1 1 1"), 2)
    back = inverse([row[:3] for row in features])
    for name, rows, ids, c in (
        ("all", {0, 1, 2}, [], back),
        ("other order", {0, 1, 2}, ["0 1 0", "1 0 0"], back),
        ("zero", {0, 1, 2}, ["0 0 0"], back),
        ("one too many", {0, 1, 2}, ["1 0 -1"], back),
        ("one too few", {0, 1}, [], back),
        ("equal leads of two signs", {0, 1}, ["1 -1 0", "-1 1 0"], back),
        ("equal leads of two signs, turned", {0, 1}, ["-1 1 0", "1 -1 0"], back),
        ("a lead below 0", {0, 1}, ["-1 0 1", "0 -1 1"], back),
        ("leads below 0, then above", {0, 1}, ["1 0 -1", "-1 1 0"], back),
    ):
        for problem, at in ((tall, "1 1/2 1 1/3 0 1 1 1 1"), (shallow, "1 2 1 1")):
            yield (
                f"4.3 {name} {at}",
                partial(
                    proved,
                    problem,
                    kernel_spanning.SpanningFeaturesStep(
                        vector(at),
                        [vector(r) for r in ids],
                        frozenset(rows),
                        frozenset({0, 1, 2}),
                        c,
                        64,
                    ),
                ),
            )
    wide = net(1, [(1, "identity", False)], [["1"]] * 300, [["1"]] * 300)
    yield (
        "4.3 of 300 samples",
        partial(
            proved,
            wide,
            kernel_spanning.SpanningFeaturesStep(
                vector("1 1"), [], frozenset(range(300)), frozenset({0}), [[F(1)]], 64
            ),
        ),
    )
    for coefficients in ("0", "0 1", "1", "0 1 1", "0 0 1", "1 1", "0 0 0 2"):
        yield (
            f"4.1h {coefficients}",
            partial(
                kernel_constant_line._is_homogeneous,
                kernel_activations.polynomial(vector(coefficients)),
            ),
        )
    yield "4.1h x - x", partial(kernel_constant_line._is_homogeneous, ("+", "x", ("*", F(-1), "x")))
    names = ("relu", "leaky-relu", "hard-tanh", "identity", "softsign", "exp")
    yield from (
        (
            f"4.1h {name}",
            partial(kernel_constant_line._is_homogeneous, kernel_activations.NAMES[name]),
        )
        for name in names
    )


def widths() -> Calls:
    """Rules 4.1c and 4.2: sizes."""
    for units, bias, n in (
        (3, True, 4),
        (3, True, 3),
        (3, True, 5),
        (2, True, 3),
        (2, False, 2),
        (2, False, 3),
        (5, False, 4),
    ):
        yield (
            f"4.2 {units} {bias} {n}",
            partial(
                proved,
                net(1, [(units, "tanh", False)], [["1"]] * n, [["1"]] * n, bias=bias),
                kernel_wide_theorem.WideTheoremStep(),
            ),
        )
    yield (
        "4.2 of 300",
        partial(
            proved,
            net(1, [(300, "tanh", False)], [["1"]] * int("300"), [["1"]] * 300),
            kernel_wide_theorem.WideTheoremStep(),
        ),
    )
    yield from wide_layers()
    yield from independent_inputs()
    yield from valleys()
    yield from pyramids()
    for n, layer, columns in product((1, 2, 3), (0, 1, 2, 3, 5), ({0}, {0, 1}, {0, 1, 2})):
        problem = net(2, [(2, SQUARE, True)], [[str(k), str(k * k)] for k in range(n)], [["1"]] * n)
        yield (
            f"4.1c {n} {layer} {sorted(columns)}",
            partial(
                proved,
                problem,
                kernel_constant_line.DependentColumnsStep(
                    vector("1 2 3 4 5 6 7 8"), layer, frozenset(columns)
                ),
            ),
        )
    three = net(1, [(1, SQUARE, False)], column("1"), [["1", "1", "1"]], outputs=3)
    yield from (
        (
            f"4.1c of outputs, layer {layer}",
            partial(
                proved,
                three,
                kernel_constant_line.DependentColumnsStep(
                    vector("1 1 1 1"), layer, frozenset({0, 1, 2})
                ),
            ),
        )
        for layer in (1, 2, 3, 300)
    )


def paths() -> Calls:
    """Rule 4.4: f = v w on x = 1 with target 1; segments that fall, stay, rise, or stay small, one
    after the other.
    """
    line = net(1, [(1, "identity", False)], column("1"), column("1"))
    curve = net(1, [(1, CUBE, False)], column("1"), column("1"))
    three = {
        "0 1 2": ["1 0", "1 1", "1 2"],
        "0 1/2 1": ["1 0", "1 1/2", "1 1"],
        "0 2": ["1 0", "1 2"],
        "0 1": ["1 0", "1 1"],
        "still": ["1 0", "1 0"],
        "1 1/2 1/4": ["1 1", "1 1/2", "1 1/4"],
        "0 2 1": ["1 0", "1 2", "1 1"],
        "-1 0 1/2": ["1 -1", "1 0", "1 1/2"],
        "0 1 1/2": ["1 0", "1 1", "1 1/2"],
    }
    for (name, points), (kind, problem) in product(
        three.items(), (("line", line), ("curve", curve))
    ):
        at = [vector(p) for p in points]
        for reasons in product(("convex", "small", "slope"), repeat=len(at) - 1):
            for eta, end in ((F(0), F(1, 2)), (F(1, 2), F(0))):
                yield (
                    f"4.4 {kind} {name} {' '.join(reasons)} {eta}",
                    partial(_path, problem, at, list(reasons), eta, end),
                )
    flat = net(1, [(1, "identity", False)], column("1"), column("1"), bias=True)
    idle = [vector("1 0 0"), vector("2 0 0"), vector("3 0 0")]
    for reasons, eta in product(
        (["idle"] * 2, ["small"] * 2, ["kernel"] * 2, ["idle"], ["idle"] * 3, ["slope"] * 2),
        (F(0), F(-1), F(1, 8)),
    ):
        yield (
            f"4.4 idle {' '.join(reasons)} {eta}",
            partial(_path, flat, idle, reasons, eta, F(1, 2)),
        )
    for last in ("3 0 0", "2 1 0", "2 0 1"):
        yield (
            f"4.4 idle, then {last}",
            partial(_path, flat, [*idle[:2], vector(last)], ["idle"] * 2, F(0), F(1, 2)),
        )
    pole = net(
        1, [(1, {"expression": ["/", "1", "x"]}, False)], column("1"), column("1"), bias=True
    )
    over = [vector("1 0 0"), vector("-1 0 0")]
    yield "4.4 idle over a pole", partial(_path, pole, over, ["idle"], F(0), F(1, 2))
    for end in ("3 0 0", "2 0 0", "4 0 0"):
        yield (
            f"4.4 to {end}",
            partial(
                proved,
                flat,
                kernel_path.PathStep(
                    idle, ["idle"] * 2, F(0), kernel_facts.Proved([], vector(end)), 64
                ),
            ),
        )
    yield (
        "4.4 of 300 points",
        partial(_path, flat, [idle[k % 2] for k in range(300)], ["idle"] * 299, F(0), F(1, 2)),
    )


def _path(
    problem: Any, points: Any, reasons: list[str], eta: Fraction, end: Fraction
) -> kernel_facts.Proved:
    step = kernel_path.PathStep(points, reasons, eta, end, 64)
    return proved(problem, step)


def one_more() -> Calls:
    """Rule 4.5: the right matrix, and no other, has the inverse that is given."""
    for name, inputs, hidden, bias in (
        ("one input", 1, [(2, CUBE, True)], False),
        ("two inputs", 2, [(2, CUBE, True)], True),
        ("no bias", 2, [(2, CUBE, False)], True),
        ("three units", 1, [(3, CUBE, True)], False),
        ("deep", 1, [(2, CUBE, True), (2, SQUARE, True)], False),
        ("deep, one unit", 2, [(3, CUBE, False), (1, SQUARE, True)], True),
        ("deeper", 1, [(1, CUBE, True), (1, CUBE, True), (2, CUBE, True)], True),
    ):
        n = hidden[-1][0] + 1 + bias
        x = [[str(F(2 * k + 1 + j * j, 4 + j)) for j in range(inputs)] for k in range(n)]
        problem, wider = (
            net(
                inputs,
                [*hidden[:-1], (hidden[-1][0] + more, *hidden[-1][1:])],
                x,
                [["1"]] * n,
                bias=bias,
            )
            for more in (0, 1)
        )
        theta = [F((5 * k) % 11 - 5, 2) + F(1, 8) for k in range(problem.parameters)]
        width = [inputs, *(units for units, *_ in hidden)][-2]
        new = [F(3, 2) - F(k * k, 2) for k in range(width + hidden[-1][2])]
        before = problem._replace(layers=problem.layers[:-2]).parameters
        cut, end = before + hidden[-1][0] * width, before + hidden[-1][0] * (width + hidden[-1][2])
        whole = [
            *theta[:cut],
            *new[:width],
            *theta[cut:end],
            *new[width:],
            *[F(1)] * (wider.parameters - end - len(new)),
        ]
        back = inverse(kernel_evaluation.features(wider, whole, len(hidden)))
        minimum = kernel_facts.Minimum(
            theta, F(0), F(1), F(1), "strict-minimum", F(1), F(1, 1 << 50)
        )
        yield (
            f"4.5 {name}",
            partial(_one_more, problem, minimum, new, back, 128),
        )
        yield (
            f"4.5 {name}, a weight less",
            partial(_one_more, problem, minimum, new[:-1], back, 128),
        )
        yield (
            f"4.5 {name}, a weight more",
            partial(_one_more, problem, minimum, [*new, F(1)], back, 128),
        )
    many = net(300, [(1, "tanh", False)], [["1"] * 300], [["1"]])
    least = kernel_facts.Minimum([F(0)] * 301, F(0), F(1), F(1), "strict-minimum", F(1), F(1, 4))
    yield (
        "4.5 of 300 weights",
        partial(_one_more, many, least, [F(0)] * int("300"), [], 64),
    )
    ones = [[Ball.exact(F(int(i == j)), 64) for j in range(3)] for i in range(3)]
    for name, c in (("square", 3), ("too wide", 4), ("too narrow", 2)):
        yield (
            f"inverse {name}",
            partial(
                kernel_linear.require_invertible,
                ones,
                [[F(int(i == j)) for j in range(c)] for i in range(3)],
                64,
            ),
        )
        yield (
            f"matrix {name}",
            partial(
                kernel_linear.require_invertible,
                [[*row, *row][:c] for row in ones],
                [[F(int(i == j)) for j in range(3)] for i in range(3)],
                64,
            ),
        )
    yield (
        "matrices of 300 rows",
        partial(
            kernel_linear.require_invertible,
            [[Ball(0, 0, 64)] * 300] * 300,
            [[F(0)] * 300] * 300,
            64,
        ),
    )


def wide_layers() -> Calls:
    """Rule 4.6: the layer, the bias of the next one, inputs that are equal, identities."""
    deep = (
        ("tanh", "tanh", "tanh"),
        ({"expression": ["log", "x"]}, "tanh", "tanh"),
        ("tanh", {"expression": ["sqrt", "x"]}, "tanh"),
        ("tanh", "tanh", {"expression": ["/", "1", "x"]}),
    )
    inputs = {"three": "1 2 3", "two": "1 2 1", "opposite": "1 2 -1", "one": "2 2 2"}
    identities = {"none": (), "equal": ("1 0 -1",), "odd": ("1 0 1",), "both": ("1 0 -1", "0 1 0")}
    for k, layer, (name, x), (what, rows) in product(
        range(len(deep)), (0, 1, 2, 3, 5), inputs.items(), identities.items()
    ):
        layers = [(units, s, units == 3) for units, s in zip((2, 3, 1), deep[k])]
        step = kernel_wide_theorem.WideLayerStep(layer, [vector(row) for row in rows])
        yield (
            f"4.6 {k} {layer} {name} {what}",
            partial(proved, net(1, layers, column(x), column("0 0 0")), step),
        )
    for units, own, following, n in product((1, 2, 3), (False, True), (False, True), (2, 3, 4)):
        x = [[str(k)] for k in range(n)]
        problem = net(1, [(units, "relu", own)], x, [["0"]] * n, bias=following)
        step = kernel_wide_theorem.WideLayerStep(0, [])
        yield f"4.6 {units} {own} {following} {n}", partial(proved, problem, step)
    # identities are fewer samples than different inputs are
    for units, rows in product((1, 2, 3), ((), ("1 0 1",), ("1 0 1", "0 1 0"))):
        problem = net(1, [(units, "tanh", False)], column("1 2 -1"), column("0 0 0"))
        step = kernel_wide_theorem.WideLayerStep(0, [vector(row) for row in rows])
        yield f"4.6 {units}, opposite inputs, {rows}", partial(proved, problem, step)
    four = net(1, [(3, "tanh", False)], column("1 2 -1 -2"), column("0 0 0 0"))
    yield (
        "4.6 of four, one identity",
        partial(proved, four, kernel_wide_theorem.WideLayerStep(0, [vector("1 0 1 0")])),
    )


def independent_inputs() -> Calls:
    """Rule 4.7: which activations, and which inputs."""
    pieces = ("1 2", "-1 -2", "1 -1", "0 1", "1 0", "-1 0")
    activations: list[Any] = [
        *kernel_activations.NAMES,
        {"expression": ["*", "x", ["sigmoid", "x"]]},
    ]
    for slopes in pieces:
        bent = {"breakpoints": ["0"], "slopes": slopes.split(), "value_at_0": "1"}
        activations.append({"piecewise-linear": bent})
    rows = (
        "1 0;0 1",
        "1 0;2 0",
        "0 0",
        "1 2;1 2;3 4",
        "1 0;0 1;1 1",
        "0 1;1 0;2 5",
        "1 1;2 2;3 3",
        "0 1;2 4;1 2",
    )
    for k, text in product(range(len(activations)), rows):
        x = [row.split() for row in text.split(";")]
        for bias in (False, True):
            problem = net(2, [(1, activations[k], bias)], x, [["1"]] * len(x))
            step = kernel_independent_inputs.IndependentInputsStep()
            yield f"4.7 {k} {text} {bias}", partial(proved, problem, step)


def _one_more(
    problem: Any, minimum: kernel_facts.Minimum, weights: Any, back: Any, bits: int
) -> kernel_facts.Minimum:
    step = kernel_one_more_unit.OneMoreUnitStep(minimum, weights, back, bits)
    return proved(problem, step)


def hidden_moves() -> Calls:
    """Affine pieces where the first layer moves, or the second behind formal numbers."""
    pair = net(1, [(2, "relu", False)], column("1 2"), column("0 0"))
    for base, q in product(
        ("1 1 -1 -1", "-1 -1 -1 -1", "1 -1 1 1", "2 3 1 -4"),
        ("1/2 2 -1 -1", "-1 1 -1 -1", "1 -2 1 1", "0 0 1 -4", "-2 -3 -1 -1"),
    ):
        weights = base.split()[2:]
        to = [*q.split()[:2], *weights]
        yield (
            f"moves of the first layer, {base} to {' '.join(to)}",
            partial(kernel_path.require_affine_outputs, pair, vector(base), [F(v) for v in to]),
        )
    # the output is the opposite of the pre-activation: the one at an end is the other at the other
    turned = net(1, [(1, "relu", False)], column("1"), column("0"))
    for base, q in (("1 -1", "-1 -1"), ("1 -1", "2 -1")):
        yield (
            f"moves of a unit that is turned, {base} to {q}",
            partial(kernel_path.require_affine_outputs, turned, vector(base), vector(q)),
        )
    behind = net(1, [(1, "sigmoid", False), (1, "relu", False)], column("1 2"), column("0 0"))
    for base, q in product(("1 1 1", "1 0 1", "0 1 1"), ("1 0 1", "1 2 1", "0 -1 1", "0 3 1")):
        yield (
            f"moves of the second layer, {base} to {q}",
            partial(kernel_path.require_affine_outputs, behind, vector(base), vector(q)),
        )


def lines() -> Calls:
    """Rule 4.1 and the affine pieces of rule 4.4 in three layers."""
    two = net(
        1, [(1, "relu", False), (2, "relu", False)], column("1 -1"), [["1", "1"]] * 2, outputs=2
    )
    for name, q in (
        ("first", "2 1 1 0 0 0 0"),
        ("second", "1 2 1 0 0 1 0"),
        ("none", "1 1 1 0 0 0 0"),
        ("both", "2 3 1 0 0 0 0"),
        ("used", "1 1 2 0 0 1 0"),
    ):
        p = vector(q)
        for base in ("1 1 1 0 0 0 0", "1 1 1 0 0 1 0", "1 1 1 0 1 0 0"):
            yield (
                f"idle {name} {base}",
                partial(kernel_constant_line.require_idle_units, two, vector(base), p),
            )
            yield (
                f"affine {name} {base}",
                partial(kernel_path.require_affine_outputs, two, vector(base), p),
            )
    narrow = net(1, [(1, "relu", False), (1, "relu", False)], column("1"), [["1", "1"]], outputs=2)
    for out in ("0 0", "0 1", "1 0"):
        yield (
            f"idle before outputs {out}",
            partial(
                kernel_constant_line.require_idle_units,
                narrow,
                vector(f"1 1 {out}"),
                vector(f"1 2 {out}"),
            ),
        )
    atom = kernel_formal.atom("x")
    yield (
        "affine, not rational",
        lambda: kernel_path.require_affine_outputs(
            two, [atom, *vector("1 1 0 0 1 0")], vector("1 1 2 0 0 1 0")
        ),
    )
    for base, q in (("1 1 1 0 0 -1 0", "1 1 2 0 0 -1 0"), ("1 1 1 -1 0 0 0", "1 2 1 -1 0 0 0")):
        yield (
            f"idle, used with a negative weight {q}",
            partial(kernel_constant_line.require_idle_units, two, vector(base), vector(q)),
        )
    yield from hidden_moves()
    up = "1 1 1 1 1 1 1"
    for base, q in (
        (up, "1 1/2 1 1 1 1 1"),
        (up, "1 -1 1 1 1 1 1"),
        ("1 1 -1 1 1 1 1", "-1 1 -1 1 1 1 1"),
        ("1 1 0 1 1 1 1", "1 2 0 1 1 1 1"),
    ):
        yield (
            f"affine from {base} to {q}",
            partial(kernel_path.require_affine_outputs, two, vector(base), vector(q)),
        )


def valleys() -> Calls:
    """Rule 4.8: width and bias, equal inputs, the activation, more than one layer."""
    step = kernel_valleys.NoBadValleyStep()
    for units, own, following, n in product((1, 2, 3), (False, True), (False, True), (2, 3, 4)):
        x = [[str(k)] for k in range(n)]
        problem = net(1, [(units, "relu", own)], x, [["0"]] * n, bias=following)
        yield f"4.8 {units} {own} {following} {n}", partial(proved, problem, step)
    equal = net(1, [(2, "sin", True)], column("1 1 2"), column("0 1 2"))
    yield "4.8 equal inputs", partial(proved, equal, step)
    for s in ({"expression": ["log", "x"]}, {"expression": ["/", "1", "x"]}, "softsign"):
        problem = net(1, [(2, s, True)], column("1 2"), column("0 0"))
        yield f"4.8 {s}", partial(proved, problem, step)
    two = net(1, [(2, "tanh", True), (2, "tanh", True)], column("1 2"), column("0 0"))
    yield "4.8 two layers", partial(proved, two, step)


def pyramids() -> Calls:
    """Rule 4.8p: activations before and after, widths, biases, the minor."""
    unit = ["1 0", "0 1"]

    def step(
        layer: int, count: int, rows: Any = (0, 1), columns: Any = (0, 1), inverse: Any = unit
    ) -> Any:
        return kernel_valleys.PyramidStep(
            layer,
            [F(k % 3 - 1) for k in range(count)],
            frozenset(rows),
            frozenset(columns),
            [vector(row) for row in inverse],
            64,
        )

    identity = ["1 0", "0 1"]
    for s, bias, following in product(kernel_activations.NAMES, (False, True), (False, True)):
        problem = net(
            2, [(2, s, bias)], [v.split() for v in identity], column("0 0"), bias=following
        )
        yield f"4.8p {s} {bias} {following}", partial(proved, problem, step(0, problem.parameters))
    for slopes in ("1 2", "-1 -2", "1 -1", "0 1", "1 0"):
        bent = {
            "piecewise-linear": {"breakpoints": ["0"], "slopes": slopes.split(), "value_at_0": "1"}
        }
        problem = net(2, [(1, bent, False)], [v.split() for v in identity], column("0 0"))
        yield f"4.8p {slopes}", partial(proved, problem, step(0, problem.parameters))
    for outputs, first, second in product((1, 2, 3), (1, 2, 3), (1, 2)):
        layers = [(first, "tanh", False), (second, "elu", False)]
        y = [["0"] * outputs] * 2
        problem = net(2, layers, [v.split() for v in identity], y, outputs=outputs)
        yield (
            f"4.8p widths {first} {second} {outputs}",
            partial(proved, problem, step(0, problem.parameters)),
        )
    line = {"expression": ["+", "x", "0"]}
    log = {"expression": ["log", "x"]}
    for layer, (name, below) in product(
        (0, 1, 2, 3, 4),
        {
            "lines": (line, line),
            "relu": ("relu", line),
            "then relu": (line, "relu"),
            "log": (log, line),
            "then log": (line, log),
        }.items(),
    ):
        problem = net(
            2, [(2, s, False) for s in below], [v.split() for v in identity], column("0 0")
        )
        theta = [F(v) for v in ["1", "0", "0", "1", "1", "0", "0", "1", "1", "1"]]
        made = step(layer, 0)._replace(center=theta)
        yield f"4.8p at {layer} after {name}", partial(proved, problem, made)
    problem = net(2, [(2, "tanh", False)], [["1", "0"], ["0", "1"], ["0", "1"]], column("0 0 1"))
    for rows, columns, inverse in (
        ((0, 1), (0, 1), identity),
        ((0, 2), (0, 1), identity),
        ((1, 2), (0, 1), identity),
        ((0, 1, 2), (0, 1), identity),
        ((0,), (0,), ["1"]),
        ((0, 1), (0, 1), ["2 0", "0 1"]),
        ((0, 1), (0, 1), ["3/2 0", "0 1/2"]),
        ((0, 1), (0, 1, 2), identity),
        ((0, 1, 7), (0, 1), identity),
    ):
        made = step(0, problem.parameters, rows, columns, inverse)
        yield f"4.8p {rows} {columns} {inverse}", partial(proved, problem, made)

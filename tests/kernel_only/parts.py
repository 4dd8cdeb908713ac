"""Small parts of the kernel where they could fail: near zero, at reduction boundaries, huge
arguments, tiny and wide balls, few bits, outside the domain.

`told()` calls all of them and says what came out, exactly. `parts.json` has it on record (`python
-m tests.kernel_only.record`); tests/kernel/test_places.py holds the balls against Arb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from fractions import Fraction
from functools import partial
from hashlib import sha256
from itertools import product
from typing import Any
from unittest.mock import patch

from exactland.kernel import conclusion as kernel_conclusion
from exactland.kernel import facts as kernel_facts
from exactland.kernel import meter as kernel_meter
from exactland.kernel.arithmetic import ball as kernel_ball
from exactland.kernel.arithmetic import elementary as kernel_elementary
from exactland.kernel.arithmetic import formal as kernel_formal
from exactland.kernel.arithmetic import numbers as kernel_numbers
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.arithmetic.formal import Formal
from exactland.kernel.network import activation_values as kernel_activation_values
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.network import evaluation as kernel_evaluation
from exactland.kernel.network import jets as kernel_jets
from exactland.kernel.network import layout as kernel_layout
from exactland.kernel.network import losses as kernel_losses
from exactland.kernel.reading import canonical_json as kernel_canonical_json
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.reading import values as kernel_values

F = Fraction
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "erf", "softplus", "sigmoid")
PRECISIONS = (2, 3, 32, 64, 200)
PLACES = {  # where an argument reduction, a series or a cap changes, besides zero and one
    "exp": (
        F(1, 128),
        F(1, 64),
        F(2),
        F(4),
        F(-3),
        F(-33),
        F(-34),
        F(-65),
        F(-66),
        F(100),
        F(512),
        F(513),
    ),
    "log": (F(1, 4), F(1, 2), F(3, 4), F(2), F(3), F(4), F(2**200), F(1, 2**30)),
    "sqrt": (F(1, 4), F(2), F(4), F(9), F(2**200), F(1, 2**30)),
    "sin": (
        F(22, 7),
        F(355, 113),
        F(11, 7),
        F(44, 7),
        F(-25, 8),
        F(1000),
        F(2**100),
        F(2**511),
        F(2**513),
    ),
    "cos": (
        F(22, 7),
        F(355, 113),
        F(11, 7),
        F(44, 7),
        F(-25, 8),
        F(1000),
        F(2**100),
        F(2**511),
        F(2**513),
    ),
    "atan": (F(1, 2), F(99, 100), F(101, 100), F(-1), F(-2), F(10**6), F(2**500)),
    "erf": (F(1, 2), F(-1), F(2), F(3), F(5), F(23, 4), F(6), F(8), F(-9), F(2**40)),
    "softplus": (F(1), F(-1), F(-40), F(40), F(-300), F(2000), F(-(2**300))),
    "sigmoid": (F(1), F(-1), F(-40), F(40), F(-300), F(2000), F(-(2**300))),
}
ATOMS = (
    kernel_formal.atom("w0"),
    kernel_formal.atom("w1"),
    kernel_formal.atom("a name of more than sixty-four characters: its digest stands for it"),
)
EXACT = (
    F(0),
    F(1),
    F(-2, 3),
    ATOMS[0],
    ATOMS[0] * F(-2),
    ATOMS[0] * 3 - ATOMS[1] + F(1, 2),
    ATOMS[0] * ATOMS[1] * F(1, 7),
    ATOMS[2] - 1,
)
SMOOTH = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "sin",
    "exp",
    "identity",
)
TREES = (*SMOOTH, "softsign", "elu", "selu", "relu", "leaky-relu", "hard-tanh")
DIGITS = "1" * kernel_values.MAX_DIGITS
SHORT = (
    "0",
    "-0",
    "01",
    "1",
    "-1",
    "1/2",
    "2/4",
    "15/10",
    "-3/7",
    "1/1",
    "1/0",
    "+1",
    "1.5",
    "1e3",
    " 1",
    "1 ",
    "\u0661",
    "",
)
RATIONALS = (*SHORT, DIGITS, DIGITS + "1", f"1/{DIGITS}", f"1/{DIGITS}1")
SHIFTS = [["3", shift] for shift in ("-2", "4096", "4097", "-4096", "-4097", "-0")]
NUMBERS: tuple[Any, ...] = ("3", *SHIFTS, ["1/2", "1"], ["3"], ["3", "1", "1"], 3, None, ["0", "7"])
POWERS = [["^", "x", power] for power in ("64", "65", "-64", "-65", "1/2")]
SHORT_OR_LONG = (
    ["exp"],
    ["exp", "x", "x"],
    ["+", "x"],
    ["+"],
    ["/", "x"],
    ["/", "x", "x", "x"],
    [],
    ["*", "x", "x", "2"],
    ["*", "x", "2", "x"],
    ["*", ["exp", "x"], ["exp", "x"]],
    ["*", ["*", "x", "x"], ["*", "x", "x"], ["*", "x", "x"]],
    ["+", "x", "x"],
    ["/", "x", "x"],
)
GRAMMAR: tuple[Any, ...] = (
    "x",
    "y",
    "1/2",
    ["exp", "x"],
    *SHORT_OR_LONG,
    *POWERS,
    ["sinh", "x"],
    3,
    ["tanh", ["softplus", "x"]],
)


def balls(name: str) -> Iterator[Ball]:
    """Points and balls of three widths around the places of a function, at every precision."""
    for p in PRECISIONS:
        places = (F(0), F(1), F(1, 2**p), F(-1, 2**p), *PLACES[name])
        sizes = dict.fromkeys(
            (Ball.exact(q, p).m, radius)
            for q in places
            for radius in (0, 1, 1 << p >> 3, 5 << p >> 2)
        )
        yield from (Ball(m, r, p) for m, r in sizes)


def shown(value: Any) -> Any:
    """A result in JSON."""
    if isinstance(value, Ball):
        return f"{value.m:x} {value.r:x} {value.p}"
    if isinstance(value, Formal):
        return kernel_formal.text(value)
    if isinstance(value, kernel_jets.Jet):
        return shown(by_place(value))
    if isinstance(value, dict):
        return {str(key): shown(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [shown(v) for v in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def by_place(jet: Any) -> dict[tuple[int, ...], Any]:
    """The value at (), derivatives at (p,) and (p, q)."""
    slopes = {(p,): entry for p, entry in jet.gradient.items()}
    return {(): jet.value, **slopes, **jet.hessian}


def outcome(work: Callable[[], Any]) -> list[Any]:
    """What comes out, or what is raised, and what it cost."""
    budget = kernel_meter.Budget(kernel_meter.MOST)

    def run() -> Any:
        kernel_meter.BUDGET.set(budget)
        try:
            return shown(work())
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    return [copy_context().run(run), kernel_meter.MOST - budget.left]


def calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Names and calls, the fast ones first. Each comes out the same whatever was called before."""
    yield from ((name, partial(alone, work)) for name, work in in_order())


def spent(value: Any, terms: int = 0) -> Any:
    """The value, when it and so many terms are paid for."""
    kernel_meter.charge(kernel_meter.COST_OF_A_TERM * terms)
    return kernel_numbers.metered(value)


def alone(work: Callable[[], Any]) -> Any:
    """The result when nothing is kept from earlier calls."""
    for kept in (
        kernel_elementary._pi_of_file,
        kernel_elementary._sin_cos_point,
        kernel_elementary._monotone,
    ):
        kept.cache_clear()
    return work()


def in_order() -> Iterator[tuple[str, Callable[[], Any]]]:
    from tests.kernel_only.function_parts import function_calls
    from tests.kernel_only.rule_parts import rule_calls

    yield from formal_calls()
    yield from function_calls()
    yield from rule_calls()
    yield from ball_calls()
    yield from other_calls()
    yield from tables()
    yield from activation_calls()
    yield from term_calls()
    for name in FUNCTIONS:
        for x in balls(name):
            yield f"{name} {shown(x)}", partial(kernel_elementary.FUNCTIONS[name], x)
    yield from ((f"pi {p}", partial(kernel_elementary.pi, p)) for p in PRECISIONS)


def times(x: Ball, y: Ball | int) -> Ball:
    """The product, on record as a square where a ball meets itself."""
    return x.square() if y is x else x * y


def ball_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    few = [Ball(m, r, 8) for m, r in product((0, 1, -1, 255, -256, 300, -1000), (0, 1, 200, 300))]
    for x, y in product(few, (*few[:8], 3, -2, 1, 0)):
        for name, operation in (
            ("+", Ball.__add__),
            ("-", Ball.__sub__),
            ("*", times),
            ("/", Ball.__truediv__),
        ):
            yield f"{shown(x)} {name} {shown(y)}", partial(operation, x, y)
    for x in few:
        yield f"square {shown(x)}", x.square
        yield f"ends {shown(x)}", lambda x=x: [x.lower(), x.upper(), x.magnitude(), -x, 2 + x]  # type: ignore[misc]
        yield from ((f"{shown(x)} at {p}", partial(x.at, p)) for p in (0, 4, 7, 8, 9, 20))
    yield from (
        (f"exact {q} {p}", partial(Ball.exact, q, p))
        for q, p in product((F(0), F(1, 3), F(-1, 3), F(5, 4), F(-7)), (0, 1, 2, 8))
    )
    yield from (
        (f"between {a} {b}", partial(Ball.between, a, b, 4))
        for a, b in product((-7, -2, 0, 3), (3, 4, 9))
    )
    # as long as short balls may be, and as those that pay for no memory
    for bits, radius in ((1015, 1), (1014, 1), (1016, 0), (520, 520), (520, 521), (521, 521)):
        m, r = (1 << bits) - 1, (1 << radius) - 1
        yield f"size of {bits} and {radius} bits", partial(_made, m, r)
    # what inner products cost, by the lengths of their products and of their radius
    for count, bits, radius in product((1, 2, 3, 7), (2, 511, 512, 513, 700, 1500), (0, 40, 600)):
        xs = [Ball((1 << bits + k) - 1, (1 << radius) >> 1, 8) for k in range(count)]
        ys = [Ball((1 << bits) - 1 - k, 0, 8) for k in range(count)]
        work = partial(_dot_of, xs, ys)
        yield f"cost of a dot of {count}, {bits} and {radius} bits", work
    for bits in (511, 512):  # with one more bit it would cost more
        long = [Ball(1 << bits, 0, 8)]
        yield (
            f"cost of a product of 2^{bits} and 2^511",
            partial(_dot_of, long, [Ball(1 << 511, 0, 8)]),
        )
    yield "finer precision", lambda: Ball(1, 0, 8) + Ball(1, 0, 9)
    yield "coarser precision", lambda: Ball(1, 0, 9) + Ball(1, 0, 8)
    yield (
        "dot of 300 balls",
        lambda: kernel_numbers.dot(
            [Ball(k, 1, 8) for k in range(300)], [Ball(2 * k, 0, 8) for k in range(300)]
        ),
    )
    for bits in (kernel_ball.MAX_BITS + 8, kernel_ball.MAX_BITS + 9):
        yield f"ball of {bits} bits", lambda b=bits: Ball((1 << b) - 1, 0, 8).m.bit_length()  # type: ignore[misc]
        yield f"radius of {bits} bits", lambda b=bits: Ball(0, (1 << b) - 1, 8).r.bit_length()  # type: ignore[misc]
    yield "dot", lambda: kernel_numbers.dot(few[:6], few[3:9])
    yield (
        "dot of numbers",
        lambda: kernel_numbers.dot([F(1, 3), ATOMS[0], F(2)], [F(3), ATOMS[1], ATOMS[0]]),
    )
    yield "dot of two lengths", lambda: kernel_numbers.dot([F(1), F(2)], [F(1)])
    for bits in (100, 511, 512, 513, 1023, 1024, 5000):
        yield (
            f"spend {bits}",
            lambda b=bits: spent(F((1 << b - 1) - 1)).numerator.bit_length(),
        )  # type: ignore[misc]
    yield from (
        (f"spend terms {n}", partial(spent, 0, n))
        for n in (
            0,
            1,
            7,
            kernel_meter.MOST // kernel_meter.COST_OF_A_TERM,
            kernel_meter.MOST // kernel_meter.COST_OF_A_TERM + 1,
        )
    )


def _dot_of(xs: list[Ball], ys: list[Ball]) -> str:
    return sha256(shown(kernel_numbers.dot(xs, ys)).encode()).hexdigest()


def _made(m: int, r: int) -> int:
    return Ball(m, r, 8).m.bit_length()


def tables() -> Iterator[tuple[str, Callable[[], Any]]]:
    """All small balls at few bits, as digests."""
    small = [Ball(m, r, p) for p, m, r in product((0, 1, 2), range(-6, 7), range(4))]
    for name, operation in (
        ("+", Ball.__add__),
        ("-", Ball.__sub__),
        ("*", times),
        ("/", Ball.__truediv__),
    ):
        pairs = [(x, y) for x, y in product(small, small) if x.p == y.p]
        yield f"table of {name}", partial(digest, [partial(operation, *pair) for pair in pairs])
        yield (
            f"table of {name} integers",
            partial(digest, [partial(operation, x, n) for x, n in product(small, range(-4, 5))]),
        )
    yield "table of squares", partial(digest, [x.square for x in small])
    # sin and cos: radii that reach all values with the rounding, or nearly
    for name, p in product(("sin", "cos"), (3, 8, 16)):
        for r in range((1 << p) - 3, (1 << p) + 1):
            x = Ball(1 << p - 1, r, p)
            yield f"{name} of nearly all {r} {p}", partial(kernel_elementary.FUNCTIONS[name], x)
    for name in FUNCTIONS:
        near = [Ball(m, r, 4) for m, r in product(range(-70, 71), (0, 1, 2, 9))]
        yield (
            f"table of {name}",
            partial(digest, [partial(kernel_elementary.FUNCTIONS[name], x) for x in near]),
        )
    for bits in (8191, 8192, 8193):
        yield f"fine ball of {bits} bits", lambda b=bits: Ball((1 << b) - 1, 0, 4096).m.bit_length()  # type: ignore[misc]
        yield (
            f"fine radius of {bits} bits",
            lambda b=bits: Ball(0, (1 << b) - 1, 4096).r.bit_length(),
        )  # type: ignore[misc]
    yield "all of the budget", lambda: [spent(0, kernel_meter.MOST // kernel_meter.COST_OF_A_TERM)]
    yield (
        "one more than the budget",
        lambda: [spent(0, kernel_meter.MOST // kernel_meter.COST_OF_A_TERM), spent(F(1))],
    )


def digest(calls: list[Callable[[], Any]]) -> str:
    """Of the results alone: what they cost may change."""
    results = [[outcome(call)[0], 0] for call in calls]
    return sha256(repr(results).encode()).hexdigest()


def formal_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    operations: dict[str, Callable[[Any, Any], Any]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    for a, b in product(EXACT, EXACT):
        yield from (
            (f"{shown(a)} {name} {shown(b)}", partial(operation, a, b))
            for name, operation in operations.items()
        )
    for u in (*EXACT, -EXACT[5]):
        yield f"lead {shown(u)}", partial(kernel_formal.lead, u)
        yield f"text {shown(u)}", partial(kernel_formal.text, u)
        yield f"relu {shown(u)}", partial(kernel_formal.relu, u)
        yield from (
            (f"formal {name} {shown(u)}", partial(kernel_formal.apply, name, u))
            for name in (*FUNCTIONS, "other")
        )
        yield f"formal odd {shown(u)}", partial(kernel_formal.apply, "mine", u, "odd")
    yield from ((f"atom {n}", partial(kernel_formal.atom, "n" * n)) for n in (1, 63, 64, 65))


def touched(s: kernel_activations.Pieces, low: Fraction, high: Fraction) -> list[int]:
    found = kernel_activation_values.touched(s, low, high)
    return [found.start, found.stop]


def activation_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    texts = {name: kernel_activations.NAMES.get(name, (name, "x")) for name in TREES}
    extra: dict[str, Any] = {
        "cubic": kernel_activations.polynomial([F(1), F(0), F(-2), F(1, 3)]),
        "quotient": ("/", ("+", "x", F(1)), ("+", F(3, 2), ("^", "x", 2))),
        "negative power": ("^", ("+", "x", F(3)), -3),
        "zeroth power": ("^", "x", 0),
        **{f"the power {n}": ("^", ("+", "x", F(1)), n) for n in (1, 2, 3, 4, 5, 6, 7, 11)},
        "pole": ("/", F(1), "x"),
        "log of a square": ("log", ("+", F(1), ("^", "x", 2))),
        "root": ("sqrt", ("+", F(1, 2), ("^", "x", 2))),
        "log": ("log", "x"),
        "pieces": kernel_activations.piecewise_linear(
            [F(-1, 2), F(1), F(1, 1) + 1], [F(1), F(-1), F(-1), F(2)], F(1, 3)
        ),
        "line": kernel_activations.piecewise_linear([], [F(2)], F(1)),
    }
    for name, s in {**texts, **extra}.items():
        yield f"total {name}", partial(kernel_activations.total, s)
        for p, (q, radius) in product(
            (16, 64), product((F(0), F(1), F(-1, 3), F(-1), F(7, 2), F(40)), (0, 1, 3 << 13))
        ):
            x = Ball(Ball.exact(q, p).m, radius << (p - 16) if radius > 1 else radius, p)
            yield from (
                (
                    f"{name} {order} {shown(x)}",
                    partial(kernel_activation_values.derivatives, s, x, order),
                )
                for order in (0, 1, 2)
            )
        for number, order in product((F(0), F(-1, 2), F(1), F(5, 3), *EXACT[3:6]), (0, 1, 2)):
            yield (
                f"{name} {order} at {shown(number)}",
                partial(kernel_activation_values.derivatives, s, number, order),
            )
    for q in (F(-2), F(-1), F(0), F(1, 2), F(1), F(2)):
        for function in ("log", "sqrt"):
            yield f"total {function} {q}", partial(kernel_activations.total, (function, q))
        yield f"total 2 by {q}", partial(kernel_activations.total, ("/", F(2), q))
        yield f"total {q} by the number 2", partial(kernel_activations.total, ("/", q, F(2)))
        for n in (-3, -1, 0, 2):
            yield f"total {q} to {n}", partial(kernel_activations.total, ("^", q, n))
    powers = {f"power {n}": ("^", "x", n) for n in (-4, -2, -1, 1, 2, 3, 4, 6, 64)}
    for name, s in powers.items():
        yield f"total {name}", partial(kernel_activations.total, s)
        yield from (
            (
                f"{name} at {q} of order {order}",
                partial(kernel_activation_values.derivatives, s, q, order),
            )
            for q in (F(2), F(-1, 3))
            for order in (0, 2)
        )
    # breakpoints that no precision represents
    kinks = kernel_activations.piecewise_linear(
        [F(-2, 3), F(1, 3), F(2, 3)], [F(5), F(-3), F(7), F(-11)], F(1, 7)
    )
    for p, r in product((4, 5, 6, 7, 10, 11), (3, 9, 20)):
        yield from (
            (
                f"kinks {m} {r} {p}",
                partial(kernel_activation_values.derivatives, kinks, Ball(m, r, p), 0),
            )
            for m in (-(2 << p) // 3, (1 << p) // 3, (2 << p) // 3)
        )
    # guard bits: 1/3 as x^3 / (3 x^3), of large x
    cube = ("^", "x", 3)
    third = ("*", cube, ("/", F(1), ("*", F(3), cube)))
    for bits in (10, 126, 127, 128, 129, 200):
        yield (
            f"a third of {bits} bits",
            partial(
                kernel_activation_values.derivatives, third, Ball((1 << bits + 16) - 1, 0, 16), 0
            ),
        )


def term_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Squares among the factors of a product, operators that are read, small balls."""
    # one term twice: a square, and what is none
    at = Ball(5, 9, 8)
    yield from (
        (
            f"{t} {operator} itself",
            partial(kernel_activation_values.derivatives, tree, at, 1),
        )
        for t in ("x", ("exp", "x"), ("sqrt", ("exp", "x")))
        for operator, tree in (
            ("+", ("+", t, t)),
            ("*", ("*", ("^", t, 2))),
            ("/", ("/", t, t)),
            ("as another factor", ("*", t, t)),
        )
    )
    # of three factors, the first and another one equal; equal ones that are two objects
    e, other = ["exp", "x"], ["exp", "".join(["x"])]
    for name, t in {
        "equal to the last": ("*", "x", ("exp", "x"), "x"),
        "equal to the second": ("*", ("^", "x", 2), ("exp", "x")),
        "equal, not identical": kernel_problem.read_tree(["*", e, other], "tree", 4)[0],
    }.items():
        yield f"factors {name}", partial(kernel_activation_values.derivatives, t, at, 1)
    # an operator as files have it: an equal string, not the same
    erf = ("".join(("e", "rf")), "x")
    for order in (1, 2):
        yield f"erf, read {order}", partial(kernel_activation_values.derivatives, erf, at, order)
    # the mean value form, at precisions and radii of all kinds
    bent = ("*", F(100), ("+", "x", ("*", F(-1), "x", "x")))
    for p, m, r in product((8, 9, 12), (-300, 0, 77), (1, 2, 3, 5, 8, 21, 40, 63, 100)):
        yield (
            f"near {m} {r} {p}",
            partial(kernel_activation_values.derivatives, bent, Ball(m, r, p), 1),
        )
    # which breakpoints a range touches, and what it costs to look: they may be many, and long
    for digits in (1, 300, 638):
        breakpoints = [F(k * 10**digits + 1, 10**digits + 1) for k in range(4)]
        s = kernel_activations.piecewise_linear(breakpoints, [F(k % 2) for k in range(5)], F(0))
        places = (F(0), F(1, 2), *breakpoints)
        for k, n in product(range(len(places)), repeat=2):
            yield f"touched {digits} {k} {n}", partial(touched, s, places[k], places[n])
    # as small as balls are that need no mean value form, and larger
    for r in (511, 512, 513, 1023, 1024, 1025):
        yield f"small {r}", partial(kernel_activation_values.derivatives, bent, Ball(77, r, 40), 1)


def other_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Losses and their slopes; numbers and their grammar; what steps cost."""
    for loss, y in (
        ("half-squared-error", [F(1), F(-2)]),
        ("softmax-cross-entropy", [F(1, 3), F(2, 3)]),
        ("multinomial-logistic", [F(1, 4), F(1, 4)]),
    ):
        yield f"slopes {loss}", partial(kernel_losses.SLOPES[loss], [ATOMS[0], F(1, 2)], y)
        yield f"exact slopes {loss}", partial(kernel_losses.SLOPES[loss], [F(1), F(1, 2)], y)
    yield "slopes logistic", partial(kernel_losses.SLOPES["logistic"], [ATOMS[0] * 2], [F(-1)])
    yield from (
        (f"rational {text[:9]!r} {len(text)}", partial(kernel_values.rational, text, "here"))
        for text in RATIONALS
    )
    yield from (
        (f"number {value!r}", partial(kernel_values.number, value, "here")) for value in NUMBERS
    )
    yield from (
        (f"tree {tree!r}", partial(kernel_problem.read_tree, tree, "tree", 4)) for tree in GRAMMAR
    )
    deep: Any = "x"
    for level in range(6):
        yield f"tree of {level} levels", partial(kernel_problem.read_tree, deep, "tree", 4)
        deep = ["exp", deep]
    yield (
        "tree of many nodes",
        lambda: kernel_problem.read_tree(["+", *["x"] * 999], "tree", 4)[1],
    )
    yield (
        "tree of too many nodes",
        lambda: kernel_problem.read_tree(["+", *["x"] * 1000], "tree", 4)[1],
    )
    yield from reading()
    yield from losses()
    yield from memory()
    yield "caps", lambda: [kernel_values.MOST + 1, kernel_values.index("0", "here")]
    yield from conclusions()


def reading() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Caps of the reader, and what is just within and just beyond them; targets; texts that are
    cut.
    """
    yield (
        "caps of the reader",
        lambda: [
            kernel_canonical_json.FORMAT,
            kernel_canonical_json.MAX_BYTES,
            kernel_canonical_json.MAX_NESTING,
            kernel_values.MAX_SHIFT,
            kernel_values.MAX_DIGITS,
        ],
    )
    yield from (
        (f"file of {n} more bytes", lambda n=n: kernel_canonical_json.parse(b" " * ((4 << 20) + n)))
        for n in (0, 1)
    )
    yield from (
        (
            f"nested {n} deep",
            lambda n=n: len(kernel_canonical_json.parse(b"[" * n + b"]" * n + b"\n")),
        )
        for n in (99, 100, 101, 102, 103)
    )
    yield (
        "a number of many digits",
        partial(kernel_canonical_json.parse, b'{"a":' + b"1234567890" * 4 + b"}"),
    )
    yield (
        "a byte that is not ASCII, far off",
        partial(kernel_canonical_json.parse, b'{"' + b"a" * 10**6 + b"\xff"),
    )
    for word in ("a" * 39, "a" * 40, "a" * 41, "a" * 50):
        yield f"no word of {len(word)}", partial(kernel_values.one_of("b", "c"), word, "here")
    yield (
        "an unknown key of 50 letters",
        partial(kernel_values.Fields({"a": "1", "b" * 50: "1"}, "here").are, "a"),
    )
    rows = [
        [1],
        [0],
        [2],
        [-1],
        [F(1, 2)],
        [F(-1, 2)],
        [F(3, 2)],
        [0, 1],
        [1, 1],
        [F(1, 2), F(1, 2)],
        [F(1, 3), F(1, 2)],
        [-1, 2],
        [2, -1],
        [0, 0],
    ]
    long = {bits: [F(1, 1 << bits - 5001), F(1, (1 << 4999) + 1)] for bits in (9999, 10000, 10001)}
    for loss, row in product(kernel_problem.TARGETS, [*rows, [F(1, 3)] * 3]):
        yield (
            f"targets of {loss}: {' '.join(map(str, row))}",
            partial(kernel_problem.TARGETS[loss], [F(v) for v in row]),
        )
    yield from (
        (f"targets of {bits} bits", partial(kernel_problem.TARGETS["multinomial-logistic"], row))
        for bits, row in long.items()
    )
    deep, powers = "x", "x"
    for _ in range(40):
        deep, powers = ["exp", deep], ["^", powers, "2"]  # type: ignore[assignment]
    wide = [str(k) for k in range(64)]
    for name, value in {
        "no key": {},
        "two keys": {"polynomial": ["1"], "expression": "x"},
        "a key before expression": {"abc": "x"},
        "a key of 50 letters": {"e" * 50: "x"},
        "64 coefficients": {"polynomial": ["1"] * 64},
        "65 coefficients": {"polynomial": ["1"] * 65},
        "66 coefficients": {"polynomial": ["1"] * 66},
        "64 breakpoints": {
            "piecewise-linear": {"breakpoints": wide, "slopes": ["1"] * 65, "value_at_0": "0"}
        },
        "65 breakpoints": {
            "piecewise-linear": {
                "breakpoints": [*wide, "64"],
                "slopes": ["1"] * 66,
                "value_at_0": "0",
            }
        },
        "equal breakpoints": {
            "piecewise-linear": {
                "breakpoints": ["1", "1"],
                "slopes": ["1", "2", "1"],
                "value_at_0": "0",
            }
        },
        "40 levels": {"expression": deep},
        "41 levels": {"expression": ["exp", deep]},
        "40 powers": {"expression": powers},
        "41 powers": {"expression": ["^", powers, "2"]},
        "1000 nodes": {"expression": ["+", *["x"] * 999]},
        "1001 nodes": {"expression": ["+", *["x"] * 1000]},
        "an operator of 30 letters": {"expression": ["f" * 30, "x"]},
        "tanh, read": {"expression": ["".join(("ta", "nh")), "x"]},
    }.items():
        yield (
            f"activation: {name}",
            lambda value=value: str(kernel_problem.read_activation(value, "here")),
        )  # type: ignore[misc]
    yield (
        "nodes of a power",
        lambda: kernel_problem.read_tree(["^", ["+", "x", "x", "x"], "2"], "tree", 4)[1],
    )


def losses() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Losses of jets of two parameters; derivatives and features of a network whose layers
    differ.
    """
    b = partial(Ball, p=16)
    jet = kernel_jets.Jet(
        b(30000, 5),
        {0: b(-7000, 3), 1: b(40000, 0)},
        {(0, 1): b(999, 9), (1, 1): b(-123, 0)},
    )
    jets = [
        jet,
        kernel_jets.Jet(b(-50000, 2), {1: b(65536, 1)}, {}),
        kernel_jets.Jet(b(0, 7), {}, {}),
    ]
    for loss, count, order in product(kernel_losses.LOSSES, (1, 2, 3), (0, 1, 2)):
        f = [
            kernel_jets.Jet(
                jet.value,
                jet.gradient if order >= 1 else {},
                jet.hessian if order == 2 else {},
            )
            for jet in jets[:count]
        ]
        y = [b(v, 0) for v in (65536, -20000, 4096)[:count]]
        yield f"{loss} of {count}, order {order}", partial(_loss, loss, f, y, order)
    value = {
        "format": "exactland-problem/1",
        "network": {
            "inputs": "1",
            "hidden": [{"units": "2", "activation": "tanh", "bias": False}],
            "outputs": "1",
            "output_bias": True,
        },
        "loss": "half-squared-error",
        "data": {"x": [["1"], ["2"]], "y": [["1"], ["-1"]]},
    }
    problem = kernel_problem.read_problem(value, "problem")
    theta = [b(20000 * k - 50000, k) for k in range(problem.parameters)]
    yield from (
        (
            f"differentiate {order}",
            lambda order=order: list(kernel_evaluation.differentiate(problem, theta, order)),
        )
        for order in (0, 1, 2)
    )
    yield from (
        (f"features {depth}", partial(kernel_evaluation.features, problem, theta, depth))
        for depth in (0, 1, 2)
    )
    # 894^2 is just below 8 * 10^5, 632^2 below half of it: numbers of 4096 bits count twice
    sizes = ((893, 8), (894, 8), (894, 0), (895, 0), (632, 4096), (633, 4096))
    for parameters, bits in (*sizes, (633, 4081), (633, 4082)):
        layer = kernel_layout.Layer(1, None, False)
        bare = kernel_layout.Problem(parameters, (layer,), "half-squared-error", [], [])
        zero = Ball(0, 0, bits) if bits else F(0)
        yield (
            f"Hessian of {parameters} at {bits} bits",
            partial(_size_of_hessian, bare, [zero] * parameters),
        )


def _loss(loss: str, f: Any, y: Any, order: int) -> Any:
    """At one sample, and at two that are equal."""
    terms = kernel_losses.LOSSES[loss](f, y, order)
    return [kernel_jets.composed(terms), kernel_jets.composed(terms * 2)]


def memory() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What fits where little may be held at once: features of a layer, and portions of the sum of
    losses, which cost more the more there are.
    """
    for widths, depth in product(((5, 2), (2, 5), (4, 1), (1, 4), (1, 1)), (0, 1, 2, 3)):
        layers = [kernel_layout.Layer(units, "x", True) for units in widths]
        last = kernel_layout.Layer(1, None, False)
        data = [[F(k)] for k in range(3)]
        deep = kernel_layout.Problem(1, (*layers, last), "half-squared-error", data, data)
        for bits in (8, 0, 4096):
            zero = Ball(0, 0, bits) if bits else F(0)
            theta = [zero] * deep.parameters
            work = partial(kernel_evaluation.features, deep, theta, depth)
            yield f"features {depth} of {widths} at {bits} bits", partial(_with_room, 12, work)
    for inputs, widths, bias in product((1, 2, 3), ((), (1,), (4, 1), (1, 5), (3, 4, 2)), (0, 1)):
        some = [kernel_layout.Layer(units, "x", bool(bias)) for units in (*widths, 2)]
        net = kernel_layout.Problem(inputs, tuple(some), "half-squared-error", [], [])
        for order in (0, 1, 2):
            yield (
                f"entries {inputs} {widths} {bias} {order}",
                partial(kernel_evaluation._entries, net, order),
            )
    for numbers, room in product((1, 3, 4095, 4096, 4097), (1, 7, 4095, 4096, 4097, 10**6)):
        for like in (F(0), Ball(0, 0, 8), Ball(0, 0, 4096)):
            work = partial(kernel_evaluation._times_in_memory, numbers, like)
            kind = like.p if isinstance(like, Ball) else "exact"
            yield f"times in memory {numbers} {room} {kind}", partial(_with_room, room, work)
    for samples, times in product((1, 2, 3, 4, 6), (1, 2, 3, 4, 5, 8, 9)):
        data = [[F(k)] * 4 for k in range(samples)]
        bare = kernel_layout.Problem(
            4,
            (kernel_layout.Layer(1, None, False),),
            "half-squared-error",
            data,
            [[F(1)]] * samples,
        )
        theta = [Ball(k, 1, 8) for k in range(4)]
        work = partial(_differentiated, bare, theta)
        yield f"{samples} samples in room for {times}", partial(_with_room, 16 * times + 1, work)


def _differentiated(problem: kernel_layout.Problem, theta: list[Any]) -> list[Any]:
    return list(kernel_evaluation.differentiate(problem, theta, 2))


def _with_room(numbers: int, work: Callable[[], Any]) -> Any:
    with patch.object(kernel_evaluation, "MOST_NUMBERS", numbers):
        return work()


def _size_of_hessian(problem: kernel_layout.Problem, theta: list[Any]) -> int:
    return len(kernel_evaluation.differentiate(problem, theta, 2).hessian)


def conclusions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Distances that are just enough, and just too short, where no precision has the numbers."""

    def conclude(fact: kernel_facts.Fact, kind: str, center: list[F], distance: F) -> str:
        said = kernel_facts.Said(kind, center, distance)
        return kernel_conclusion.conclude(said, [fact])

    zeros, tiny = [F(0)] * 3, F(1, 10**2000)
    minimum = kernel_facts.Minimum(zeros, F(1, 7), F(0), F(0), "basin")
    exact = F(1, 7) + F(1)  # (2/3, 2/3, 1/3) is at distance 1
    for name, distance in (("enough", exact), ("too short", exact - tiny), ("negative", -exact)):
        yield (
            f"a minimum, and a distance that is {name}",
            partial(conclude, minimum, "local-minimum", [F(2, 3), F(-2, 3), F(1, 3)], distance),
        )
    box = kernel_facts.NoMinimumBox(zeros, F(1), zeros, "first")
    for name, distance in (
        ("enough", F(2, 3)),
        ("too short", F(2, 3) + tiny),
        ("negative", -tiny),
    ):
        yield (
            f"a box, and a ball, if the room is {name}",
            partial(conclude, box, "no-local-minimum", [F(1, 3), F(0), F(-1, 3)], distance),
        )
    long = [F(1, 10**639 + k) for k in range(60)]
    far = kernel_facts.Minimum([F(0)] * 60, F(0), F(0), F(0), "basin")
    for count in (20, 60):
        yield (
            f"a distance of {count} long numbers",
            partial(conclude, far._replace(center=[F(0)] * count), "basin", long[:count], F(1)),
        )


def told() -> dict[str, list[Any]]:
    """Everything, by name."""
    named = list(calls())
    assert len({name for name, _ in named}) == len(named), "two calls of one name"
    return {name: outcome(work) for name, work in named}

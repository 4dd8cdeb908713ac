"""The elementary functions before their last rounding, which hides most of what a series or a
working precision does; and the series itself.

`function_calls()` is told and on record with the other parts (`parts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch

from exactland.kernel import meter as kernel_meter
from exactland.kernel.arithmetic import elementary as kernel_elementary
from exactland.kernel.arithmetic.ball import Ball
from tests.kernel_only.parts import digest

EVERY = (0, 1, -1)
# n / 2^p at p = 4, on both sides of every change of method: e^x at -(p + 1), at powers of two and
# at 512; log at powers of two; atan at 1; erf at x^2 = p.
NEAR: dict[str, tuple[int, ...]] = {
    "_exp_point": (
        7,
        15,
        16,
        17,
        31,
        32,
        48,
        64,
        100,
        -15,
        -16,
        -31,
        -32,
        -79,
        -80,
        -81,
        -95,
        -96,
        -97,
        512 << 4,
        (512 << 4) + 1,
    ),
    "_log_point": (2, 3, 8, 12, 15, 16, 17, 20, 31, 32, 33, 64, 80, 1 << 40, (1 << 40) + 1),
    "_sqrt_point": (2, 3, 4, 15, 16, 17, 36, 64),
    "_atan_point": (2, 8, 15, 16, 17, 18, 40, -15, -16, -17, -40, 1 << 40),
    "_sin_cos_point": (
        8,
        16,
        24,
        25,
        26,
        49,
        50,
        51,
        75,
        76,
        100,
        101,
        127,
        -25,
        -50,
        -51,
        -75,
        -128,
        1000,
        1 << 40,
        1 << 515,
        (1 << 516) - 1,
        1 << 516,
    ),
    "_erf_point": (2, 8, 11, 12, 15, 16, 22, 23, 24, 27, 28, 31, 32, 33, -8, -16, -31, -32, -33),
    "_softplus_point": (
        2,
        8,
        16,
        30,
        40,
        143,
        144,
        145,
        -2,
        -16,
        -40,
        -144,
        -145,
        1 << 40,
        -(1 << 40),
    ),
    "_sigmoid_point": (
        2,
        8,
        16,
        30,
        40,
        143,
        144,
        145,
        -2,
        -16,
        -40,
        -144,
        -145,
        1 << 40,
        -(1 << 40),
    ),
}


def function_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, places in NEAR.items():
        some = [(p, n) for p in (4, 5, 30) for n in (*EVERY, *(place << p - 4 for place in places))]
        yield from (
            (f"{name} {n} {p} before it is rounded", partial(before_rounding, name, p, n))
            for p, n in (*some, *product((0, 1), range(-3, 4)))
        )
        yield (
            f"table of {name} before it is rounded",
            partial(
                digest,
                [
                    partial(before_rounding, name, p, n)
                    for p, n in product((6, 7), range(-300, 300))
                ],
            ),
        )
    many = [
        partial(before_rounding, "_sin_cos_point", 2000, (3 << 2000) + (k << 1993))
        for k in range(128)
    ]
    yield "table of _sin_cos_point 2000 before it is rounded", partial(digest, many)
    odd = [
        partial(kernel_elementary._odd_series, Ball(m, r, 8), sign)
        for m, r, sign in product(range(-85, 86), (0, 1, 9), (1, -1))
    ]
    yield "table of the odd series", partial(digest, odd)
    yield from (
        (f"pi {p} before it is rounded", partial(before_rounding, "pi", p)) for p in (0, 4, 30)
    )
    for m, r, least in (
        (64, 0, 0),
        (68, 3, 0),
        (15, 0, 0),
        (16, 1, 0),
        (60, 0, 2),
        (3, 2, 3),
        (-100, 5, 1),
    ):
        yield f"sum of {m} {r} from {least}", partial(halves, Ball(m, r, 8), least)
    yield from ((f"sum of {m}", partial(halves, Ball(m, 0, 8))) for m in (3, 16, 31, 33))
    yield from (
        (f"least number of terms of erf {n} {p}", partial(least_of_erf, n, p))
        for p in (0, 4, 5)
        for n in range(0, 41, 4)
    )
    yield (
        "what is kept",
        lambda: [
            getattr(kernel_elementary, name).cache_parameters()
            for name in ("_pi_of_file", "_sin_cos_point", "_monotone")
        ],
    )


def before_rounding(name: str, p: int, *arguments: int) -> Any:
    """The ball that a function would round to precision p."""
    function, at = getattr(kernel_elementary, name), Ball.at
    with patch.object(Ball, "at", lambda ball, to: ball if to == p else at(ball, to)):
        kept = [kernel_meter.BUDGET.get()] if name == "_sin_cos_point" else []
        return getattr(function, "__wrapped__", function)(*arguments, p, *kept)


def least_of_erf(n: int, p: int) -> list[int]:
    """After how many terms the series may end."""
    seen: list[int] = []

    def series(first: Ball, _f: Ball, _r: object, least: int = 0) -> Ball:
        seen.append(least)
        return first

    with patch.object(kernel_elementary, "_sum", series):
        kernel_elementary._erf_point(n, p)
    return seen


def halves(term: Ball, *least: int) -> list[Any]:
    """A series whose terms are halved each time, and the numbers of its steps."""
    steps: list[int] = []

    def ratio(k: int) -> tuple[int, int]:
        steps.append(k)
        return 3, 6

    one = Ball.exact(1, term.p)
    return [kernel_elementary._sum(term, one, ratio, *least), steps]

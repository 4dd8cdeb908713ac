"""Enclosures of exp, log, sqrt, sin, cos, atan, erf, softplus and sigmoid of a ball.

Each `_point` function takes an exact dyadic n / 2^p and returns a ball at precision p.
It works at a higher precision in ball arithmetic, so that rounding is accounted for by
`Ball` itself; what is left to prove is the argument reduction (an identity) and the
remainder of the series, which `_sum` adds. Monotone functions of a ball take their
values at its two ends; sin and cos vary by at most the radius.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from math import isqrt

from .ball import Ball, TooLarge, Undefined, refuse, tighter

# exp of more than this is refused, and sin and cos beyond 2 to this: bounded time and
# memory
MAX_EXPONENT = 1 << 9


def _sum(
    term: Ball, step: Callable[[Ball, int], tuple[Ball, Ball]], least: int = 0
) -> Ball:
    """Sum of t_0 = term, t_1, ..., t_least and further; step(s_k, k) gives the next
    carrier s_(k+1) and the next term t_(k+1).

    Callers guarantee |t_(k+1)| <= |t_k| / 2 from k = least on, so the remainder is at
    most the last term.
    """
    total, carrier, k = term, term, 0
    while k <= least or abs(term.m) >= 16:
        carrier, term = step(carrier, k)
        total, k = total + term, k + 1
    return Ball(total.m, total.r + term.magnitude(), total.p)


def _exp_point(n: int, p: int) -> Ball:
    """e^x = (e^(x / 2^j))^(2^j) with |x| / 2^j <= 2^-7; terms y^k / k! shrink by more
    than 2 each. Squaring doubles the relative error j times.
    """
    if n < -(p + 1) << p:
        return Ball(0, 1, p)  # 0 < e^x < e^-(p+1) < 2^-p
    refuse(
        n > MAX_EXPONENT << p, TooLarge, f"the argument of exp is above {MAX_EXPONENT}"
    )
    j = (abs(n) >> p).bit_length() + 7
    w = p + j + 16 + 3 * max(0, n >> p) // 2  # e^x < 2^(3x/2)
    y = Ball(n << (w - p - j), 0, w)
    s = _sum(Ball(1 << w, 0, w), lambda t, k: (u := t * y / (k + 1), u))
    for _ in range(j):
        s = s * s
    return s.at(p)


def _odd_series(y: Ball, sign: int) -> Ball:
    """y + sign y^3/3 + y^5/5 + ...: atanh y (sign 1) or atan y (sign -1), for |y| <=
    1/3, where the carriers y^(2k+1) shrink at least by 9.
    """
    square = y * y * sign
    return _sum(y, lambda t, k: (u := t * square, u / (2 * k + 3)))


def _log_point(n: int, p: int) -> Ball:
    """x = m 2^e with 1 <= m < 2: log x = e log 2 + 2 atanh((m - 1) / (m + 1)), log 2 =
    2 atanh(1/3).
    """
    refuse(n <= 0, Undefined, "logarithm of a range that is not positive")
    w, e = p + 24, n.bit_length() - 1 - p
    m = Ball(n << w - p + max(-e, 0), 0, w + max(e, 0)).at(w)
    return (
        (_odd_series((m - 1) / (m + 1), 1) + _odd_series(Ball(1 << w, 0, w) / 3, 1) * e)
        * 2
    ).at(p)


def _sqrt_point(n: int, p: int) -> Ball:
    refuse(n <= 0, Undefined, "square root of a range that is not positive")
    return Ball.between(root := isqrt(n << p), root + (root * root != n << p), p)


@lru_cache(64)
def pi(p: int) -> Ball:
    """pi = 16 atan(1/5) - 4 atan(1/239)."""
    one = Ball(1 << p + 16, 0, p + 16)
    return (_odd_series(one / 5, -1) * 16 - _odd_series(one / 239, -1) * 4).at(p)


def _atan_point(n: int, p: int) -> Ball:
    """|x| > 1: pi/2 - atan(1/|x|).

    Then twice atan y = 2 atan(y / (1 + sqrt(1 + y^2))), which brings |y| <= 1 below
    1/4.
    """
    w, large = p + 16, abs(n) > 1 << p
    y = (
        Ball(1 << w, 0, w) / Ball(abs(n) << 16, 0, w)
        if large
        else Ball(abs(n) << 16, 0, w)
    )
    for _ in range(2):
        y = y / (1 + sqrt(1 + y * y))
    value = pi(w) / 2 - _odd_series(y, -1) * 4 if large else _odd_series(y, -1) * 4
    return (value if n >= 0 else -value).at(p)


@lru_cache(8)
def _sin_cos_point(n: int, p: int) -> tuple[Ball, Ball]:
    """Reduce by a multiple of 2 pi to |y| < 4, then by 2^8; sin 2y = 2 sin y cos y, cos
    2y = 1 - 2 sin^2 y restore it.
    """
    magnitude = (abs(n) >> p).bit_length()
    refuse(
        magnitude > MAX_EXPONENT,
        TooLarge,
        f"the argument of sin or cos is above 2^{MAX_EXPONENT}",
    )
    w = p + 48 + magnitude
    x, turn = Ball(n << (w - p), 0, w), pi(w) * 2
    y = (x - turn * ((x.m + (turn.m >> 1)) // turn.m)) / 256
    square = y * y
    s = _sum(y, lambda t, k: (u := -t * square / ((2 * k + 2) * (2 * k + 3)), u))
    c = _sum(
        Ball(1 << w, 0, w),
        lambda t, k: (u := -t * square / ((2 * k + 1) * (2 * k + 2)), u),
    )
    for _ in range(8):
        s, c = s * c * 2, -(s * s * 2) + 1
    return s.at(p), c.at(p)


def _erf_point(n: int, p: int) -> Ball:
    """erf x = 2/sqrt(pi) e^(-x^2) sum of 2^k x^(2k+1) / (1 3 5 ... (2k+1)); 1 - erf x <
    e^(-x^2) < 2^-p for x^2 > p, x >= 1.

    Terms grow while 2 x^2 > 2k + 3, to less than e^(x^2) < 2^(3p/2), and shrink at
    least by half once 2k + 3 >= 4 x^2: the sum goes on at least that far.
    """
    if n * n > p << (2 * p):
        return Ball((1 << p) - 1, 1, p) * (1 if n >= 0 else -1)
    w = p + 32 + (3 * (n * n >> (2 * p)) // 2)
    square = (x := Ball(n << (w - p), 0, w)) * x * 2
    total = _sum(
        x, lambda t, k: (u := t * square / (2 * k + 3), u), 2 * (n * n >> (2 * p)) + 2
    )
    return (total * 2 * exp(-(x * x)) / sqrt(pi(w))).at(p)


# log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
def _softplus_point(n: int, p: int) -> Ball:
    return (
        log(_exp_point(-abs(n) << 8, p + 8) + 1) + Ball(max(n, 0) << 8, 0, p + 8)
    ).at(p)


def _sigmoid_point(n: int, p: int) -> Ball:
    """1 / (1 + t) for x >= 0, t / (1 + t) for x < 0, t = e^-|x|."""
    t = _exp_point(-abs(n) << 8, p + 8)
    return ((Ball(1 << t.p, 0, t.p) if n >= 0 else t) / (t + 1)).at(p)


# by identity: the series of one argument ask for its value several times
@lru_cache(32)
def _monotone(point: Callable[[int, int], Ball], x: Ball) -> Ball:
    low = point(x.m - x.r, x.p)
    high = point(x.m + x.r, x.p) if x.r else low
    return Ball.between(low.m - low.r, high.m + high.r, x.p)


def _bounded(which: int, x: Ball) -> Ball:
    return tighter(
        Ball((v := _sin_cos_point(x.m, x.p)[which]).m, v.r + x.r, x.p),
        Ball(0, 1 << x.p, x.p),
    )


POINTS = (
    _exp_point,
    _log_point,
    _sqrt_point,
    _atan_point,
    _erf_point,
    _softplus_point,
    _sigmoid_point,
)
exp, log, sqrt, atan, erf, softplus, sigmoid = (
    partial(_monotone, point) for point in POINTS
)
sin, cos = partial(_bounded, 0), partial(_bounded, 1)

"""Enclosures of exp, log, sqrt, sin, cos, atan, erf, softplus and sigmoid of a ball
(docs/theorems/enclosures.md).

Each `_point` function takes an exact dyadic n / 2^p and returns a ball at precision p.
It works at a higher precision in ball arithmetic, so that rounding is accounted for by
`Ball` and `_sum`; what is left to prove is the argument reduction (an identity) and the
remainder of the series, which `_sum` adds. Monotone functions of a ball take their
values at its two ends; sin and cos vary by at most the radius.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from math import isqrt

from ..meter import BUDGET, Budget, charge, cost_of_product
from ..refusals import TooLarge, Undefined
from .ball import COST_OF_A_BALL, Ball

# a_k and b_k, of a number k
Ratio = Callable[[int], tuple[int, int]]

# exp of more than this is refused, and sin and cos beyond 2 to this: bounded time and
# memory.
MAX_EXPONENT = 1 << 9

# A series ends with a term below this many units of its last place. When it ends is a
# matter of sharpness only: the remainder is added whatever it is.
NEGLIGIBLE = 16

# Bits beyond those of the result, for the roundings on the way: of sharpness only, but
# for the reduction of sin and cos, which is right to 2^-GUARD.
GUARD = 16


def _sum(first: Ball, factor: Ball, ratio: Ratio, least: int = 0) -> Ball:
    """The sum of the endless series t_0 = first, t_(k+1) = t_k factor a_k / b_k, at
    least up to t_(least + 1); the ratio of k is a_k, b_k > 0.

    Callers guarantee |t_(k+1)| <= |t_k| / 2 from k = least on, so the remainder is at
    most the last term. Middles round down by less than one unit.
    """
    p = first.p
    m = middle = first.m
    r = radius = first.r
    size = factor.magnitude()
    k = 0
    while k <= least or abs(m) >= NEGLIGIBLE:
        above, below = ratio(k)
        spread = abs(m) * factor.r + r * size
        m = (m * factor.m * above >> p) // below
        r = 1 - (-spread * above >> p) // below
        middle += m
        radius += r
        k += 1
    charge(k * COST_OF_A_BALL * cost_of_product(2 * p))
    return Ball(middle, radius + abs(m) + r, p)


def _exp_point(n: int, p: int) -> Ball:
    """e^x = (e^y)^(2^j), y = x / 2^j, |y| <= 2^-7, the terms y^k / k!. Squaring doubles
    the relative error j times, and e^x < 2^(3x/2): so many bits more.
    """
    if n < -(p + 1) << p:
        return Ball(0, 1, p)  # 0 < e^x < e^-(p+1) < 2^-p
    if n > MAX_EXPONENT << p:
        raise TooLarge(f"the argument of exp is above {MAX_EXPONENT}")
    j = (abs(n) >> p).bit_length() + 7
    w = p + j + GUARD + 3 * max(0, n >> p) // 2
    y = Ball(n << (w - p - j), 0, w)
    one = Ball.exact(1, w)
    power = _sum(one, y, lambda k: (1, k + 1))
    for _ in range(j):
        power = power.square()
    return power.at(p)


def _odd_series(y: Ball, sign: int) -> Ball:
    """atanh y (sign 1) or atan y (sign -1): y + sign y^3/3 + y^5/5 + ..., for |y| <=
    1/3: every term is at most a ninth of the one before.
    """
    factor = y.square() * sign
    return _sum(y, factor, lambda k: (2 * k + 1, 2 * k + 3))


def _log_point(n: int, p: int) -> Ball:
    """x = m 2^e with 1 <= m < 2: log x = e log 2 + 2 atanh((m - 1) / (m + 1)), log 2 =
    2 atanh(1/3).
    """
    if n <= 0:
        raise Undefined("logarithm of a range that is not positive")
    w = p + GUARD
    e = n.bit_length() - 1 - p
    digits = w + max(e, 0)  # none of m is lost before it is rounded
    m = Ball(n << (digits - p - e), 0, digits).at(w)
    half_log_m = _odd_series((m - 1) / (m + 1), 1)
    half_log_2 = _odd_series(Ball.exact(1, w) / 3, 1)
    return ((half_log_m + half_log_2 * e) * 2).at(p)


def _sqrt_point(n: int, p: int) -> Ball:
    """Between the root rounded down and the root rounded up, which is one more than
    that of the number before, rounded down.
    """
    if n <= 0:
        raise Undefined("square root of a range that is not positive")
    square = n << p
    return Ball.between(isqrt(square), isqrt(square - 1) + 1, p)


def pi(p: int) -> Ball:
    """Pi, once a file: each pays for its own, so that no verdict depends on others."""
    return _pi_of_file(p, BUDGET.get())


@lru_cache(64)
def _pi_of_file(p: int, _: Budget) -> Ball:
    """pi = 16 atan(1/5) - 4 atan(1/239)."""
    one = Ball.exact(1, p + GUARD)
    fifth = _odd_series(one / 5, -1)
    small = _odd_series(one / 239, -1)
    return (fifth * 16 - small * 4).at(p)


def _atan_point(n: int, p: int) -> Ball:
    """|x| > 1: pi/2 - atan(1/|x|).

    Then twice atan y = 2 atan(y / (1 + sqrt(1 + y^2))), which brings |y| <= 1 below
    1/4.
    """
    w = p + GUARD
    y = Ball(abs(n) << GUARD, 0, w)
    is_large = abs(n) > 1 << p
    if is_large:
        y = Ball.exact(1, w) / y
    for _ in range(2):
        y = y / (1 + sqrt(1 + y.square()))
    angle = _odd_series(y, -1) * 4
    if is_large:
        angle = pi(w) / 2 - angle
    return (angle if n >= 0 else -angle).at(p)


@lru_cache(8)
def _sin_cos_point(n: int, p: int, _budget: Budget) -> tuple[Ball, Ball]:
    """Both, as the derivative of one is the other; once a file, as pi.

    Reduce by a multiple of 2 pi to |y| < 4. The terms are y^k / k!, with alternating
    signs, so from k = 3 on the ratio is at most 16 / (7 * 8).
    """
    length = (abs(n) >> p).bit_length()
    if length > MAX_EXPONENT:
        raise TooLarge(f"the argument of sin or cos is above 2^{MAX_EXPONENT}")
    w = p + GUARD + length
    x = Ball(n << (w - p), 0, w)
    turn = pi(w) * 2
    turns = (x.m + (turn.m >> 1)) // turn.m
    y = x - turn * turns
    one = Ball.exact(1, w)
    square = -y.square()
    s = _sum(y, square, partial(_two_factors, 2), 3)
    c = _sum(one, square, partial(_two_factors, 1), 3)
    return s.at(p), c.at(p)


def _two_factors(first: int, k: int) -> tuple[int, int]:
    """1 / ((2k + first) (2k + first + 1)), from one term to the next."""
    return 1, (2 * k + first) * (2 * k + first + 1)


def _erf_point(n: int, p: int) -> Ball:
    """erf x = 2/sqrt(pi) e^(-x^2) sum of 2^k x^(2k+1) / (1 3 5 ... (2k+1)); 1 - erf x <
    e^(-x^2) < 2^-p for x^2 > p, x >= 1.

    Terms grow while 2 x^2 > 2k + 3, to less than e^(x^2) < 2^(3p/2), and shrink at
    least by half once 2k + 3 >= 4 x^2: the sum goes on at least that far.
    """
    if n * n > p << (2 * p):
        almost_one = Ball((1 << p) - 1, 1, p)
        return almost_one if n >= 0 else -almost_one
    whole = n * n >> (2 * p)  # of x^2, rounded down
    w = p + GUARD + 3 * whole // 2
    x = Ball(n << (w - p), 0, w)
    square = x.square()
    least = 2 * whole + 2
    total = _sum(x, square, lambda k: (2, 2 * k + 3), least)
    return (total * 2 * exp(-square) / sqrt(pi(w))).at(p)


def _exp_of_minus_size(n: int, p: int) -> Ball:
    """e^-|x|, with guard bits."""
    return _exp_point(-abs(n) << GUARD, p + GUARD)


def _softplus_point(n: int, p: int) -> Ball:
    """log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)."""
    t = _exp_of_minus_size(n, p)
    positive = Ball(max(n, 0) << GUARD, 0, t.p)
    return (log(t + 1) + positive).at(p)


def _sigmoid_point(n: int, p: int) -> Ball:
    """1 / (1 + t) for x >= 0, t / (1 + t) for x < 0, t = e^-|x|."""
    t = _exp_of_minus_size(n, p)
    above = Ball.exact(1, t.p) if n >= 0 else t
    return (above / (t + 1)).at(p)


# by identity: the series of one argument ask for its value several times
@lru_cache(32)
def _monotone(point: Callable[[int, int], Ball], x: Ball) -> Ball:
    """Of an increasing function: from its value at the lower end to that at the upper
    end.
    """
    low = point(x.m - x.r, x.p)
    high = point(x.m + x.r, x.p) if x.r else low
    return Ball.between(low.m - low.r, high.m + high.r, x.p)


def _bounded(which: int, x: Ball) -> Ball:
    """Sine (0) or cosine (1), from its value in the middle of a ball: the slope is at
    most 1, and so is the size.
    """
    middle = _sin_cos_point(x.m, x.p, BUDGET.get())[which]
    one = 1 << x.p
    if middle.r + x.r < one:
        return Ball(middle.m, middle.r + x.r, x.p)
    return Ball(0, one, x.p)


exp = partial(_monotone, _exp_point)
log = partial(_monotone, _log_point)
sqrt = partial(_monotone, _sqrt_point)

# Refused where a ball is not shown to be in their domain, or is beyond the caps.
FUNCTIONS = {
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "sin": partial(_bounded, 0),
    "cos": partial(_bounded, 1),
    "atan": partial(_monotone, _atan_point),
    "erf": partial(_monotone, _erf_point),
    "softplus": partial(_monotone, _softplus_point),
    "sigmoid": partial(_monotone, _sigmoid_point),
}

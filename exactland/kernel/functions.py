"""Enclosures of exp, log, sqrt, sin, cos, atan, tanh, erf, softplus and sigmoid of a ball.

Each `_point` function takes an exact dyadic n / 2^p and returns a ball at precision p. It works at a higher precision in ball
arithmetic, so that rounding is accounted for by `Ball` itself; what is left to prove is the argument reduction (an identity) and the remainder of
the series, which `_sum` adds. Monotone functions of a ball take their values at its two ends; sin and cos are expanded about the midpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isqrt

from .ball import Ball, TooLarge, Undefined, tighter

MAX_EXPONENT = 1 << 9  # exp of more than this is refused, and sin and cos beyond 2 to this: bounded time and memory


def _sum(term: Ball, step: Callable[[Ball, int], tuple[Ball, Ball]]) -> Ball:
    """Sum of t_0 = term, t_1, ...; step(s_k, k) gives the next carrier s_(k+1) and the next term t_(k+1).

    Callers guarantee |t_(k+1)| <= |t_k| / 2 from the place where terms are below 16 units on, so the remainder is at most the last term.
    """
    total, carrier, k = term, term, 0
    while True:
        carrier, term = step(carrier, k)
        total = total + term
        k += 1
        if abs(term.m) < 16:
            return Ball(total.m, total.r + term.magnitude(), total.p)


def _exp_point(n: int, p: int) -> Ball:
    """e^x = (e^(x / 2^j))^(2^j) with |x| / 2^j <= 2^-7; terms y^k / k! shrink by more than 2 each. Squaring doubles the relative error j times."""
    if n < -(p + 1) << p:
        return Ball.between(0, 1, p)  # 0 < e^x < e^-(p+1) < 2^-p
    if n > MAX_EXPONENT << p:
        raise TooLarge(f"the argument of exp is above {MAX_EXPONENT}")
    j = (abs(n) >> p).bit_length() + 7
    w = p + j + 16 + 3 * max(0, n >> p) // 2  # e^x < 2^(3x/2)
    y = Ball(n << (w - p - j), 0, w)
    s = _sum(Ball(1 << w, 0, w), lambda t, k: (u := t * y / (k + 1), u))
    for _ in range(j):
        s = s * s
    return s.at(p)


def _odd_series(y: Ball, sign: int) -> Ball:
    """y + sign y^3/3 + y^5/5 + ...: atanh y (sign 1) or atan y (sign -1), for |y| <= 1/3, where the carriers y^(2k+1) shrink at least by 9."""
    square = y * y * sign
    return _sum(y, lambda t, k: (u := t * square, u / (2 * k + 3)))


def _log_point(n: int, p: int) -> Ball:
    """x = m 2^e with 1 <= m < 2: log x = e log 2 + 2 atanh((m - 1) / (m + 1)), log 2 = 2 atanh(1/3)."""
    if n <= 0:
        raise Undefined("logarithm of a range that is not positive")
    w = p + 24
    e = n.bit_length() - 1 - p
    x = Ball(n << (w - p), 0, w)
    m = x if e == 0 else (Ball(x.m << -e, 0, w) if e < 0 else Ball(n << (w - p), 0, w + e).at(w))
    one_third = Ball(1 << w, 0, w) / 3
    return ((_odd_series((m - 1) / (m + 1), 1) + _odd_series(one_third, 1) * e) * 2).at(p)


def _sqrt_point(n: int, p: int) -> Ball:
    if n <= 0:
        raise Undefined("square root of a range that is not positive")
    root = isqrt(n << p)
    return Ball.between(root, root + (root * root != n << p), p)


def pi(p: int) -> Ball:
    """Computed at few precisions, so that it is computed few times."""
    return _machin(p + 16 - p % 64 + 64).at(p)


@lru_cache(16)
def _machin(w: int) -> Ball:
    """pi = 16 atan(1/5) - 4 atan(1/239), to about 16 bits less than w."""
    one = Ball(1 << w, 0, w)
    return _odd_series(one / 5, -1) * 16 - _odd_series(one / 239, -1) * 4


def _atan_point(n: int, p: int) -> Ball:
    """|x| > 1: pi/2 - atan(1/|x|). Then twice atan y = 2 atan(y / (1 + sqrt(1 + y^2))), which brings |y| <= 1 below 1/4."""
    w = p + 16
    x = Ball(abs(n) << (w - p), 0, w)
    large = x.m > 1 << w
    y = 1 / x if large else x
    for _ in range(2):
        y = y / (1 + sqrt(1 + y * y))
    value = _odd_series(y, -1) * 4
    value = pi(w) / 2 - value if large else value
    return (value if n >= 0 else -value).at(p)


def _sin_cos_point(n: int, p: int) -> tuple[Ball, Ball]:
    """Reduce by a multiple of 2 pi to |y| < 4, then by 2^8; sin 2y = 2 sin y cos y, cos 2y = 1 - 2 sin^2 y restore it."""
    magnitude = (abs(n) >> p).bit_length()
    if magnitude > MAX_EXPONENT:
        raise TooLarge(f"the argument of sin or cos is above 2^{MAX_EXPONENT}")
    w = p + 48 + magnitude
    x = Ball(n << (w - p), 0, w)
    turn = pi(w) * 2
    y = (x - turn * ((x.m + (turn.m >> 1)) // turn.m)) / 256
    square = y * y
    s = _sum(y, lambda t, k: (u := -t * square / ((2 * k + 2) * (2 * k + 3)), u))
    c = _sum(Ball(1 << w, 0, w), lambda t, k: (u := -t * square / ((2 * k + 1) * (2 * k + 2)), u))
    for _ in range(8):
        s, c = s * c * 2, 1 - s * s * 2
    return s.at(p), c.at(p)


def _tanh_point(n: int, p: int) -> Ball:
    """tanh |x| = (1 - t) / (1 + t), t = e^(-2|x|)."""
    t = _exp_point(-abs(n) << 9, p + 8)
    value = ((1 - t) / (1 + t)).at(p)
    return value if n >= 0 else -value


def _erf_point(n: int, p: int) -> Ball:
    """erf x = 2/sqrt(pi) e^(-x^2) sum of 2^k x^(2k+1) / (1 3 5 ... (2k+1)); 1 - erf x < e^(-x^2) < 2^-p for x^2 > p, x >= 1.

    Terms grow while 2 x^2 > 2k + 3, to less than e^(x^2) < 2^(3p/2), and shrink at least by half once 2k + 3 >= 4 x^2: the sum goes on at least that far.
    """
    if n * n > p << (2 * p):
        value = Ball.between((1 << p) - 1, 1 << p, p)
        return value if n >= 0 else -value
    w = p + 32 + (3 * (n * n >> (2 * p)) // 2)
    x = Ball(n << (w - p), 0, w)
    square = x * x * 2
    enough = 2 * (n * n >> (2 * p)) + 2
    total = term = x
    k = 0
    while k < enough or abs(term.m) >= 16:
        term = term * square / (2 * k + 3)
        total = total + term
        k += 1
    total = Ball(total.m, total.r + term.magnitude(), w)
    return (total * 2 * exp(-(x * x)) / sqrt(pi(w))).at(p)


def _softplus_point(n: int, p: int) -> Ball:
    """log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)."""
    return (log(_exp_point(-abs(n) << 8, p + 8) + 1) + Ball(max(n, 0) << 8, 0, p + 8)).at(p)


def _sigmoid_point(n: int, p: int) -> Ball:
    """1 / (1 + t) for x >= 0, t / (1 + t) for x < 0, t = e^-|x|."""
    t = _exp_point(-abs(n) << 8, p + 8)
    return ((1 if n >= 0 else t) / (1 + t)).at(p)


def _monotone(point: Callable[[int, int], Ball]) -> Callable[[Ball], Ball]:
    @lru_cache(8)  # by identity: the series of one argument ask for its value several times
    def function(x: Ball) -> Ball:
        low = point(x.m - x.r, x.p)
        high = point(x.m + x.r, x.p) if x.r else low
        return Ball.between(low.m - low.r, high.m + high.r, x.p)

    return function


exp = _monotone(_exp_point)
log = _monotone(_log_point)
sqrt = _monotone(_sqrt_point)
atan = _monotone(_atan_point)
tanh = _monotone(_tanh_point)
erf = _monotone(_erf_point)
softplus = _monotone(_softplus_point)
sigmoid = _monotone(_sigmoid_point)


@lru_cache(8)
def sin_cos(x: Ball) -> tuple[Ball, Ball]:
    """sin(m + d) = sin m + d cos m + e, |e| <= d^2 / 2; the same for cos; both within [-1, 1]."""
    s, c = _sin_cos_point(x.m, x.p)
    if not x.r:
        return s, c
    full = Ball(0, 1 << x.p, x.p)
    d, e = Ball(0, x.r, x.p), Ball(0, (x.r * x.r >> (x.p + 1)) + 1, x.p)
    return tighter(s + c * d + e, full), tighter(c - s * d + e, full)


def sin(x: Ball) -> Ball:
    return sin_cos(x)[0]


def cos(x: Ball) -> Ball:
    return sin_cos(x)[1]

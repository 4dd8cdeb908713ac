"""How many zeros sums of tanh(x w) have: the computation in W5 of docs/theorems/walls.md, in
integers alone.

Let f(u) = tanh(t/2) with t = e^u, and D_k(u) = (-1)^(k(k-1)/2) det[f^(i+j)(u)], 0 <= i, j < k. W5
proves on paper: if D_1, ..., D_N > 0 on the whole line, a sum of a_i tanh(x_i w) over N distinct
x_i > 0, not all a_i = 0, has at most N - 1 zeros w > 0 with multiplicity. Here D_k > 0 is proved
for given k: in z = e^t every f^(n) is N_n(t, z) / (1 + z)^(n + 1) with an integer polynomial N_n,
so (1 + z)^(k^2) D_k = sum of c t^a e^(b t) with integers c, a, b, an entire function of t. If its
Taylor coefficients at t = 0 are non-negative and one is positive, it is positive for all t > 0,
which is D_k > 0 for all u.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import count
from math import perm

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

RING = fmpz_mpoly_ctx.get(("t", "z"), Ordering.lex)
Terms = Mapping[tuple[int, int], int]  # (a, b) -> c: the sum of c t^a e^(b t)


def zeros_bounded(terms: int) -> bool:
    """Whether it is proved here that a sum of N <= `terms` different tanh(x w), x > 0, not
    identically zero, has at most N - 1 zeros w > 0 with multiplicity.

    False is no claim about sums (but D_7 does take negative values).

    >>> [zeros_bounded(n) for n in range(1, 8)]
    [True, True, True, True, True, True, False]
    """
    return all(determinant_positive(k) for k in range(1, terms + 1))


@cache
def determinant_positive(k: int) -> bool:
    """Whether D_k > 0 on the whole line is proved here, k >= 1.

    False is no claim: non-negative coefficients are sufficient, not necessary.
    """
    return has_nonnegative_coefficients(determinant_terms(k))


def determinant_terms(k: int) -> Terms:
    """(1 + e^t)^(k^2) D_k as a sum of c t^a e^(b t), k >= 1, exactly.

    >>> determinant_terms(1), determinant_terms(2)
    ({(0, 1): 1, (0, 0): -1}, {(2, 3): 2, (2, 1): 2, (1, 3): -2, (1, 1): 2})
    """
    n = numerators(2 * k - 1)
    rows = [[n[i + j] for j in range(k)] for i in range(k)]
    sign = -1 if k * (k - 1) // 2 % 2 else 1
    return {(int(a), int(b)): sign * int(c) for (a, b), c in _determinant(rows).to_dict().items()}


def numerators(length: int) -> list[fmpz_mpoly]:
    """N_0, ..., N_(length-1) with f^(n) = N_n(t, e^t) / (1 + e^t)^(n + 1): d/du multiplies by t and
    differentiates by t, where z = e^t has the derivative z.
    """
    t, z = RING.gens()
    found = [z - 1]
    for n in range(1, length):
        p = found[-1]
        found.append(t * ((1 + z) * (p.derivative("t") + z * p.derivative("z")) - n * z * p))
    return found


def has_nonnegative_coefficients(terms: Terms) -> bool:
    """Whether sum of c t^a e^(b t), b >= 0, not identically zero, has no negative Taylor
    coefficient at 0: then it is positive for all t > 0. Both answers are proved, and the
    calculation ends.

    n! times the n-th coefficient is the sum of c (n)_a b^(n-a), (n)_a = n (n-1) ... (n-a+1). These
    integers are calculated up to an n from where the term of the largest b, and of the largest a
    among those, stays above the sum of all others: its ratio to one with (a', b') changes from n to
    n + 1 by the factor b (n+1-a') / (b' (n+1-a)), which is at least 1 from any n on where b
    (n+1-a') >= b' (n+1-a), as b >= b'. Terms with b' = 0 are 0 for n > a'.

    >>> [has_nonnegative_coefficients({(0, 2): 1, (1, 1): -c}) for c in (1, 2, 3)]
    [True, True, False]
    >>> has_nonnegative_coefficients({})
    False
    """
    present = {key: c for key, c in terms.items() if c}
    if not present:
        return False
    b, a = max((b, a) for a, b in present)
    if b == 0:
        return min(present.values()) > 0  # a polynomial
    beyond = max(a for a, _ in present)
    for n in count():
        at = {
            key: c * perm(n, key[0]) * key[1] ** (n - key[0])
            for key, c in present.items()
            if n >= key[0]
        }
        total = sum(at.values())
        if total < 0:
            return False
        steady = n > beyond and all(
            b * (n + 1 - lower) >= slower * (n + 1 - a) for lower, slower in present
        )
        if steady and 2 * at[a, b] > sum(map(abs, at.values())):
            return True
    raise AssertionError("unreachable")


def _determinant(rows: list[list[fmpz_mpoly]]) -> fmpz_mpoly:
    """Row by row: the minors of the first rows, by the set of their columns."""
    minors = {0: RING.constant(1)}
    for row in rows:
        larger: dict[int, fmpz_mpoly] = {}
        for columns, minor in minors.items():
            for j, entry in enumerate(row):
                if not columns >> j & 1:
                    term = minor * entry * (-1) ** (columns >> j).bit_count()
                    larger[columns | 1 << j] = larger.get(columns | 1 << j, RING.constant(0)) + term
        minors = larger
    return minors[(1 << len(rows)) - 1]

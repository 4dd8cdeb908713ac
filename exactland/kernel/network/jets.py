"""Functions of theta at one sample with their derivatives: sums, and composition with a
function of one variable.

Weighted sums and composition follow the chain rule entry by entry, so a box of
parameters gives enclosures of everything (proofs/THEOREMS.md, "Derivatives", (a)).
"""

from collections import defaultdict
from typing import Generic, NamedTuple, TypeVar

from ..arithmetic import Number, dot, metered

Index = TypeVar("Index")


class Jet(NamedTuple, Generic[Number]):
    """A function of theta: its value, and what is not 0 of its derivatives: by theta_p
    at p, by theta_p and theta_q, p <= q, at (p, q).
    """

    value: Number
    gradient: dict[int, Number]
    hessian: dict[tuple[int, int], Number]


Jets = list[Jet[Number]]


def pre_activation(
    weights: list[Number], own: list[int], fed: Jets[Number], order: int
) -> Jet[Number]:
    """z = sum_k theta[own_k] a_k, the weights these theta.

    The a_k depend on earlier parameters only, so the derivatives of z by theta[own_k]
    are a_k and the derivatives of a_k, and no other entry has these places.
    """
    z = weighted_sum(weights, fed)
    if order == 0:
        return z
    for p, a in zip(own, fed):
        z.gradient[p] = a.value
        if order == 2:
            for q, entry in a.gradient.items():
                z.hessian[q, p] = entry
    return z


def weighted_sum(weights: list[Number], jets: Jets[Number]) -> Jet[Number]:
    """The sum of weight * jet, the weights taken as constants."""
    return Jet(
        dot(weights, [jet.value for jet in jets]),
        _sum_of_entries(weights, [jet.gradient for jet in jets]),
        _sum_of_entries(weights, [jet.hessian for jet in jets]),
    )


def _sum_of_entries(
    weights: list[Number], terms: list[dict[Index, Number]]
) -> dict[Index, Number]:
    """The sum of weight * entry at every index, of those terms that have one."""
    factors = defaultdict[Index, list[Number]](list)
    entries = defaultdict[Index, list[Number]](list)
    for weight, term in zip(weights, terms):
        for index, entry in term.items():
            factors[index].append(weight)
            entries[index].append(entry)
    return {index: dot(factors[index], entries[index]) for index in factors}


def composition(s: list[Number], z: Jet[Number]) -> Jet[Number]:
    """s(z), from s, s', s'' at z, as many as are wanted: gradient s' dz, Hessian
    s' d2z + s'' dz dz^T, on the diagonal and above it.
    """
    if len(s) == 1:
        return Jet(s[0], {}, {})
    rate = s[1]
    gradient = {p: metered(entry * rate) for p, entry in z.gradient.items()}
    hessian = {pq: metered(entry * rate) for pq, entry in z.hessian.items()}
    places = sorted(z.gradient) if len(s) == 3 else []
    for k, p in enumerate(places):
        bent = metered(z.gradient[p] * s[2])
        for q in places[k:]:
            entry = metered(bent * z.gradient[q])
            if (p, q) in hessian:
                entry = metered(hessian[p, q] + entry)
            hessian[p, q] = entry
    return Jet(s[0], gradient, hessian)

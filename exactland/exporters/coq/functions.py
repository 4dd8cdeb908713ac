"""Activations in Coq, why they are continuous (`Deep.v`, `Activations.v`), and why they shrink
(`IndependentInputs.v`, `Shrinking.v`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from exactland.exporters.coq import enclosed, exact
from exactland.exporters.coq.statement import UNNAMED
from exactland.exporters.coq.terms import listed, rat, rats, real
from exactland.exporters.coq.wide import ACTIVATIONS
from exactland.model.activations import NAMED, SELU_ALPHA, SELU_SCALE, Activation
from exactland.model.network import Layer

LINE = 2  # coefficients of a line
CONTINUITY = {  # a proof, as a term
    "sigmoid": "limit_continuity _ _ Activations.sigmoid_d1",
    "tanh": "limit_continuity _ _ Activations.tanh_d1",
    "softplus": "limit_continuity _ _ Activations.softplus_d1",
    "swish": "limit_continuity _ _ Activations.swish_d1",
    "mish": "limit_continuity _ _ Activations.mish_d1",
    "sin": "continuity_sin",
    "exp": "exp_continuity",
    "arctan": "limit_continuity _ _ Activations.atan_d1",
    "gelu": "gelu_continuity",
    "softsign": "softsign_continuity",
    "elu": "elu_continuity",
    "selu": f"selu_continuity ({real(SELU_SCALE * SELU_ALPHA)}) ({real(SELU_SCALE)})",
}


SHRINKS = {
    "sigmoid": "sigmoid_shrinks_locally",
    "tanh": "tanh_shrinks_locally",
    "softplus": "softplus_shrinks_locally",
    "swish": "swish_shrinks_locally",
    "mish": "mish_shrinks_locally",
    "sin": "sin_shrinks_locally",
    "exp": "exp_shrinks_locally",
    "arctan": "atan_shrinks_locally",
    "gelu": "gelu_shrinks_locally",
    "softsign": "softsign_shrinks_locally",
    "elu": "elu_shrinks_locally",
    "selu": (
        f"selu_shrinks_locally ({real(SELU_SCALE * SELU_ALPHA)}) ({real(SELU_SCALE)})"
        " ltac:(lra) ltac:(lra)"
    ),
}


@dataclass(frozen=True)
class Function:
    """An activation: its name in Coq, its definition (None if Coq has it), and the tactics that
    show it to be continuous, and to shrink (none if it is not known to).
    """

    name: str
    body: str | None
    continuity: tuple[str, ...]
    shrinks: tuple[str, ...]

    @staticmethod
    def of(s: Activation, place: str) -> Function:
        """Raises InputError, at that place, for what is not named and no polynomial in pieces."""
        for name, body in ACTIVATIONS.items():
            if NAMED[name] == s:
                return _named(name, name, body)
        for name, known in enclosed.ACTIVATIONS.items():
            if NAMED[name] == s:
                return _named(name, known.name, known.body)
        return _in_pieces(exact.definition(s, place))


def _named(name: str, in_coq: str, body: str | None) -> Function:
    return Function(in_coq, body, (f"exact ({CONTINUITY[name]}).",), (f"exact ({SHRINKS[name]}).",))


def _in_pieces(form: exact.Form) -> Function:
    """A polynomial in pieces; it shrinks if they are lines that all rise, or all fall."""
    first = rats(form.first)
    others = listed(f"({rat(b)}, {rats(after)})" for b, after in form.others)
    same = (
        f"  (piecewise {first} {others}));",
        f"  [intros t; unfold {form.name}, piecewise, poly, of_rat; cbn [fst snd];",
        "    unfold Rmax, Rmin; repeat destruct Rle_dec; first [lra|field]|].",
    )
    continuity = (
        f"apply (same_continuity {form.name}",
        *same,
        f"exact (piecewise_continuity {others} {first} eq_refl).",
    )
    way = _way(form)
    shrinks = (
        f"apply (same_shrinks_locally {form.name}",
        *same,
        f"exact (piecewise_shrinks_locally {way} {first} {others} ltac:(lia) eq_refl eq_refl).",
    )
    return Function(form.name, form.body, continuity, shrinks if way else ())


def _way(form: exact.Form) -> str:
    """1 in Coq if all pieces are rising lines, -1 if falling ones, else nothing."""
    pieces = [form.first, *(piece for _, piece in form.others)]
    if any(len(piece) != LINE for piece in pieces):
        return ""
    slopes = [slope for _, slope in pieces]
    if all(slope > 0 for slope in slopes):
        return "1%Z"
    return "(-1)%Z" if all(slope < 0 for slope in slopes) else ""


def functions_of(layers: Sequence[Layer]) -> list[Function]:
    """For every layer; different ones have different names. Raises InputError like `of`."""
    found: list[Function] = []
    for k, layer in enumerate(layers):
        function = Function.of(layer.activation, f"claim.problem.network.hidden[{k}].activation")
        if function.name == UNNAMED:
            function = _renamed(function, f"{UNNAMED}_{k + 1}")
        found.append(function)
    return found


def _renamed(function: Function, name: str) -> Function:
    continuity = tuple(line.replace(function.name, name) for line in function.continuity)
    shrinks = tuple(line.replace(function.name, name) for line in function.shrinks)
    return replace(function, name=name, continuity=continuity, shrinks=shrinks)

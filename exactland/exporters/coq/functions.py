"""Activations in Coq, and why they are continuous (`Deep.v`, `Activations.v`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from exactland.exporters.coq import enclosed, exact
from exactland.exporters.coq.statement import UNNAMED
from exactland.exporters.coq.terms import listed, rat, rats, real
from exactland.exporters.coq.wide import ACTIVATIONS
from exactland.model.activations import NAMED, SELU_ALPHA, SELU_SCALE, Activation
from exactland.model.network import Layer

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


@dataclass(frozen=True)
class Function:
    """An activation: its name in Coq, its definition (None if Coq has it), and the tactics that
    show it to be continuous.
    """

    name: str
    body: str | None
    continuity: tuple[str, ...]

    @staticmethod
    def of(s: Activation, place: str) -> Function:
        """Raises InputError, at that place, for what is not named and no polynomial in pieces."""
        for name, body in ACTIVATIONS.items():
            if NAMED[name] == s:
                return Function(name, body, (f"exact ({CONTINUITY[name]}).",))
        for name, known in enclosed.ACTIVATIONS.items():
            if NAMED[name] == s:
                return Function(known.name, known.body, (f"exact ({CONTINUITY[name]}).",))
        form = exact.definition(s, place)
        others = listed(f"({rat(b)}, {rats(after)})" for b, after in form.others)
        return Function(form.name, form.body, _pieces_meet(form.name, rats(form.first), others))


def _pieces_meet(name: str, first: str, others: str) -> tuple[str, ...]:
    """That it is this polynomial in pieces, and that the pieces meet."""
    return (
        f"apply (same_continuity {name} (piecewise {first} {others}));",
        f"  [intros t|exact (piecewise_continuity {others} {first} eq_refl)].",
        f"unfold {name}, piecewise, poly, of_rat; cbn [fst snd].",
        "unfold Rmax, Rmin; repeat destruct Rle_dec; first [lra|field].",
    )


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
    lines = tuple(line.replace(function.name, name) for line in function.continuity)
    return replace(function, name=name, continuity=lines)

"""Proofs of the wide side: rule 4.2, for every activation whose definition is written below or by
the other modules (`Exact.v`).
"""

from __future__ import annotations

from exactland.certificates.steps import WideTheorem
from exactland.exporters.coq import enclosed, exact
from exactland.exporters.coq.evidence import Evidence
from exactland.exporters.coq.proof import shallow
from exactland.exporters.coq.statement import About, Stated
from exactland.exporters.coq.terms import real
from exactland.model.activations import NAMED, SELU_ALPHA, SELU_SCALE, Activation

IMPORTS = (
    "Require Import ZArith Reals List Bool.",
    "From Coquelicot Require Import Hierarchy RInt.",
    "From Exactland Require Import Sums Basins Jets Exact.",
)
ACTIVATIONS = {  # besides those of enclosed.py
    "gelu": (
        "t * (1 / 2 + RInt (V := R_CompleteNormedModule) (fun u => exp (- u² / 2)) 0 t / sqrt (2 *"
        " PI))"
    ),
    "softsign": "t / (1 + Rabs t)",
    "elu": "if Rle_dec t 0 then exp t - 1 else t",
    "selu": (
        f"if Rle_dec t 0 then {real(SELU_SCALE * SELU_ALPHA)} * (exp t - 1) else"
        f" {real(SELU_SCALE)} * t"
    ),
}
# the named activations for which there is no definition in Coq
NOT_EXPORTED: tuple[str, ...] = ()


def export(said: Stated, _step: WideTheorem, _evidence: Evidence) -> list[str]:
    """The file for a network without a sub-optimal basin, or without any."""
    name, body = _definition(said.problem.network.hidden[0].activation)
    theorem = "wide_none" if said.about is About.NO_BASIN else "wide_none_bad"
    return [
        *said.text(name, body, IMPORTS),
        *shallow(said.problem),
        f"Lemma E_is (th : vec) : E th = loss problem (real_ops {name}) th.",
        "Proof. reflexivity. Qed.",
        "",
        "Theorem claim_holds : claim.",
        f"Proof. exact ({theorem} problem {name} E E_is eq_refl). Qed.",
    ]


def _definition(s: Activation) -> tuple[str, str | None]:
    """Its name in Coq, and its definition (None if Coq has it)."""
    for name, body in ACTIVATIONS.items():
        if NAMED[name] == s:
            return name, body
    for name, known in enclosed.ACTIVATIONS.items():
        if NAMED[name] == s:
            return known.name, known.body
    form = exact.definition(s)
    return form.name, form.body

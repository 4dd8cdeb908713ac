"""A certificate as a Coq file: the statement written out from the claim, and a proof that `coqc`
checks with the development of `proofs/formal/`.

For networks with one hidden layer and half the squared error; by rules 4.2, 4.6, 4.7 and 4.8 of any
depth that these allow, with any loss. The statement (`statement.py`: data, loss, distance, gap)
comes from the claim alone. What the proof uses comes from the evidence and is believed by nobody.
By rule 3.1 (`enclosed.py`) Coq proves enclosures of the activation with the `interval` tactic, and
the rest by calculation; by 3.1b, 3.4 and 3.4b (`exact.py`) everything is calculated, over the
rationals. A better point by rule 3.2 goes with all of them, that a point lies in no basin (4.1 on a
line, 4.1h) with those of `exact.py`. Of a wide network (4.2, 4.6: `wide.py`, `deep.py`) nothing is
calculated but its width; of one by 4.7 (`deep.py`) the rank of its inputs. `rules.py` says of every
rule how it is exported, or why not.
"""

from __future__ import annotations

from exactland.certificates.certificate import Certificate
from exactland.errors import InputError
from exactland.exporters.coq.evidence import evidence_of
from exactland.exporters.coq.rules import ANY_DEPTH, ONLY, export_of
from exactland.exporters.coq.statement import About, Stated

__all__ = ["coq_text"]


def coq_text(certificate: Certificate, claim_sha256: str | None = None) -> str:
    """The Coq file for a certificate the kernel has verified.

    `claim_sha256`: the digest that the head of the file names, if the certificate comes from a file
    that spells its claim in another way; else that of the certificate. Raises InputError for what
    cannot be exported, with the reason. Not claimed: that Coq accepts the file.
    """
    said = Stated.of(certificate, claim_sha256 or certificate.claim_sha256)
    shown = evidence_of(certificate)
    export = export_of(shown.step)
    if not isinstance(shown.step, ANY_DEPTH):
        said.check_is_shallow()
    if said.gap is not None and shown.lower is None:
        raise InputError("evidence.steps", ONLY)
    if said.about is About.MINIMUM_IN_NO_BASIN and shown.constant is None:
        raise InputError(
            "evidence.steps",
            "of points in no basin only those by a line (4.1, kernel or idle) or by 4.1h can be"
            " exported to Coq",
        )
    said.check_work()
    return "\n".join([*export(said, shown.step, shown), ""])

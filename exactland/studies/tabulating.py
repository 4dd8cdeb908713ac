"""From verified certificates to the rows of the tables."""

from __future__ import annotations

from collections.abc import Sequence

from exactland.certificates.certificate import Certificate
from exactland.certificates.covers import planes
from exactland.certificates.proved_numbers import enclosure_text
from exactland.certificates.steps import Rim
from exactland.errors import CertificateError
from exactland.gallery.cases import Case
from exactland.kernel import Minimum, Verdict
from exactland.model.numbers import decimal_text
from exactland.model.words import describe_activations
from exactland.studies.phase import Diagram
from exactland.studies.phase.cells import VERDICTS
from exactland.studies.rows import (
    CaseRow,
    DeepPair,
    LiteratureRow,
    Pair,
    PhaseRow,
    RimRow,
    Row,
    WideRow,
)


def case_row(case: Case, certificate: Certificate, verdict: Verdict, file: str) -> CaseRow:
    """The row of a case. Raises CertificateError when the kernel did not verify what it should."""
    if verdict.kind != case.expected:
        raise CertificateError(f"{case.name}: the kernel says {verdict.status}: {verdict.says}")
    match case.side:
        case "narrow":
            return _narrow_row(case, verdict, file)
        case "rims":
            return _rim_row(case, certificate, verdict, file)
        case "wide":
            rules = _rules(certificate)
            return WideRow(case.name, case.about, case.expected, rules, file, verdict.status)
        case _:
            return _literature_row(case, certificate, verdict, file)


def phase_row(diagram: Diagram, samples: Sequence[int], file: str) -> PhaseRow:
    """The row of a diagram all of whose cells are verified."""
    verdicts = [cell.verdict for cell in diagram.cells]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    certificates = sum(cell.certificate is not None for cell in diagram.cells)
    shown = f"{samples[0]}..{samples[-1]}"
    return PhaseRow(diagram.setting.name, shown, counts, certificates, file, "verified")


def pairs(narrow: Sequence[Row], wide: Sequence[WideRow]) -> list[Pair]:
    """Every certificate of one more unit beside that of the bad basin it starts from."""
    basins = {f"one-more-{row.case}": row for row in narrow}
    return [_pair(basins[opened.case], opened) for opened in wide if opened.case in basins]


def deep_pairs(narrow: Sequence[Row], wide: Sequence[WideRow]) -> list[DeepPair]:
    """Every bad basin at depth two beside the two networks with one more unit in a layer."""
    by_case = {row.case: row for row in wide}
    found = []
    for row in narrow:
        widened = [by_case.get(f"widened-{row.case}-{layer}") for layer in ("first", "second")]
        first, second = widened
        if first is not None and second is not None:
            found.append(DeepPair(row.samples, row, first, second))
    return found


def _pair(row: Row, opened: WideRow) -> Pair:
    output_bias = " and output bias" if "-output-bias-" in row.case else ""
    activation = f"{row.activation}{output_bias}"
    return Pair(activation, row.samples, int(row.units), row.loss, row, opened)


def _narrow_row(case: Case, verdict: Verdict, file: str) -> Row:
    fact = _minimum(case, verdict)
    return Row(
        case=case.name,
        activation=describe_activations(case.problem),
        samples=case.problem.samples,
        units="+".join(str(layer.units) for layer in case.problem.network.hidden),
        loss=enclosure_text(fact),
        witness_loss=_witness_loss(fact) or "none recorded",
        curvature=f">= {decimal_text(fact.curvature, 3, up=False)}",
        file=file,
        verdict=verdict.status,
    )


def _rim_row(case: Case, certificate: Certificate, verdict: Verdict, file: str) -> RimRow:
    fact = _minimum(case, verdict)
    # where the witness has loss 0, what it is below is shown: the loss in the basin
    witness_loss = fact.witness_loss or fact.low
    (step,) = (step for step in certificate.steps if isinstance(step, Rim))
    return RimRow(
        case=case.name,
        about=case.about,
        parameters=case.problem.parameters,
        loss=enclosure_text(fact, 6),
        witness_loss=f"<= {decimal_text(witness_loss, 4, up=True)}",
        planes=planes(step),
        file=file,
        verdict=verdict.status,
    )


def _literature_row(
    case: Case, certificate: Certificate, verdict: Verdict, file: str
) -> LiteratureRow:
    fact = verdict.fact
    return LiteratureRow(
        case=case.name,
        paper=case.paper,
        claims=case.claims,
        about=case.about,
        says=verdict.says,
        kind=case.expected,
        rules=_rules(certificate),
        loss=enclosure_text(fact, 6) if isinstance(fact, Minimum) else "",
        witness_loss=_witness_loss(fact) if isinstance(fact, Minimum) else "",
        file=file,
        verdict=verdict.status,
    )


def _minimum(case: Case, verdict: Verdict) -> Minimum:
    if not isinstance(verdict.fact, Minimum):
        raise CertificateError(f"{case.name}: the kernel says {verdict.status}: {verdict.says}")
    return verdict.fact


def _witness_loss(fact: Minimum) -> str:
    """The loss at a better point, "" if none is named."""
    if fact.witness_loss is None:
        return ""
    return f"<= {decimal_text(fact.witness_loss, 4, up=True)}"


def _rules(certificate: Certificate) -> str:
    return ", ".join(certificate.rules)

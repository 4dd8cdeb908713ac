"""How long Coq takes with exported certificates, as ratios to a named baseline in the same run:
`python -m tests.benchmarks.formal [--json] [--all]`.

With `--all` every shipped certificate that can be exported and whose text is not on record (an hour
for all of them: delete the record). What Coq accepts is put on record in `accepted.json` at once,
with the digest of its text, what it refuses in `refused.json`. Baseline: `coqc` loading what the
file imports, with nothing to prove. Needs Coq and the development, built (`make -C proofs/formal`).
Seconds are shown for orientation only; machines differ.
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.errors import InputError
from exactland.exporters.coq import coq_text
from tests.coqc import MISSING, coqc, is_there

PROOFS, ACCEPTED = (
    Path(__file__).parent.parent.parent / "proofs",
    Path(__file__).with_name("accepted.json"),
)
REFUSED = Path(__file__).with_name("refused.json")
CASES = (
    "narrow/sigmoid-2-1",
    "narrow/sine-2-1",
    "narrow/sigmoid-3-2",
    "narrow/sine-3-2",
    "narrow/sine-4-3",
    "narrow/sine-5-4",
    "narrow/tanh-8-4",
    "narrow/cubic-exact",
    "narrow/hard-tanh-h-7-3",
    "literature/yun-any-relu",
    "literature/ding-3",
    "wide/theorem-no-basin",
    "phase/gelu/3-3",
)


@dataclass(frozen=True)
class Timing:
    case: str
    rule: str
    parameters: int
    export_ms: float
    load_s: float
    coqc_s: float
    ratio: float
    accepted: bool


def exported() -> dict[str, str]:
    """The shipped certificates that can be exported, and the digests of their texts."""
    found = {}
    for path in sorted(PROOFS.rglob("*.cert.json")):
        with suppress(InputError):
            text = coq_text(certificate_from_bytes(path.read_bytes()))
            found[str(path.relative_to(PROOFS)).removesuffix(".cert.json")] = digest(text)
    return found


def digest(text: str) -> str:
    """SHA-256 of a text without its heading, a comment that names the claim's own digest."""
    heading, end, proof = text.partition("*)")
    assert heading.startswith("(*")
    assert end
    return sha256(proof.encode()).hexdigest()


def accepted() -> dict[str, str]:
    """Those on record as accepted, with the digests of the texts that were."""
    found: dict[str, str] = json.loads(ACCEPTED.read_text())
    return found


def refused() -> dict[str, str]:
    """Those on record as refused: true, but the tactic does not find their bounds."""
    found: dict[str, str] = json.loads(REFUSED.read_text())
    return found


def seconds(text: str) -> tuple[float, bool]:
    """How long coqc takes, and whether it accepts."""
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = coqc(text, Path(folder))
        return time.perf_counter() - begun, done.returncode == 0


def measure(case: str, certificate: Certificate) -> Timing:
    begun = time.perf_counter()
    text = coq_text(certificate)
    export_ms = 1000 * (time.perf_counter() - begun)
    if not is_there():
        raise SystemExit(MISSING)
    load_s, _ = seconds(text.partition("(** The network")[0])
    coqc_s, compiled = seconds(text)
    return Timing(
        case,
        str(certificate.rules[0]),
        certificate.problem.parameters,
        round(export_ms, 1),
        round(load_s, 2),
        round(coqc_s, 2),
        round(coqc_s / load_s, 1),
        compiled,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time Coq.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--all",
        action="store_true",
        help="every shipped certificate that can be exported and is not on record",
    )
    arguments = parser.parse_args()
    digests = exported() if arguments.all else {}
    on_record = accepted() if arguments.all and ACCEPTED.exists() else {}
    seen = {case: text for case, text in on_record.items() if digests.get(case) == text}
    before = refused() if arguments.all and REFUSED.exists() else {}
    not_seen = {case: text for case, text in before.items() if digests.get(case) == text}
    missing = [case for case in digests if case not in seen and case not in not_seen]
    if not arguments.json:
        print(f"{'case':28} rule  P   export ms  load s  coqc s  ratio  accepted")
    for case in missing if arguments.all else CASES:
        row = measure(case, certificate_from_bytes((PROOFS / f"{case}.cert.json").read_bytes()))
        shown = (
            f"{row.case:28} {row.rule:5} {row.parameters:<3} {row.export_ms:9} {row.load_s:7}"
            f" {row.coqc_s:7} {row.ratio:6}  {row.accepted}"
        )
        print(json.dumps(asdict(row)) if arguments.json else shown, flush=True)
        if arguments.all:
            (seen if row.accepted else not_seen)[case] = digests[case]
            _record(seen, ACCEPTED)
            _record(not_seen, REFUSED)


def _record(seen: dict[str, str], path: Path) -> None:
    path.write_text(json.dumps(seen, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

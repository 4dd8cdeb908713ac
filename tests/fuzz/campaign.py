"""A coverage-guided campaign against the kernel: `python -m tests.fuzz.campaign DIR [--runs N]
[--seed S]` (needs `pip install atheris`).

Inputs are bytes: files on record (tests/kernel_only/verdicts.jsonl, tests/fuzz/kept.jsonl), and
what atheris and `edits.edited_bytes` make of them. Every input is checked. A crash, more than
`SECONDS` for one input or more than 512 MiB ends the run with its input in DIR. Verified files
whose claim is on no record go to DIR/accepted, where the second checker has to verify them too.
Counts are in DIR/campaign.json (on record: tests/fuzz/campaign.json), with the digest of the
kernel's syntax.

A campaign that was ended goes on when its command is given again, from its counts and from the
inputs that libFuzzer kept in DIR/corpus. Those are checked, and counted, once more; what was done
since the last thousand inputs is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import atheris

with atheris.instrument_imports(include=["exactland.kernel"]):
    from exactland.kernel import EXIT, check

from tests.fuzz.edits import edited_bytes
from tests.fuzz.kept import KEPT, read_kept
from tests.kernel_only.record import recorded
from tests.tools.syntax import folder_digest

SECONDS, MEMORY, EVERY = 20, 512, 1000
KERNEL = Path(__file__).parent.parent.parent / "exactland" / "kernel"
NEW_CLAIM = "verified, a new claim"
counts: Counter[str] = Counter()
slowest = [0.0]


def claims(data: bytes) -> str:
    return sha256(json.dumps(json.loads(data)["claim"], sort_keys=True).encode()).hexdigest()


def put(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all if this is ended meanwhile."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def executions() -> int:
    return sum(counts[status] for status in EXIT)


def earlier(record: Path, kernel: str) -> dict[str, Any]:
    """What a campaign in the same folder counted before it was ended, {} if there was none."""
    if not record.exists():
        return {}
    said: dict[str, Any] = json.loads(record.read_text())
    if said["kernel_syntax_sha256"] != kernel:
        raise SystemExit(f"{record} is of another kernel")
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the kernel.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    corpus, accepted = arguments.folder / "corpus", arguments.folder / "accepted"
    record, kernel = arguments.folder / "campaign.json", folder_digest(KERNEL)
    before = earlier(record, kernel)
    counts.update({status: before.get(status, 0) for status in EXIT})
    slowest[0] = before.get("slowest_s", 0.0)
    left = arguments.runs - executions()
    if left <= 0:
        raise SystemExit(f"{record} has as many executions already")
    for folder in (corpus, accepted):
        folder.mkdir(parents=True, exist_ok=True)
    known, verified = {claims(path.read_bytes()) for path in accepted.glob("*.cert.json")}, []
    counts[NEW_CLAIM] = len(known)
    seeds = [row["data"].encode("latin-1") for row in recorded()] + read_kept(KEPT)
    for data in seeds:
        (corpus / sha256(data).hexdigest()[:24]).write_bytes(data)
        if check(data).status == "verified":
            known.add(claims(data))
            verified.append(data)

    def one_input(data: bytes) -> None:
        begun = time.perf_counter()
        verdict = check(data)
        slowest[0] = max(slowest[0], time.perf_counter() - begun)
        assert verdict.status in EXIT, "no verdict"
        assert (verdict.rule is not None) == (verdict.status == "rejected"), (
            "a rejection without its rule, or a rule without a rejection"
        )
        counts[verdict.status] += 1
        if executions() % EVERY == 0:
            put_on_record()
        if verdict.status == "verified" and claims(data) not in known:
            known.add(claims(data))
            counts[NEW_CLAIM] += 1
            put(accepted / f"{sha256(data).hexdigest()[:24]}.cert.json", data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        # most of what is new to the reader is malformed
        data = random.choice(verified) if random.random() < 0.5 else data
        changed = edited_bytes(data, random) if random.random() < 0.7 else None
        return (
            changed if changed is not None and len(changed) <= most else atheris.Mutate(data, most)
        )

    def put_on_record() -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        names = [path.name for path in arguments.folder.iterdir()]
        said = {
            **counts,
            "executions": executions(),
            "crashes": sum(name.startswith(("crash", "timeout", "oom", "slow")) for name in names),
            "slowest_s": round(slowest[0], 1),
            "peak_mib": max(peak, before.get("peak_mib", 0)),
            "seed": arguments.seed,
            "kernel_syntax_sha256": kernel,
        }
        put(record, (json.dumps(said, indent=1, sort_keys=True) + "\n").encode())

    options = [
        f"-runs={left}",
        f"-seed={arguments.seed + executions()}",  # where it goes on, it does not begin again
        f"-timeout={SECONDS}",
        f"-rss_limit_mb={MEMORY}",
        "-max_len=6000",
        "-print_final_stats=1",
    ]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={arguments.folder}/", str(corpus)],
        one_input,
        custom_mutator=mutate,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()

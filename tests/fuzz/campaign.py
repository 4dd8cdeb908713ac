"""A coverage-guided campaign against the kernel: `python -m tests.fuzz.campaign DIR [--runs N]
[--seed S]` (needs `pip install atheris`).

Inputs are bytes: files on record (tests/kernel_only/verdicts.jsonl, tests/fuzz/kept.jsonl), and
what atheris and `edits.edited_bytes` make of them. Every input is checked. A crash, more than
`SECONDS` for one input or more than 512 MiB ends the run with its input in DIR. Verified files
whose claim is on no record go to DIR/accepted, where the second checker has to verify them too.
Counts are in DIR/campaign.json (on record: tests/fuzz/campaign.json).
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

import atheris

with atheris.instrument_imports(include=["exactland.kernel"]):
    from exactland.kernel import EXIT, check

from tests.fuzz.edits import edited_bytes
from tests.fuzz.kept import KEPT, read_kept
from tests.kernel_only.record import recorded

SECONDS, MEMORY, EVERY = 20, 512, 1000
counts: Counter[str] = Counter()
slowest = [0.0]


def claims(data: bytes) -> str:
    return sha256(json.dumps(json.loads(data)["claim"], sort_keys=True).encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the kernel.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    corpus, accepted = arguments.folder / "corpus", arguments.folder / "accepted"
    for folder in (corpus, accepted):
        folder.mkdir(parents=True, exist_ok=True)
    known, verified = set(), []
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
        if sum(counts[status] for status in EXIT) % EVERY == 0:
            put_on_record()
        if verdict.status == "verified" and claims(data) not in known:
            known.add(claims(data))
            counts["verified, a new claim"] += 1
            (accepted / f"{sha256(data).hexdigest()[:24]}.cert.json").write_bytes(data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        # most of what is new to the reader is malformed
        data = random.choice(verified) if random.random() < 0.5 else data
        changed = edited_bytes(data, random) if random.random() < 0.7 else None
        return (
            changed if changed is not None and len(changed) <= most else atheris.Mutate(data, most)
        )

    def put_on_record() -> None:
        peak, executions = (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            sum(counts[status] for status in EXIT),
        )
        found = len(
            [
                path
                for path in arguments.folder.iterdir()
                if path.name.startswith(("crash", "timeout", "oom", "slow"))
            ]
        )
        said = {
            "executions": executions,
            **counts,
            "crashes": found,
            "slowest_s": round(slowest[0], 1),
            "peak_mib": peak,
            "seed": arguments.seed,
        }
        (arguments.folder / "campaign.json").write_text(
            json.dumps(said, indent=1, sort_keys=True) + "\n"
        )

    options = [
        f"-runs={arguments.runs}",
        f"-seed={arguments.seed}",
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

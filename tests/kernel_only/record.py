"""What the kernel says of the files in `verdicts.jsonl`, written down: `python -m tests.kernel_only.record`. Read the difference before committing it.

A line is {"data": bytes as Latin-1 text, "verdict": [status, says, rule, place, kind], "fact": the proved numbers}.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exactland.kernel import Verdict, check

FILE = Path(__file__).with_name("verdicts.jsonl")


def recorded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def told(data: bytes) -> dict[str, Any]:
    """Everything a verdict says, in JSON."""
    verdict: Verdict = check(data)
    return {"verdict": list(verdict[:5]), "fact": repr(verdict.fact)}


def main() -> None:
    lines = [json.dumps({"data": row["data"], **told(row["data"].encode("latin-1"))}, ensure_ascii=True) for row in recorded()]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} verdicts in {FILE}")


if __name__ == "__main__":
    main()

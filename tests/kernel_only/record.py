"""What the kernel says, written down: `python -m tests.kernel_only.record`.

Read the difference before committing it.

`verdicts.jsonl` has a line {"data": bytes as Latin-1 text, "verdict": [status, says, rule, place,
kind], "fact": the proved numbers} for every file; `parts.json` the results of `parts.py`, by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from exactland.kernel import Verdict, check
from tests.kernel_only import parts

FILE, PARTS = Path(__file__).with_name("verdicts.jsonl"), Path(__file__).with_name("parts.json")


def recorded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def told(data: bytes) -> dict[str, Any]:
    """Everything a verdict says, in JSON."""
    verdict: Verdict = check(data)
    return {"verdict": list(verdict[:5]), "fact": repr(verdict.fact)}


def results_on_record() -> dict[str, list[Any]]:
    results: dict[str, list[Any]] = json.loads(PARTS.read_text(encoding="utf-8"))
    return results


def difference(
    verdicts: list[dict[str, Any]],
    results: dict[str, list[Any]],
    likely: Sequence[int | str] = (),
    each: Callable[[], Any] = lambda: None,
) -> int | str | None:
    """The number of a verdict, or the name of a part, that comes out differently now: the first
    that is found, those that are `likely` before all others. `each` is called before each of them.
    """
    names = {name for name in likely if isinstance(name, str)}
    some = ((name, work) for name, work in parts.calls() if name in names) if names else ()
    for k in likely:
        each()
        if isinstance(k, int) and _other_verdict(verdicts[k]):
            return k
    for name, work in chain(some, parts.calls()):
        each()
        if parts.outcome(work) != results.get(name):
            return name
    for k, row in enumerate(verdicts):
        each()
        if _other_verdict(row):
            return k
    return None


def _other_verdict(row: dict[str, Any]) -> bool:
    return told(row["data"].encode("latin-1")) != {"verdict": row["verdict"], "fact": row["fact"]}


def main() -> None:
    lines = [
        json.dumps({"data": row["data"], **told(row["data"].encode("latin-1"))}, ensure_ascii=True)
        for row in recorded()
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    results = parts.told()
    PARTS.write_text(
        "{\n"
        + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items()
        )
        + "\n}\n",
        encoding="utf-8",
    )
    print(f"{len(lines)} verdicts in {FILE.name}, {len(results)} results in {PARTS.name}")


if __name__ == "__main__":
    main()

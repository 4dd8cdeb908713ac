"""`python -m exactland.kernel FILE...`: check certificates with nothing but the
standard library.
"""

import os
import sys

from . import EXIT, Verdict, check
from .explanation import STORY
from .reading.canonical_json import MAX_BYTES

USAGE = "usage: python -m exactland.kernel [--explain] FILE..."

HELP = """
Checks certificates and prints one line for each: a status, and why.
Exit status: 0 verified, 1 rejected, 2 malformed, 4 too large; of
several files the first of 1, 2, 4, 0 that occurs.

  --explain  print, before that line, what was checked in every step: what would
             have made it fail and is not so, with the two numbers that were
             compared (~ where digits were left out)

Nothing has to be installed. (`pip install --no-deps exactland` is enough, or a copy
of the folder exactland/kernel.)

Example:
  python -m exactland.kernel proofs/narrow/anscombe-iii.cert.json"""


def main(arguments: list[str]) -> int:
    """One line for every file; the exit status."""
    if "--help" in arguments:
        print(USAGE)
        print(HELP)
        return 0
    paths = [argument for argument in arguments if argument != "--explain"]
    if not paths or any(path.startswith("-") for path in paths):
        print(USAGE, file=sys.stderr)
        return 2
    exits = set()
    for path in paths:
        STORY.set([] if len(paths) < len(arguments) else None)
        verdict = _verdict_on(path)
        for line in STORY.get() or []:
            print(line)
        failed = f" [{verdict.rule} at {verdict.place}]" if verdict.rule else ""
        print(f"{verdict.status}{failed} {ascii(path)[1:-1]}: {verdict.says}")
        exits.add(EXIT[verdict.status])
    return min(exits - {0}, default=0)


def _verdict_on(path: str) -> Verdict:
    try:
        if not os.path.isfile(path):
            raise OSError("not a regular file")
        with open(path, "rb") as file:
            return check(file.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return Verdict("malformed", f"cannot read: {why}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

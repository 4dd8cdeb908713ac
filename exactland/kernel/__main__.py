"""`python -m exactland.kernel FILE...`: check certificates with nothing but the
standard library.
"""

import os
import sys

from . import EXIT, Verdict, check
from .ball import refuse
from .reader import MAX_BYTES


def main(paths: list[str]) -> int:
    if not paths or any(path.startswith("-") for path in paths):
        print("usage: python -m exactland.kernel FILE...", file=sys.stderr)
        return 2
    statuses = set()
    for path in paths:
        try:
            refuse(not os.path.isfile(path), OSError, "not a regular file")
            with open(path, "rb") as file:
                verdict = check(file.read(MAX_BYTES + 1))
        except (OSError, ValueError) as error:
            verdict = Verdict(
                "malformed", f"cannot read: {getattr(error, 'strerror', None) or error}"
            )
        print(
            f"{verdict.status}"
            f"{f' [{verdict.rule} at {verdict.place}]' if verdict.rule else ''}"
            f" {ascii(path)[1:-1]}: {verdict.says}"
        )
        statuses.add(EXIT[verdict.status])
    return next(status for status in (1, 2, 4, 0) if status in statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

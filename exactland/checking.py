"""The two checkers: the kernel, which is what is trusted, and an independent one on Arb balls, for
large files and as a cross-check.

Neither imports the other, and they share no code: not the reader, not the rules. Both follow
proofs/FORMAT.md.
"""

from __future__ import annotations

from pathlib import Path

from exactland.errors import InputError, ResourceLimit
from exactland.files.json_text import read_bytes
from exactland.kernel import Verdict, check
from exactland.kernel.reader import MAX_BYTES
from exactland.kernel.steps import STATEMENTS

BACKENDS = ("kernel", "arb", "both")
LARGEST = {"kernel": MAX_BYTES, "both": MAX_BYTES, "arb": 64 << 20}


def check_file(path: Path, backend: str = "kernel") -> Verdict:
    """The verdict on a file; a file that cannot be read is malformed, one that is too long too
    large.
    """
    try:
        return check_with(backend, read_bytes(path, LARGEST[backend]))
    except InputError as error:
        return Verdict("malformed", error.what)  # its place is the file
    except ResourceLimit as error:
        return Verdict("too large", str(error))


def check_with(backend: str, data: bytes) -> Verdict:
    """The verdict of the kernel, of the checker on Arb balls (without proved numbers), or, with
    "both", that of the kernel if they agree.

    They agree when both verify or neither does (of several faults they may name different ones). If
    one verifies and the other does not, nothing is verified: the other's status counts, and the
    words say what each of them says.
    """
    if backend == "kernel":
        return check(data)
    if backend == "arb":
        return _by_arb(data)
    ours, theirs = check(data), _by_arb(data)
    if (ours.status == "verified") == (theirs.status == "verified"):
        return ours
    other = theirs if ours.status == "verified" else ours
    return other._replace(
        says=(
            f"the checkers disagree. Kernel: {ours.status}, {ours.says}. Arb: {theirs.status},"
            f" {theirs.says}"
        ),
        kind=None,
        fact=None,
    )


def _by_arb(data: bytes) -> Verdict:
    from exactland.second_checker import check as check_by_arb

    verdict = check_by_arb(data)
    return Verdict(
        verdict.status,
        STATEMENTS[verdict.kind][1] if verdict.kind else verdict.says,
        verdict.rule,
        verdict.place,
        verdict.kind,
    )

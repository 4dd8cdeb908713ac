"""The two checkers behind one function: the kernel, which is what is trusted, and an independent
second checker, for large files and as a cross-check.

Neither imports the other, and they share no code: not the reader, not the rules. Both follow
docs/reference/format.md.
"""

from __future__ import annotations

from pathlib import Path

from exactland import kernel
from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.kinds import StatementKind
from exactland.errors import InputError, ResourceLimitError
from exactland.files.json_text import MAX_BYTES, read_bytes
from exactland.kernel import Verdict

CHECKERS = ("kernel", "second", "both")
LARGEST = {"kernel": MAX_BYTES, "second": 64 << 20, "both": MAX_BYTES}  # bytes of a file


def check(data_or_path: bytes | str | Path, checker: str = "kernel") -> Verdict:
    """The verdict on a certificate: on its bytes, or on the file at a path.

    `checker` is "kernel", "second" or "both". The second checker's verdicts carry no numbers. With
    "both", the verdict is that of the kernel if they agree, which they do when both verify or
    neither does (of several faults they may name different ones). If one verifies and the other
    does not, nothing is verified: the other's status counts, and the words say what each of them
    says.

    A file that cannot be read is malformed, one that is too long is too large. Raises InputError
    for an unknown checker, and for nothing else.

    >>> from exactland import Layer, Problem, certify
    >>> problem = Problem.from_arrays([[1], [2]], [0, 1], [Layer(2, "tanh", bias=True)])
    >>> certificate = certify(problem, claim="no-sub-optimal-basin").certificate
    >>> check(certificate.to_bytes(), checker="both").says
    'the loss has no sub-optimal basin'
    >>> check("nowhere.cert.json").status
    'malformed'
    """
    if checker not in CHECKERS:
        known = ", ".join(CHECKERS)
        raise InputError("checker", f"{str(checker)[:40]!a} is not known (known: {known})")
    if isinstance(data_or_path, bytes):
        return _verdict(data_or_path, checker)
    try:
        data = read_bytes(Path(data_or_path), LARGEST[checker])
    except InputError as error:
        return Verdict("malformed", error.what)  # its place is the file
    except ResourceLimitError as error:
        return Verdict("too large", str(error))
    return _verdict(data, checker)


def read_certificate(path: Path | str) -> Certificate:
    """A certificate that the kernel accepts. Raises InputError naming the path for anything else.

    >>> from tempfile import TemporaryDirectory
    >>> from exactland import Layer, Problem, wide_theorem, write_certificate
    >>> problem = Problem.from_arrays([[1], [2]], [0, 1], [Layer(2, "tanh", bias=True)])
    >>> certificate = wide_theorem(problem).certificate
    >>> with TemporaryDirectory() as folder:
    ...     write_certificate(f"{folder}/wide.cert.json", certificate)
    ...     read_certificate(f"{folder}/wide.cert.json") == certificate
    True
    """
    data = read_bytes(Path(path))
    verdict = kernel.check(data)
    if verdict.status != "verified":
        raise InputError(str(path), f"{verdict.status}: {verdict.says}")
    return certificate_from_bytes(data)


def verdict_line(verdict: Verdict, name: str) -> str:
    """The verdict on what is called `name`, in one line: `status [rule at place] name: says`."""
    failed = f" [{verdict.rule} at {verdict.place}]" if verdict.rule else ""
    line = f"{verdict.status}{failed} {name}: {verdict.says}"
    return " ".join(line.split())


def _verdict(data: bytes, checker: str) -> Verdict:
    if checker == "kernel":
        return kernel.check(data)
    if checker == "second":
        return _second(data)
    return _both(data)


def _both(data: bytes) -> Verdict:
    ours = kernel.check(data)
    theirs = _second(data)
    if (ours.status == "verified") == (theirs.status == "verified"):
        return ours
    other = theirs if ours.status == "verified" else ours
    says = (
        f"the checkers disagree. Kernel: {ours.status}, {ours.says}. Second checker:"
        f" {theirs.status}, {theirs.says}"
    )
    return other._replace(says=says, kind=None, fact=None)


def _second(data: bytes) -> Verdict:
    from exactland import second_checker

    verdict = second_checker.check(data)
    says = StatementKind(verdict.kind).says if verdict.kind else verdict.says
    return Verdict(verdict.status, says, verdict.rule, verdict.place, verdict.kind)

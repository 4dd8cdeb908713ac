"""Reading certificates, if the kernel accepts them; writing them, whole or not at all, under names
that say what they are.
"""

from __future__ import annotations

from pathlib import Path

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.errors import InputError
from exactland.files import json_text
from exactland.files.atomic import write_atomic
from exactland.kernel import check

SUFFIX = ".cert.json"


def check_name(path: Path) -> None:
    """Raises InputError when no certificate can be written there."""
    if not path.name.endswith(SUFFIX):
        raise InputError(str(path), f"certificates end in {SUFFIX}")
    if path.is_dir() or (path.parent.exists() and not path.parent.is_dir()):
        raise InputError(
            str(path), "cannot be written: a folder in its place, or a file in place of its folder"
        )


def write_certificate(path: Path | str, certificate: Certificate) -> None:
    """Write the one spelling of a certificate, atomically, making folders as needed.

    Raises InputError naming the path.
    """
    check_name(Path(path))
    write_atomic(Path(path), certificate.to_bytes())


def read_certificate(path: Path | str) -> Certificate:
    """A certificate that the kernel accepts.

    Raises InputError naming the path for anything else.
    """
    data = json_text.read_bytes(Path(path))
    verdict = check(data)
    if verdict.status != "verified":
        raise InputError(str(path), f"{verdict.status}: {verdict.says}")
    return certificate_from_bytes(data)

"""Writing certificates, whole or not at all, under names that say what they are."""

from __future__ import annotations

from pathlib import Path

from exactland.certificates.certificate import Certificate
from exactland.errors import InputError
from exactland.files.atomic import write_atomic

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

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from exactland import Layer, Problem, wide_theorem
    >>> problem = Problem.from_arrays([[1], [2]], [0, 1], [Layer(2, "tanh", bias=True)])
    >>> certificate = wide_theorem(problem).certificate
    >>> with TemporaryDirectory() as folder:
    ...     write_certificate(f"{folder}/wide.cert.json", certificate)
    ...     Path(f"{folder}/wide.cert.json").read_bytes() == certificate.to_bytes()
    True
    """
    check_name(Path(path))
    write_atomic(Path(path), certificate.to_bytes())

"""A pytest plugin: `pytest --exactland DIR` makes one test of every certificate below a folder,
which passes when the kernel verifies it.

Registered under pytest's entry points: installing exactland is enough. It needs the kernel and the
standard library alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".cert.json"


class Rejected(Exception):
    """The kernel's verdict on a certificate is not "verified"."""


class Certificate(pytest.Item):
    """One certificate: its test is the kernel's verdict."""

    def runtest(self) -> None:
        from exactland.kernel import check
        from exactland.kernel.reader import MAX_BYTES

        with self.path.open("rb") as file:
            verdict = check(file.read(MAX_BYTES + 1))
        self.user_properties.append(("kernel", verdict.says))
        if verdict.status != "verified":
            failed = f" by rule {verdict.rule}" if verdict.rule else ""
            place = f" at {verdict.place}" if verdict.place else ""
            raise Rejected(f"{verdict.status}{failed}{place}: {verdict.says}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """One line, no traceback, for a verdict and for a file that cannot be read."""
        if isinstance(excinfo.value, Rejected | OSError):
            return f"{ascii(str(self.path))[1:-1]}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.path.name.removesuffix(SUFFIX)}: the kernel's verdict"


class CertificateFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield Certificate.from_parent(self, name="kernel")


def pytest_addoption(parser: pytest.Parser) -> None:
    text = (
        "check every certificate (*.cert.json) below DIR with exactland's kernel, one test each;"
        " without other arguments, nothing else is collected"
    )
    parser.getgroup("exactland").addoption(
        "--exactland", action="append", default=[], metavar="DIR", help=text
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes every DIR an argument.

    Raises UsageError where there is nothing to check: an empty folder must not look like success.
    """
    folders = _folders(config)
    for folder in folders:
        if not folder.exists():
            raise pytest.UsageError(f"--exactland {folder}: no such file or folder")
        if not any(
            path.name.endswith(SUFFIX)
            for path in ([folder] if folder.is_file() else folder.rglob(f"*{SUFFIX}"))
        ):
            raise pytest.UsageError(f"--exactland {folder}: no certificate ({SUFFIX}) there")
    if folders and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args.clear()
    given = {Path(argument).resolve() for argument in config.args}
    config.args += [str(folder) for folder in folders if folder.resolve() not in given]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Nothing below a DIR is skipped because of its name (norecursedirs has build, dist and the
    like).
    """
    return (
        False
        if _is_below(collection_path, config)
        and (collection_path.is_dir() or collection_path.name.endswith(SUFFIX))
        else None
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CertificateFile | None:
    if file_path.name.endswith(SUFFIX) and _is_below(file_path, parent.config):
        return CertificateFile.from_parent(parent, path=file_path)
    return None


def _folders(config: pytest.Config) -> list[Path]:
    return [config.invocation_params.dir / given for given in config.getoption("--exactland")]


def _is_below(path: Path, config: pytest.Config) -> bool:
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in _folders(config))

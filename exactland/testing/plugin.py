"""A pytest plugin: `pytest --exactland DIR` makes one test of every certificate below a folder,
which passes when the kernel verifies it.

Registered under pytest's entry points: installing exactland is enough. It needs the kernel and the
standard library alone, and those only if it is asked for: other runs of pytest import nothing of
exactland but this file and the two packages it is in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".cert.json"


class RejectedError(Exception):
    """The kernel's verdict on a certificate is not "verified"."""


class Certificate(pytest.Item):
    """One certificate: its test is the kernel's verdict."""

    def runtest(self) -> None:
        from exactland.checking import check, verdict_line

        verdict = check(self.path)
        self.user_properties.append(("kernel", verdict.says))
        if verdict.status != "verified":
            raise RejectedError(verdict_line(verdict, ascii(str(self.path))[1:-1]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """One line, no traceback, for a verdict."""
        if isinstance(excinfo.value, RejectedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.path.name.removesuffix(SUFFIX)}: the kernel's verdict"


class CertificateFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield Certificate.from_parent(self, name="kernel")


class Folders:
    """The plugin proper: certificates below these folders (or these files) are collected."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = [folder.resolve() for folder in folders]

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Nothing below a folder is skipped because of its name (norecursedirs has build, dist and
        the like).
        """
        if not self._has(collection_path):
            return None
        is_wanted = collection_path.is_dir() or collection_path.name.endswith(SUFFIX)
        return False if is_wanted else None

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> CertificateFile | None:
        if file_path.name.endswith(SUFFIX) and self._has(file_path):
            return CertificateFile.from_parent(parent, path=file_path)
        return None

    def _has(self, path: Path) -> bool:
        return any(path.resolve().is_relative_to(folder) for folder in self.folders)


def pytest_addoption(parser: pytest.Parser) -> None:
    text = (
        "check every certificate (*.cert.json) below DIR with exactland's kernel, one test each;"
        " without other arguments, nothing else is collected"
    )
    parser.getgroup("exactland").addoption(
        "--exactland", action="append", default=[], metavar="DIR", help=text
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes every DIR an argument, and collects certificates below it.

    Raises UsageError where there is nothing to check: an empty folder must not look like success.
    """
    asked = config.getoption("--exactland")
    if not asked:
        return
    folders = [config.invocation_params.dir / given for given in asked]
    for folder in folders:
        _require_certificates(folder)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args.clear()
    given = {Path(argument).resolve() for argument in config.args}
    config.args += [str(folder) for folder in folders if folder.resolve() not in given]
    config.pluginmanager.register(Folders(folders), "exactland-folders")


def _require_certificates(folder: Path) -> None:
    if not folder.exists():
        raise pytest.UsageError(f"--exactland {folder}: no such file or folder")
    below = [folder] if folder.is_file() else folder.rglob(f"*{SUFFIX}")
    if not any(path.name.endswith(SUFFIX) for path in below):
        raise pytest.UsageError(f"--exactland {folder}: no certificate ({SUFFIX}) there")

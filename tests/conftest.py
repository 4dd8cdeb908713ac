"""Hypothesis profiles and what several test files share."""

from __future__ import annotations

import gc
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.shared import found_once

if TYPE_CHECKING:  # what is measured may not be imported before the measurement begins
    from exactland.gallery.cases import Case
    from exactland.kernel import Verdict

ROOT = Path(__file__).resolve().parent.parent
gc.set_threshold(200_000, 50, 1000)  # exact numbers are many objects and no cycles: a tenth less
_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "quick", max_examples=40, deadline=None, suppress_health_check=_quiet, database=None
)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=_quiet,
    database=None,
)
settings.register_profile(
    "nightly", max_examples=10_000, deadline=None, suppress_health_check=_quiet, database=None
)
settings.load_profile(os.environ.get("EXACTLAND_PROFILE", "quick"))

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    # jobs in the background ignore it, and so would the processes that tests interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shipped() -> dict[str, bytes]:
    """Every shipped certificate of the narrow side, by name."""
    return {
        path.name.removesuffix(".cert.json"): path.read_bytes()
        for path in sorted((ROOT / "proofs" / "narrow").glob("*.cert.json"))
    }


@pytest.fixture(scope="session")
def opened() -> dict[str, bytes]:
    """Every shipped certificate of the wide side, by name."""
    return {
        path.name.removesuffix(".cert.json"): path.read_bytes()
        for path in sorted((ROOT / "proofs" / "wide").glob("*.cert.json"))
    }


@pytest.fixture(scope="session")
def verdicts(
    root: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Verdict]:
    """What both checkers say of every shipped certificate, by its path below `proofs`."""

    def find() -> dict[str, Verdict]:
        from exactland.checking import check

        proofs = root / "proofs"
        return {
            path.relative_to(proofs).as_posix(): check(path, "both")
            for path in sorted(proofs.rglob("*.cert.json"))
        }

    return found_once(request, tmp_path_factory, "verdicts", find)


@pytest.fixture(scope="session")
def exported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The shipped certificates that can be exported to Coq, and the digests of their texts."""
    from tests.benchmarks import formal

    return found_once(request, tmp_path_factory, "exported", formal.exported)


@pytest.fixture(scope="session")
def twenty_steps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The large case that takes seconds to build."""
    from exactland.gallery import LARGE

    return found_once(request, tmp_path_factory, "steps-20", LARGE["steps-20"])

"""Hypothesis profiles and what several test files share."""

from __future__ import annotations

import gc
import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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

"""exactland: rigorous statements about neural-network loss surfaces.

The public names are loaded on first use, so that `python -m exactland.kernel FILE` runs where no third-party package exists.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "activation": "exactland.io.problem_file",
    "certify": "exactland.prove",
    "classify": "exactland.prove",
    "check": "exactland.kernel",
    "encode": "exactland.symbolic",
    "enclose": "exactland.calculus",
    "escape": "exactland.wide",
    "named": "exactland.activations",
    "read_certificate": "exactland.io.certificate_file",
    "read_point": "exactland.io.problem_file",
    "read_problem": "exactland.io.problem_file",
    "write_certificate": "exactland.io.certificate_file",
    "Network": "exactland.problem",
    "Layer": "exactland.problem",
    "Problem": "exactland.problem",
    "Certified": "exactland.outcome",
    "Refuted": "exactland.outcome",
    "Inconclusive": "exactland.outcome",
    "ExactlandError": "exactland.errors",
    "InputError": "exactland.errors",
    "ResourceLimit": "exactland.errors",
}

__all__ = [
    "Certified",
    "ExactlandError",
    "Inconclusive",
    "InputError",
    "Layer",
    "Network",
    "Problem",
    "Refuted",
    "ResourceLimit",
    "__version__",
    "activation",
    "certify",
    "check",
    "classify",
    "enclose",
    "encode",
    "escape",
    "named",
    "read_certificate",
    "read_point",
    "read_problem",
    "write_certificate",
]

if TYPE_CHECKING:
    from exactland.activations import named
    from exactland.calculus import enclose
    from exactland.errors import ExactlandError, InputError, ResourceLimit
    from exactland.io.certificate_file import read_certificate, write_certificate
    from exactland.io.problem_file import activation, read_point, read_problem
    from exactland.kernel import check
    from exactland.outcome import Certified, Inconclusive, Refuted
    from exactland.problem import Layer, Network, Problem
    from exactland.prove import certify, classify
    from exactland.symbolic import encode
    from exactland.wide import escape


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'exactland' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)

"""exactland: rigorous statements about neural-network loss surfaces.

The public names are loaded on first use, so that `python -m exactland.kernel FILE` runs where no
third-party package exists.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "activation": "exactland.files.problem_file",
    "certify": "exactland.engine.prove",
    "classify": "exactland.engine.prove",
    "check": "exactland.kernel",
    "encode": "exactland.numerics.symbolic",
    "enclose": "exactland.numerics.enclosures",
    "escape": "exactland.provers.paths",
    "named": "exactland.model.activations",
    "read_certificate": "exactland.files.certificate_file",
    "read_point": "exactland.files.problem_file",
    "read_problem": "exactland.files.problem_file",
    "write_certificate": "exactland.files.certificate_file",
    "Network": "exactland.model.network",
    "Layer": "exactland.model.network",
    "Problem": "exactland.model.problem",
    "Certified": "exactland.engine.outcomes",
    "Refuted": "exactland.engine.outcomes",
    "Inconclusive": "exactland.engine.outcomes",
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
    from exactland.engine.outcomes import Certified, Inconclusive, Refuted
    from exactland.engine.prove import certify, classify
    from exactland.errors import ExactlandError, InputError, ResourceLimit
    from exactland.files.certificate_file import read_certificate, write_certificate
    from exactland.files.problem_file import activation, read_point, read_problem
    from exactland.kernel import check
    from exactland.model.activations import named
    from exactland.model.network import Layer, Network
    from exactland.model.problem import Problem
    from exactland.numerics.enclosures import enclose
    from exactland.numerics.symbolic import encode
    from exactland.provers.paths import escape


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'exactland' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)

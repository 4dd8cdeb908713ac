"""exactland: rigorous statements about neural-network loss surfaces.

The public names are listed once, below, each with the module that has it, and are loaded when they
are first used: `import exactland` imports nothing else, and `python -m exactland.kernel FILE` runs
where no third-party package exists. For type checkers the same names stand in `__init__.pyi`, which
`python -m tests.tools.stub` writes.
"""

__version__ = "0.1.0"

_PUBLIC = {
    "Certificate": "exactland.certificates.certificate",
    "Certified": "exactland.engine.outcomes",
    "Claim": "exactland.certificates.kinds",
    "ExactlandError": "exactland.errors",
    "Inconclusive": "exactland.engine.outcomes",
    "InputError": "exactland.errors",
    "Layer": "exactland.model.network",
    "Network": "exactland.model.network",
    "Problem": "exactland.model.problem",
    "Refuted": "exactland.engine.outcomes",
    "ResourceLimitError": "exactland.errors",
    "StatementKind": "exactland.certificates.kinds",
    "activation": "exactland.files.problem_file",
    "certify": "exactland.engine.minima",
    "check": "exactland.checking",
    "classify": "exactland.engine.points",
    "enclose": "exactland.numerics.enclosures",
    "encode": "exactland.numerics.symbolic",
    "escape": "exactland.engine.paths",
    "named": "exactland.model.activations",
    "one_more_unit": "exactland.engine.widths",
    "read_certificate": "exactland.checking",
    "read_point": "exactland.files.problem_file",
    "read_problem": "exactland.files.problem_file",
    "wide_theorem": "exactland.engine.widths",
    "write_certificate": "exactland.certificates.certificate_file",
}

# called by exactland.model when it is imported (Hypothesis waits for its classes: see
# exactland.testing)
_when_the_model_is_there = []

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604  # all of them are strings


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'exactland' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value  # so that this is not asked again
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})

"""Property tests of the wide side, for exactland's own suite and everybody's.

`strategies` (Hypothesis: activations, data, networks, parameters of every degenerate kind, planted
bad basins), `properties` (what must hold of them), `degeneracies` (what a problem has of each
kind), and a pytest plugin that checks every certificate in a folder (`pytest --exactland DIR`).
Needs the extra `testing`: pip install 'exactland[testing]'. See docs/how-to/your-ci.md.
"""

import sys
from importlib import import_module
from typing import Any

import exactland


def _register() -> None:
    """Hypothesis' entry point: `from_type(Problem)`, `from_type(Network)` and the types of
    activations work without further ado.

    Every run of Hypothesis calls this, and most have nothing to do with exactland. So the types are
    told when there are any: now if the model is imported already, else as soon as it is.
    """
    if "exactland.model" in sys.modules:
        _register_types()
    else:
        exactland._when_the_model_is_there.append(_register_types)


def _register_types() -> None:
    from hypothesis import strategies as st

    from exactland.model.activations import Expression, PiecewiseLinear
    from exactland.model.network import Network
    from exactland.model.problem import Problem

    def named(name: str) -> Any:
        """The strategy, loaded when it is asked for."""
        return lambda _: getattr(import_module("exactland.testing.strategies"), name)()

    st.register_type_strategy(Problem, named("problems"))
    st.register_type_strategy(Network, named("networks"))
    st.register_type_strategy(Expression, named("expressions"))
    st.register_type_strategy(PiecewiseLinear, named("piecewise_linear"))


def __getattr__(name: str) -> Any:
    """The modules that need Hypothesis, with a word about what is missing."""
    if name not in ("strategies", "planted"):
        raise AttributeError(f"module 'exactland.testing' has no attribute {name!r}")
    try:
        return import_module(f"exactland.testing.{name}")
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ImportError(
            f"exactland.testing.{name} needs Hypothesis: pip install 'exactland[testing]'"
        ) from None

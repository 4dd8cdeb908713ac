"""Property tests of the wide side, for exactland's own suite and everybody's.

`strategies` (Hypothesis: activations, data, networks, parameters of every degenerate kind, planted bad basins), `properties` (what must hold of them),
`degeneracies` (what a problem has of each kind), and a pytest plugin that checks every certificate in a folder (`pytest --exactland DIR`).
Needs the extra `testing`: pip install 'exactland[testing]'. See proofs/YOUR_CI.md.
"""


def _register() -> None:
    """Hypothesis' entry point: `from_type(Problem)`, `from_type(Network)` and the types of activations work without further ado."""
    from hypothesis import strategies as st

    from exactland.activations import Expression, PiecewiseLinear
    from exactland.problem import Network, Problem

    def lazily(name: str) -> object:
        from exactland.testing import strategies

        return getattr(strategies, name)()

    for kind, name in ((Problem, "problems"), (Network, "networks"), (Expression, "expressions"), (PiecewiseLinear, "piecewise_linear")):
        st.register_type_strategy(kind, lambda _, name=name: lazily(name))

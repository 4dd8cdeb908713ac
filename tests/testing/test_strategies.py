"""What the strategies produce: every degenerate kind, often enough; small examples when they
shrink; problem files when they print.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from exactland.errors import InputError
from exactland.files.json_text import parse
from exactland.files.problem_file import problem_from_json
from exactland.model.activations import Expression, PiecewiseLinear
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from exactland.provers.hypotheses import discontinuity, failing_hypotheses
from exactland.testing import strategies as s
from exactland.testing.degeneracies import ACTIVATIONS, DATA, PARAMETERS, SHAPES, degeneracies
from exactland.testing.planted import planted_basins
from tests.examples import examples
from tests.testing.coverage import OFTEN, rare

# and the kinds that they cannot have
STRATEGIES: dict[str, tuple[st.SearchStrategy[Problem], tuple[str, ...]]] = {
    "problems": (s.problems(), ()),
    "wide": (s.wide_problems(), ("narrow",)),
    "wide and exact": (s.wide_problems(s.exact_activations()), ("narrow",)),
    "narrow": (s.problems(wide=False), ("exactly wide", "wider")),
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_degenerate_kind_is_produced_often(name: str) -> None:
    strategy, never = STRATEGIES[name]
    found = [degeneracies(problem) for problem in examples(strategy, OFTEN)]
    assert not rare(
        found, [kind for kind in (*DATA, *PARAMETERS, *ACTIVATIONS, *SHAPES) if kind not in never]
    )
    assert not any(kind in having for having in found for kind in never)


@pytest.mark.parametrize("kind", PARAMETERS)
def test_parameters_of_a_kind_have_it(kind: str) -> None:
    """Where the network can: a kink needs an activation with one, a saturated unit weights to be
    multiplied.
    """
    relu = s.problems(
        activations=s.named("relu", "leaky-relu"),
        data="distinct inputs",
        parameters_of=kind,
        samples=3,
    )
    found = examples(
        relu.filter(lambda p: p.network.hidden[0].bias and p.network.hidden[0].units > 1), 60
    )
    having = [kind in degeneracies(problem) for problem in found]
    assert sum(having) > len(having) / (10 if kind in ("generic", "sparse") else 2), (
        "generic ones may be 0, sparse ones not often enough"
    )


@pytest.mark.parametrize("kind", DATA)
def test_data_of_a_kind_have_it(kind: str) -> None:
    found = examples(
        s.problems(data=kind).filter(lambda p: p.samples > 1 and p.network.inputs > 1), 60
    )
    having = [kind in degeneracies(problem) for problem in found]
    assert sum(having) > len(having) / 2, kind


@given(st.one_of(s.activations(), s.analytic(), s.exact_activations()))
def test_activations_are_continuous_on_the_whole_line(activation: object) -> None:
    assert discontinuity(activation) is None  # type: ignore[arg-type]


@given(s.wide_problems())
def test_wide_problems_are_what_the_theorem_speaks_of(problem: Problem) -> None:
    assert failing_hypotheses(problem) == []


@given(s.problems(wide=False))
def test_narrow_problems_are_not(problem: Problem) -> None:
    (failing,) = failing_hypotheses(problem)
    assert failing.name == "width"
    assert str(failing).startswith("width: ")


@given(
    s.problems(
        losses=("logistic", "softmax-cross-entropy", "multinomial-logistic", "half-squared-error")
    )
)
def test_the_loss_is_defined_at_the_point(problem: Problem) -> None:
    assert problem.point is not None
    with precision(128):
        assert enclose(problem, box(problem.point, Fraction(0)), 0).loss.is_finite()


def two_layers(activation: str) -> Problem:
    return Problem.from_arrays([[0], [1]], [1, 1], [Layer(2, activation, bias=True)] * 2)


@given(s.parameters(two_layers("exp"), "saturated units"))
def test_saturated_units_before_others_are_not_too_much(theta: Vector) -> None:
    """exp of 10^4 exp(10^4) is a number, but no arithmetic here has room for it."""
    with precision(128):
        assert enclose(two_layers("exp"), box(theta, Fraction(0)), 0).loss.is_finite()


@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus", "elu"])
def test_units_of_any_layer_are_saturated(activation: str) -> None:
    """Not only those of the last: large weights before others are what training leaves."""
    problem = two_layers(activation)

    def is_large(theta: Vector) -> bool:
        first, _ = problem.network.split(theta)[0]
        return any(abs(w) >= s.SATURATING / 6 for row in first for w in row)

    find(s.parameters(problem, "saturated units"), is_large)


# what is looked for, and how long the problem file may be
SHRUNK: dict[str, tuple[Callable[[Problem], bool], int]] = {
    "anything": (lambda p: True, 300),
    "a dead unit": (lambda p: "dead units" in degeneracies(p), 330),
    "three layers": (lambda p: len(p.network.hidden) == 3, 480),
    "duplicates": (lambda p: "duplicate inputs" in degeneracies(p), 350),
    "a kink off zero": (lambda p: "kink off zero" in degeneracies(p), 430),
    "opposite units": (lambda p: "opposite units" in degeneracies(p), 400),
}


@pytest.mark.parametrize("name", SHRUNK)
def test_examples_shrink_to_small_readable_problem_files(name: str) -> None:
    wanted, longest = SHRUNK[name]
    smallest = find(
        s.problems(), wanted, settings=settings(max_examples=2000, database=None, derandomize=True)
    )
    assert len(repr(smallest)) <= longest, smallest
    assert smallest.samples <= 4
    assert all(
        v.denominator == 1 or abs(v.numerator) < 10
        for v in (*smallest.point, *(a for row in smallest.x for a in row))
    )  # type: ignore[misc]


@given(s.problems(losses=("half-squared-error", "softmax-cross-entropy")))
def test_a_problem_prints_as_a_problem_file(problem: Problem) -> None:
    again = problem_from_json(parse(repr(problem).encode()))
    assert again == problem
    assert again.point == problem.point


def test_a_failing_example_can_be_pasted(tmp_path: Path) -> None:
    test = tmp_path / "test_fails.py"
    test.write_text(
        "from hypothesis import given\nfrom exactland.testing.strategies import"
        " wide_problems\n@given(wide_problems())\ndef test_all_have_one_sample(problem):\n   "
        " assert problem.samples < 3\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    printed = "\n".join(line.removeprefix("E   ").strip() for line in run.stdout.splitlines())
    start = printed.rindex('{\n"format"')
    pasted = tmp_path / "pasted.json"
    pasted.write_text(printed[start : printed.index("\n}", start) + 2])
    command = [sys.executable, "-m", "exactland", "classify", str(pasted), "--within", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:12]) == (0, "in no basin:"), printed + done.stderr


def test_hypothesis_knows_the_types() -> None:
    for kind in (Problem, Network, Expression, PiecewiseLinear):
        assert isinstance(examples(st.from_type(kind), 1)[0], kind)


KNOWN = """
{imports}
import sys
from hypothesis import strategies as st
for name in ("problem.Problem", "network.Network", "activations.Expression"):
    module, kind = name.split(".")
    kind = getattr(sys.modules["exactland.model." + module], kind)
    assert isinstance(st.from_type(kind).example(), kind), name
"""


@pytest.mark.parametrize(
    "imports",
    [
        "import hypothesis; from exactland import Problem",
        "import hypothesis; from exactland import Network",
        "import hypothesis; import exactland.model.activations",
        "import hypothesis; import exactland.model",
        "from exactland import Problem; import hypothesis",
        "from exactland import Network; import hypothesis",
        "import exactland.model; import hypothesis",
    ],
)
def test_hypothesis_knows_the_types_whichever_is_imported_first(imports: str) -> None:
    """And no sooner than they are there."""
    program = f"import warnings; warnings.simplefilter('ignore'){KNOWN.format(imports=imports)}"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_hypothesis_alone_imports_no_class_of_ours() -> None:
    program = (
        "import sys, hypothesis.strategies;"
        " print(*sorted(name for name in sys.modules if name.startswith('exactland')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == ["exactland", "exactland.testing"]


def test_one_activation_stands_for_a_strategy() -> None:
    mine = PiecewiseLinear((Fraction(1),), (Fraction(0), Fraction(1)), Fraction(0))
    for problem in examples(s.wide_problems(mine), 20):
        assert {layer.activation for layer in problem.network.hidden} == {mine}


def test_a_problem_that_no_file_can_hold_still_prints() -> None:
    from exactland.model.activations import Pieces
    from exactland.model.trees import constant

    step = Pieces((Fraction(0),), (constant(0), constant(1)), (0,))
    problem = examples(s.wide_problems(step), 1)[0]
    assert "no file can hold" in repr(problem)
    with pytest.raises(InputError):
        problem.specification()


@given(planted_basins())
def test_planted_basins_are_too_narrow_for_the_theorem(problem: Problem) -> None:
    assert failing_hypotheses(problem)
    with precision(128):
        gradient = enclose(problem, box(problem.point, Fraction(0)), 1).gradient  # type: ignore[arg-type]
    assert all(abs(g) < to_arb(Fraction(1, 1000)) for g in gradient)


def test_without_hypothesis_the_message_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\nfrom exactland.testing import properties,"
        " plugin\nfrom exactland.testing import strategies"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        run.stderr.splitlines()[-1]
        == "ImportError: exactland.testing.strategies needs Hypothesis: pip install"
        " 'exactland[testing]'"
    )

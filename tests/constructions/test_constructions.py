"""The constructions are what they say, for every activation and shape they are said for, and refuse
the rest; the built-in cases are complete.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from exactland.constructions import (
    deep,
    double_zeros,
    exponential_grid,
    generic,
    generic_scalar,
    searched,
    sine,
    witness,
)
from exactland.constructions.generic_residual import least_norm
from exactland.engine.outcomes import Certified
from exactland.errors import InputError
from exactland.gallery.entries import entry
from exactland.model.activations import (
    NAMED,
    Expression,
    evaluate_exactly,
    named,
    polynomial,
)
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.floats import evaluate
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from tests.narrow_cases import CASES
from tests.pages import THEOREMS, page
from tests.recorded import minimum_from
from tests.shorthand import column, vector

CONSTRUCTED = [
    name for name in CASES if entry("narrow", name).text("about").startswith("construction ")
]
# those with a recorded residual
DOUBLE_ZEROS = [
    name
    for name in CASES
    if "residual" in entry("narrow", name)
    and entry("narrow", name).text("construction") == "double_zeros"
]
SMOOTH = [name for name, s in NAMED.items() if isinstance(s, Expression) and name != "identity"]
HALF, ONE = Fraction(1, 2), Fraction(1)


def loss_and_gradient(problem: Problem, theta: Vector) -> tuple[float, list[float]]:
    with precision(128):
        at = enclose(problem, box(theta, Fraction(0)), 1)
        return float(at.loss.mid()), [float(g.mid()) for g in at.gradient]


def loss_at(problem: Problem, theta: Vector) -> float:
    """The loss alone, which is there at kinks as well."""
    with precision(128):
        return float(enclose(problem, box(theta, Fraction(0)), 0).loss.mid())


def strict(problem: Problem, point: Vector) -> bool:
    outcome = minimum_from(problem, point, None)
    return isinstance(outcome, Certified) and outcome.verdict.kind == "strict-minimum"


# The core set


def test_every_smooth_activation_has_a_certificate_of_each_construction_that_reaches_it() -> None:
    layers = [
        (case.recipe.partition(":")[0], case.problem.network.hidden[0]) for case in CASES.values()
    ]
    kinds = {
        (layer.activation.name, recipe.partition(",")[0], layer.units) for recipe, layer in layers
    }
    for name in SMOOTH:
        for m in (1, 2):
            for letter in ("A", "A+", "B"):
                assert (name, f"construction {letter}", m) in kinds, (name, letter, m)
    assert {f"sine-{n}-{m}" for n in range(2, 7) for m in range(1, n)} <= set(CASES)
    searches = (
        "sigmoid-2-1 sigmoid-3-2 sigmoid-4-3 swish-2-1 swish-3-2 swish-4-3 gelu-2-1 gelu-3-2"
        " mish-2-1 mish-3-2 softplus-4-2"
    )
    assert set(searches.split()) <= {
        case.name for case in CASES.values() if case.recipe == "construction D"
    }


def test_the_core_set_has_every_kind_of_network_and_loss() -> None:
    assert {"anscombe-ii", "anscombe-iii", "cubic-exact", "quartic-exact"} <= set(CASES)
    assert {len(case.problem.network.hidden) for case in CASES.values()} == {1, 2, 3}
    assert {case.problem.loss for case in CASES.values()} == {
        "half-squared-error",
        "logistic",
        "multinomial-logistic",
    }
    assert {case.problem.network.inputs for case in CASES.values()} == {1, 2, 3}
    assert {case.problem.network.outputs for case in CASES.values()} == {1, 2}
    for name in ("softsign", "elu", "selu"):
        assert any(
            case.problem.network.hidden[0].activation.name == name for case in CASES.values()
        )


@pytest.mark.parametrize("name", CONSTRUCTED)
def test_a_constructed_start_is_critical_up_to_the_rounding_of_the_targets(name: str) -> None:
    case = CASES[name]
    loss, gradient = loss_and_gradient(case.problem, case.start)
    assert max(map(abs, gradient)) <= 2e-3 * (1 + loss**0.5)
    assert loss_at(case.problem, case.witness or ()) < loss


@pytest.mark.parametrize("name", DOUBLE_ZEROS)
def test_phi_has_double_zeros_with_the_sign_of_the_output_weights(name: str) -> None:
    table = entry("narrow", name)
    activation = CASES[name].problem.network.hidden[0].activation
    inputs = np.array([float(x) for (x,) in table.rows("inputs")])
    residual = np.array([float(r) for r in table.vector("residual")])
    scale = np.linalg.norm(residual)

    def phi(u: np.ndarray) -> float:
        z = inputs * u[0] + (u[1] if len(u) > 1 else 0.0)
        return float(residual @ evaluate(activation, z)[0])

    for row, sign in zip(table.rows("hidden_weights"), table.vector("output_weights")):
        u = np.array([float(q) for q in row])
        assert abs(phi(u)) < 1e-3 * scale
        for direction in np.eye(len(u)):
            step = 1e-3 * direction
            assert abs(phi(u + step) - phi(u - step)) / 2e-3 < 1e-3 * scale
            assert (phi(u + step) + phi(u - step) - 2 * phi(u)) * float(sign) > 0


def test_anscombe_is_the_published_quartet() -> None:
    """Anscombe (1973): sets II and III have mean x = 9, mean y = 7.5 (to 2 decimals), slope 0.5 (to
    3), correlation 0.816.
    """
    for name in ("anscombe-ii", "anscombe-iii"):
        x = np.array([float(row[0]) for row in CASES[name].problem.x]) * 3 + 9
        y = np.array([float(row[0]) for row in CASES[name].problem.y]) + 7.5
        assert sorted(x) == list(range(4, 15))
        assert np.mean(y) == pytest.approx(7.5, abs=0.005)
        assert np.polyfit(x, y, 1)[0] == pytest.approx(0.5, abs=0.0005)
        assert np.corrcoef(x, y)[0, 1] == pytest.approx(0.816, abs=0.0005)


def test_every_case_has_a_theorem_or_a_recipe(root: Path) -> None:
    theorems = page(THEOREMS / "constructions.md")
    for case in CASES.values():
        assert case.recipe
        if case.recipe.startswith("construction "):
            letter = case.recipe.split()[1].strip(":,")
            assert f"## {letter}. " in theorems
            family = {"sine": "sine-N-m"}.get(
                case.name.split("-")[0], "-".join(["ACTIVATION", *case.name.split("-")[1:-1], "m"])
            )
            assert f"`{case.name}`" in theorems or f"`{family}`" in theorems, case.name


# A and A+


def test_a_takes_any_data_with_double_zeros() -> None:
    """sin w + sin 3w = 4 sin w cos^2 w, from its definition; v_j of either size, and several
    outputs.
    """
    x = [(ONE,), (Fraction(3),), (HALF,)]
    w = [(Fraction("1.5707963267948966"),)]
    problem, point = double_zeros(
        NAMED["sin"], x, w, (ONE,), (ONE, ONE, Fraction(0)), Fraction(2), others=((Fraction(-3),),)
    )
    assert problem.network.outputs == 2
    assert point == (*w[0], ONE, Fraction(-3))
    assert loss_and_gradient(problem, point)[0] == pytest.approx(4, abs=1e-4)
    assert strict(problem, point)


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"v": (-ONE,)}, "v[0]", "not positive definite"),
        ({"v": (Fraction(0),)}, "v[0]", "is zero"),
        ({"v": (ONE, ONE)}, "v", "2 numbers for 1 units"),
        ({"w": [(Fraction(1),)]}, "w[0]", "no double zero"),
        ({"w": [(Fraction(1), ONE)]}, "w[0]", "2 numbers where 1 are needed"),
        ({"w": []}, "w", "is empty"),
        ({"x": []}, "x", "is empty"),
        ({"x": [(ONE,), (Fraction(3), ONE)]}, "x[1]", "2 numbers where 1 are needed"),
        ({"r": (ONE,)}, "r", "1 numbers for 2 samples"),
        ({"t": Fraction(0)}, "t", "is not positive"),
        ({"output_bias": ONE}, "r", "sum must be 0"),
        ({"others": [(ONE, ONE)]}, "others[0]", "2 numbers where 1 are needed"),
        ({"activation": NAMED["relu"], "x": [(Fraction(0),), (Fraction(3),)]}, "w[0]", "kink"),
        ({"w": [(Fraction("1.5707963267948966"),)] * 2, "v": (ONE, ONE)}, "w", "not independent"),
    ],
)
def test_a_names_the_hypothesis_that_fails(changes: dict, place: str, words: str) -> None:
    good = {
        "activation": NAMED["sin"],
        "x": [(ONE,), (Fraction(3),)],
        "w": [(Fraction("1.5707963267948966"),)],
        "v": (ONE,),
        "r": (ONE, ONE),
        "t": ONE,
    }
    double_zeros(**good)
    with pytest.raises(InputError) as error:
        double_zeros(**{**good, **changes})
    assert error.value.place == place
    assert words in str(error.value)


def test_a_plus_wants_the_flat_directions_to_be_seen_by_the_outputs() -> None:
    """exp with a hidden bias is flat along the bias, where the Jacobian is not injective: (b + c, v
    e^-c) changes nothing.
    """
    x = [(x,) for x in vector("-2 -1 0 1 2 3")]
    with pytest.raises(
        InputError, match=r"w: the Jacobian where Hess phi vanishes is not independent"
    ):
        generic(
            NAMED["exp"], x, [(HALF, HALF)], (ONE,), Fraction(1, 100), bias=True, semidefinite=True
        )
    problem, point = generic(
        NAMED["sin"], x, [(HALF, HALF)], (ONE,), Fraction(1), bias=True, semidefinite=True
    )
    assert strict(problem, point)
    with pytest.raises(InputError, match=r"v\[0\]: v_j Hess phi\(w_j\) is not positive definite"):
        double_zeros(
            NAMED["sin"],
            x,
            [(HALF, HALF)],
            (ONE,),
            [f - y for f, (y,) in zip(_outputs(problem, point), problem.y)],
            Fraction(1),
            bias=True,
        )


def _outputs(problem: Problem, point: Vector) -> list[Fraction]:
    w, b, v = point
    with precision(128):
        return [
            from_midpoint(arb(float(v)) * (_ball(w * x) + _ball(b)).sin()) for (x,) in problem.x
        ]


def _ball(q: Fraction) -> arb:
    from exactland.numerics.rounding import to_arb

    return to_arb(q)


# B


def generic_data(
    seed: int, inputs: int, bias: bool, units: int, more: int = 0
) -> tuple[list[Vector], list[Vector]]:
    random = Random(seed)
    trained = inputs + bias
    count = units * (trained + 1) * (trained + 2) // 2 + more
    x = [tuple(Fraction(random.randint(-16, 16), 8) for _ in range(inputs)) for _ in range(count)]
    return x, [
        tuple(Fraction(random.choice((-1, 1)) * random.randint(3, 12), 8) for _ in range(trained))
        for _ in range(units)
    ]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("inputs", [1, 2, 3])
@pytest.mark.parametrize("name", [*SMOOTH, "softsign", "elu", "selu"])
def test_b_for_every_c2_activation_every_input_dimension_with_and_without_bias_and_several_outputs(
    name: str, inputs: int, bias: bool
) -> None:
    """Or the equations contradict each other, exactly where the theorems say so."""
    others = ((Fraction(2),), (-ONE,)) if inputs == 2 else ()
    refused = 0
    for seed in range(40):
        x, w = generic_data(
            seed, inputs, bias, 1, more=2 if name in ("elu", "selu", "softsign") else 0
        )
        try:
            problem, point = generic(
                NAMED[name], x, w, (ONE,), Fraction(1, 64), bias=bias, others=others, decimals=30
            )
        except InputError as error:
            refused += "contradict" in str(error)
            continue
        if not strict(problem, point):
            continue
        assert problem.network.outputs == 1 + len(others)
        assert not (bias and name in ("exp", "sin", "arctan"))
        return
    assert bias
    assert name in (
        "exp",
        "sin",
        "arctan",
    ), f"no certificate; {refused} of 40 contradicted themselves"
    assert refused == 40


@pytest.mark.parametrize("name", SMOOTH)
def test_b_with_an_output_bias(name: str) -> None:
    for seed in range(40):
        x, w = generic_data(seed, 2, False, 1, more=1)
        problem, point = generic(
            NAMED[name], x, w, (ONE,), Fraction(1, 16), output_bias=HALF, decimals=30
        )
        assert problem.network.output_bias
        assert point[-1] == HALF
        if strict(problem, point):
            return
    raise AssertionError("none of 40 data sets was certified")


@pytest.mark.parametrize(
    "s",
    [
        NAMED["identity"],
        NAMED["relu"],
        NAMED["leaky-relu"],
        polynomial((Fraction(0), Fraction(0), ONE)),
    ],
)
def test_b_is_refused_for_affine_and_homogeneous_activations(s) -> None:
    x = [(x,) for x in vector("-2 -1 1 2 3 4")]
    with pytest.raises(InputError, match="contradict each other"):
        generic(s, x, [(ONE,)], (ONE,), ONE)


def test_b_needs_as_many_samples_as_equations() -> None:
    with pytest.raises(
        InputError, match=r"x: the equations for r contradict each other \(3 equations, 2 samples"
    ):
        generic(NAMED["sigmoid"], column("1 2"), [(ONE,)], (ONE,), ONE)
    with pytest.raises(InputError, match="only r = 0 solves the equations: more than 2 samples"):
        generic_scalar(NAMED["sigmoid"], column("1 2"), [(ONE,)], (ONE,), ONE)


@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=6, max_size=6), min_size=1, max_size=4),
    st.lists(st.integers(-5, 5), min_size=4, max_size=4),
)
def test_least_norm_solves_and_is_orthogonal_to_what_changes_nothing(
    matrix: list[list[int]], right: list[int]
) -> None:
    a = np.array(matrix, dtype=float)
    b = np.array(right[: len(matrix)], dtype=float)
    expected, *_ = np.linalg.lstsq(a, b, rcond=None)
    solvable = np.allclose(a @ expected, b, atol=1e-8)
    with precision(256):
        try:
            found = np.array(
                [
                    float(v)
                    for v in least_norm(
                        [([arb(c) for c in row], Fraction(int(v))) for row, v in zip(matrix, b)]
                    )
                ]
            )
        except InputError:
            assert not solvable or not np.any(b)
            return
    assert solvable
    if np.any(b):
        assert found == pytest.approx(expected, abs=1e-7)
    else:
        assert np.linalg.norm(found) == pytest.approx(1)
        assert a @ found == pytest.approx(np.zeros(len(a)), abs=1e-9)


# C, D, and the witness


@pytest.mark.parametrize("samples", range(2, 9))
def test_the_sine_construction_is_exact_at_full_width(samples: int) -> None:
    """With m = N-1 and v_k = (-1)^(k-1) / 2 the targets are rational without rounding: (m/2 - 1,
    -m/2 - 1, 0, ..., 0).
    """
    problem, start = sine(samples, samples - 1)
    m = samples - 1
    assert [y for (y,) in problem.y] == [
        Fraction(m, 2) - 1,
        -Fraction(m, 2) - 1,
        *[Fraction(0)] * (samples - 2),
    ]
    assert len(start) == problem.parameters == 2 * m


@pytest.mark.parametrize(("samples", "units"), [(3, 1), (4, 2), (5, 3), (6, 4)])
def test_the_sine_construction_with_an_output_bias(samples: int, units: int) -> None:
    problem, start = sine(samples, units, output_bias=True)
    assert problem.network.output_bias
    assert strict(problem, start)


@pytest.mark.parametrize(
    ("samples", "units", "bias"), [(2, 2, False), (3, 0, False), (1, 1, False), (3, 2, True)]
)
def test_the_sine_construction_ends_where_it_ends(samples: int, units: int, bias: bool) -> None:
    with pytest.raises(InputError, match="units"):
        sine(samples, units, output_bias=bias)


@pytest.mark.parametrize("p", [1, 2, 3])
def test_exponential_units_in_the_plane_go_beyond_half_the_samples(p: int) -> None:
    problem, start = exponential_grid(p)
    assert (problem.samples, problem.network.hidden[0].units) == (p * p + 2 * p + 2, p * p)
    assert (2 * p * p > problem.samples - 1) == (p >= 3)
    outcome = minimum_from(problem, start, witness(problem, start))
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "sub-optimal-strict-minimum"
    assert [float(u) for u in start[:2]] == [0.0, 0.0]
    assert float(start[2 * p * p - 1]) == pytest.approx(np.log(p))


def test_the_exponential_construction_ends_where_it_ends() -> None:
    for p in (0, 7):
        with pytest.raises(InputError, match="p: "):
            exponential_grid(p)
    with pytest.raises(InputError, match="v: "):
        exponential_grid(2, v=Fraction(-1))
    with pytest.raises(InputError, match="t: "):
        exponential_grid(2, t=Fraction(0))


def test_d_finds_the_double_zeros_from_few_digits() -> None:
    table = entry("narrow", "swish-3-2")
    w = table.rows("hidden_weights")
    rough = [[Fraction(round(q * 100), 100) for q in row] for row in w]
    problem, start = searched(
        NAMED["swish"],
        table.rows("inputs"),
        rough,
        table.vector("output_weights"),
        [Fraction(round(q * 100), 100) for q in table.vector("residual")],
        table.number("scale"),
    )
    assert [float(q) for q in start[:2]] == pytest.approx([float(q) for (q,) in w], abs=1e-6)
    assert strict(problem, start)
    with pytest.raises(InputError, match="does not settle|no double zero|only r = 0|contradict"):
        searched(NAMED["arctan"], column("1 2"), [(ONE,)], (ONE,), (ONE, -ONE), ONE)


@pytest.mark.parametrize(
    "name",
    [
        "tanh-a-2",
        "gelu-b-bias-1",
        "sin-a-plus-bias-2",
        "sigmoid-b-2-inputs-2-outputs",
        "tanh-b-2-inputs-output-bias",
    ],
)
def test_the_witness_is_a_least_squares_fit(name: str) -> None:
    """No change of the output weights alone improves it."""
    case = CASES[name]
    better = witness(case.problem, case.start)
    assert better == case.witness
    loss, gradient = loss_and_gradient(case.problem, better)
    assert loss < loss_and_gradient(case.problem, case.start)[0]
    outputs = case.problem.network.outputs * (
        case.problem.network.hidden[0].units + case.problem.network.output_bias
    )
    assert max(map(abs, gradient[-outputs:])) < 1e-6


def test_the_witness_of_data_that_a_constant_unit_does_not_fit_at_all() -> None:
    """The targets orthogonal to a candidate: its gain is a ball around 0."""
    problem = Problem(
        Network(1, (Layer(2, named("sigmoid"), True),)),
        ((Fraction(5, 11),), (Fraction(16, 11),)),
        ((Fraction(-1),), (Fraction(1),)),
    )
    found = witness(problem, vector("-3/4 9/4 1/4 -7/2 -3 4"))
    with precision(128):
        assert enclose(problem, box(found, Fraction(0)), 0).loss < 1


# I


@pytest.mark.parametrize("samples", [3, 4, 5, 6])
def test_deep_networks_are_as_the_construction_says(samples: int) -> None:
    """Pre-activations, ranks and the residual, calculated here once more."""
    problem, point = deep(samples)
    first, second = problem.network.hidden
    assert first.units == second.units == samples - 1
    (w, _), (rows, _), (output, _) = problem.network.split(list(point))
    low, top, high = Fraction(-2), Fraction(1), Fraction(2 * samples - 3)
    residual = [Fraction(1)] * (samples - 1) + [Fraction(-1)]
    for i, (x,) in enumerate(problem.x):
        features = [evaluate_exactly(first.activation, weight * x) for (weight,) in w]
        entering = [sum(v * a for v, a in zip(row, features)) for row in rows]
        wanted = [high if i == j else low for j in range(samples - 1)]
        assert entering == (wanted if i < samples - 1 else [top] * (samples - 1))
        reached = [evaluate_exactly(second.activation, z) for z in entering]
        (weights,) = output
        f = sum(v * a for v, a in zip(weights, reached))
        assert f - problem.y[i][0] == residual[i]


def test_a_deep_network_of_two_samples_is_refused() -> None:
    with pytest.raises(InputError, match="samples: 2 is not at least 3"):
        deep(2)

"""One cell of a phase diagram: N samples, m units of one activation in one hidden layer, scalar
output without bias, half squared error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import StatementKind
from exactland.constructions import (
    fewest_samples,
    generic,
    generic_scalar,
    saturated,
    searched,
    sine,
    staircase,
    witness,
)
from exactland.constructions.recorded_zeros import with_idle
from exactland.engine.minima import certify_recorded
from exactland.engine.outcomes import Certified
from exactland.engine.widths import wide_theorem
from exactland.errors import InputError
from exactland.gallery.recorded import recorded
from exactland.model.activations import NAMED, Activation, specification
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, exact_from_float, rational_text, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError
from exactland.provers.recorded import MinimumFrom
from exactland.search.double_zeros import Candidate, double_zero_search
from exactland.walls.theorems import wall

BAD, WIDE, PROVED, OPEN = (
    "bad basin",
    "none, by the wide theorem",
    "none, proved for this activation",
    "open",
)
VERDICTS = (BAD, WIDE, PROVED, OPEN)
TRIES = 60  # random weights and inputs for constructions A and B
DECIMALS = 30  # of the targets of construction D
DIGITS_BITS = 40  # fractional bits of what the search hands over


@dataclass(frozen=True)
class Setting:
    """What a diagram is about, and how hard to look: `starts` of the search for double zeros, a
    cell (0: none).
    """

    activation: Activation
    inputs: int = 1
    bias: bool = False
    seed: int = 0
    starts: int = 100

    @property
    def name(self) -> str:
        """The name of its folder and file: the activation, the number of inputs if it is not 1, the
        bias.
        """
        form = specification(self.activation)
        base = form if isinstance(form, str) else "activation"
        return (
            base
            + (f"-{self.inputs}-inputs" if self.inputs > 1 else "")
            + ("-bias" if self.bias else "")
        )

    def network(self, units: int) -> Network:
        return Network(self.inputs, (Layer(units, self.activation, self.bias),))


@dataclass(frozen=True)
class Cell:
    """A verdict of `VERDICTS` and what it rests on: a certificate (BAD: for some data set; WIDE:
    for one data set, as an instance of rule 4.2, which holds for all), the name of a theorem in
    docs/theorems/walls.md (PROVED), or, for OPEN, the least |(phi, phi')| the search saw and what
    was tried.
    """

    samples: int
    units: int
    verdict: str
    by: str
    certificate: Certificate | None = None
    residual: float | None = None


def decide_cell(setting: Setting, samples: int, units: int) -> Cell:
    """The cell (N, m): the wide theorem, a wall, a construction, or a search for double zeros; open
    when all of them fail.
    """
    if units >= samples:
        instance = wide_theorem(_instance(setting, samples, units))
        if isinstance(instance, Certified):
            return Cell(samples, units, WIDE, "rule 4.2", instance.certificate)
    theorem = wall(setting.activation, samples, units, inputs=setting.inputs, bias=setting.bias)
    if theorem is not None:
        return Cell(samples, units, PROVED, theorem)
    for recipe, problem, start in _constructions(setting, samples, units):
        found = _certified(recipe, problem, start)
        if found is not None:
            return Cell(samples, units, BAD, recipe, found)
    return _by_search(setting, samples, units)


def _by_search(setting: Setting, samples: int, units: int) -> Cell:
    """The cell by a search for double zeros, where there is one; open when it finds none."""
    if setting.inputs > 1 or setting.bias:
        return Cell(
            samples, units, OPEN, f"constructions A+ and B, {TRIES} tries; nothing else was tried"
        )
    if setting.starts == 0:
        return Cell(samples, units, OPEN, "constructions A, C, D as recorded, G and H; no search")
    found_zeros = double_zero_search(
        setting.activation,
        samples,
        units,
        starts=setting.starts,
        seed=_seed(setting, samples, units),
    )
    for candidate in found_zeros.candidates[:6]:
        exact = _from_search(setting, candidate)
        recipe = "construction D, by search"
        found = None if exact is None else _certified(recipe, *exact)
        if found is not None:
            return Cell(samples, units, BAD, recipe, found)
    left = found_zeros.residual if found_zeros.residual < float("inf") else None
    tried = f"construction D, {found_zeros.starts} starts"
    if found_zeros.candidates:
        tried += (
            f", {len(found_zeros.candidates)} of which end at what in floats looks like double"
            " zeros and could not be certified"
        )
    return Cell(samples, units, OPEN, tried, residual=left)


def _seed(setting: Setting, samples: int, units: int) -> int:
    return setting.seed * 10_000 + samples * 100 + units


def _instance(setting: Setting, samples: int, units: int) -> Problem:
    """Some data set: N different inputs, with targets that no affine function fits."""
    x = tuple(
        tuple(Fraction((i + 1) ** (k + 1)) for k in range(setting.inputs)) for i in range(samples)
    )
    return Problem(setting.network(units), x, tuple((Fraction(i % 2),) for i in range(samples)))


def _certified(recipe: str, problem: Problem, start: Vector) -> Certificate | None:
    """The certificate of a bad strict local minimum near the start, if there is one and a better
    point is found.
    """
    try:
        better = witness(problem, start)
        given = {"recipe": recipe, "start": [rational_text(v) for v in start]}
        outcome = certify_recorded(problem, MinimumFrom(start, better, given))
    except (InputError, UndefinedError):
        return None
    if not isinstance(outcome, Certified):
        return None
    is_bad = outcome.certificate.statement.kind is StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
    return outcome.certificate if is_bad else None


def _constructions(
    setting: Setting, samples: int, units: int
) -> Iterator[tuple[str, Problem, Vector]]:
    """Problems and starts by what needs no search: C, G, H, recorded double zeros with idle samples
    added, A in the 2m + 1 form, B and A+ at random weights.
    """
    is_scalar = setting.inputs == 1 and not setting.bias
    if is_scalar:
        yield from _of_one_input(setting, samples, units)
    yield from _at_random_weights(setting, samples, units, is_scalar)
    if is_scalar:
        yield from _with_units_left_out(setting, samples, units)


def _of_one_input(
    setting: Setting, samples: int, units: int
) -> Iterator[tuple[str, Problem, Vector]]:
    s = setting.activation
    if s == NAMED["sin"]:
        yield "construction C", *sine(samples, units)
    fewest = fewest_samples(s, units)
    if fewest is not None and samples >= fewest:
        yield from _attempt("construction G", partial(staircase, s, samples, units))
    if s == NAMED["hard-tanh"]:
        yield from _attempt("construction H", partial(saturated, samples, units))
    for fewer in range(samples, units, -1):
        for start in recorded().get((setting.name, fewer, units), ()):
            build = partial(_from_record, s, samples, start)
            yield from _attempt("construction D, recorded", build)


def _with_units_left_out(
    setting: Setting, samples: int, units: int
) -> Iterator[tuple[str, Problem, Vector]]:
    """Some of the double zeros of a recorded residual: the first ones."""
    for fewer in range(samples, units, -1):
        for more in range(units + 1, fewer):
            for x, w, v, r, t in recorded().get((setting.name, fewer, more), ()):
                zeros = (x, w[:units], v[:units], r, t)
                build = partial(_from_record, setting.activation, samples, zeros)
                yield from _attempt("construction D, recorded, units left out", build)


def _at_random_weights(
    setting: Setting, samples: int, units: int, is_scalar: bool
) -> Iterator[tuple[str, Problem, Vector]]:
    s, width = setting.activation, setting.inputs + setting.bias
    random = Random(_seed(setting, samples, units))
    for _ in range(TRIES):
        x, w, sizes, t = _at_random(setting, samples, units, random)
        if is_scalar and samples > 2 * units:
            build = partial(generic_scalar, s, x, w, sizes, t)
            yield from _attempt("construction A, 2m + 1 samples or more", build)
        elif not is_scalar and samples >= units * (width + 1) * (width + 2) // 2:
            for semidefinite in (False, True):
                recipe = "construction A+" if semidefinite else "construction B"
                yield from _attempt(
                    recipe,
                    partial(
                        generic, s, x, w, sizes, t, bias=setting.bias, semidefinite=semidefinite
                    ),
                )


def _attempt(
    recipe: str, build: Callable[[], tuple[Problem, Vector]]
) -> Iterator[tuple[str, Problem, Vector]]:
    try:
        yield recipe, *build()
    except (InputError, UndefinedError):
        return


def _from_record(
    s: Activation, samples: int, zeros: tuple[Vector, Vector, Vector, Vector, Fraction]
) -> tuple[Problem, Vector]:
    x, w, v, r, t = zeros
    return searched(
        s,
        with_idle(x, samples),
        [(u,) for u in w],
        v,
        [*r, *[Fraction(0)] * (samples - len(r))],
        t,
        decimals=DECIMALS,
    )


def _at_random(
    setting: Setting, samples: int, units: int, random: Random
) -> tuple[list[Vector], list[Vector], list[Fraction], Fraction]:
    """Distinct inputs on a grid, weights, sizes of output weights, t: rational, of moderate
    size.
    """
    reach = Fraction(random.choice((2, 3, 4, 6)))
    line = [-reach + (2 * reach + Fraction(1, 2)) * k / (samples - 1) for k in range(samples)]
    others = [random.sample(line, samples) for _ in range(setting.inputs - 1)]
    x = list(zip(line, *others))
    columns = [
        random.sample([k for k in range(-24, 25) if k], units)
        for _ in range(setting.inputs + setting.bias)
    ]
    w = [tuple(Fraction(u, 10) for u in row) for row in zip(*columns)]
    sizes = [random.choice((-1, 1)) * Fraction(1, random.choice((1, 2, 4))) for _ in range(units)]
    return x, w, sizes, Fraction(random.choice((1, 3, 10, 30)))


def _from_search(setting: Setting, found: Candidate) -> tuple[Problem, Vector] | None:
    """What the search found, through the named door into rationals and construction D's Newton
    iteration.
    """

    def exact(values: Iterable[float]) -> list[Fraction]:
        return [round_to_bits(exact_from_float(float(u)), DIGITS_BITS) for u in values]

    x, w, r, signs = exact(found.x), exact(found.w), exact(found.r), exact(found.signs)
    try:
        return searched(
            setting.activation,
            [(u,) for u in x],
            [(u,) for u in w],
            [s / 2 for s in signs],
            r,
            Fraction(10),
            decimals=DECIMALS,
        )
    except (InputError, UndefinedError):
        return None

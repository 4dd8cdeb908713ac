"""The rules: one function for each, which returns what the step concludes or refuses."""

from dataclasses import dataclass, field, replace
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from exactland.arb import activations
from exactland.arb.formal import Algebra, Formal, FormalNetwork, number
from exactland.arb.network import Network
from exactland.arb.numbers import Refused, ball, finite, lower, metered, norm_squared, require, square, upper
from exactland.arb.reader import LOSSES, Problem, Vector

Step = dict[str, Any]


@dataclass(frozen=True)
class Minimum:
    """A minimum or basin: theta* within distance_squared of center, its loss at least low."""

    rank: int  # 0 a local minimum, 1 a basin, 2 a strict minimum, 3 with one more unit open
    center: Vector
    distance: fmpq
    low: fmpq
    gap: fmpq = field(default_factory=lambda: fmpq(0))
    box: tuple[Vector, fmpq] | None = None  # of rule 3.1


@dataclass(frozen=True)
class Box:
    """No point with |theta_k - center_k| <= radius is a local minimum."""

    center: Vector
    radius: fmpq


@dataclass(frozen=True)
class About:
    """Statements about exact parameters or the whole loss: kind, center, end, eta."""

    said: tuple[tuple[str, Any, Any, Any], ...]
    unbasin: Vector | None = None  # by 4.1, 4.1c or 4.1h: this point lies in no basin
    box: Box | None = None
    end: Vector | None = None  # by 3.7 or 4.3: a path on to the infimum starts here


Fact = Any


def _balls(theta: Vector) -> list[arb]:
    return [arb(t) for t in theta]


def _box(center: Vector, radius: fmpq) -> list[arb]:
    return [ball(c - radius, c + radius) for c in center]


def strict_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.1."""
    center, radius, lam, gamma = step["center"], step["radius"], step["lambda"], step["gamma"]
    require(radius > 0 and lam > 0 and gamma >= 0, "radius and lambda must be positive, gamma not negative")
    require(gamma < lam * radius, "gamma is not below lambda radius")
    size = problem.parameters
    with ctx.workprec(step["precision"] + 64):
        net = Network(problem)
        hessian = net.hessian(_box(center, radius))
        root = arb_mat([[arb(v) for v in row] for row in step["preconditioner"]])
        k = root.transpose() * hessian * root
        mu: fmpq | None = None
        for a in range(size):
            rest = sum((k[a, b].abs_upper() for b in range(size) if b != a), arb(0))
            low = lower(k[a, a] - rest)
            mu = low if mu is None or low < mu else mu
        frobenius = sum((norm_squared(row) for row in step["preconditioner"]), fmpq(0))
        require(mu is not None and mu > 0 and lam * frobenius <= mu, "the Hessian is not bounded by lambda")
        gradient = net.gradient(_balls(center))
        total = sum((arb(upper(abs(g))) * arb(upper(abs(g))) for g in gradient.entries()), arb(0))
        require(upper(total) <= gamma * gamma, "the gradient at the center is above gamma")
        low = lower(net.value(_balls(center)) - arb(gamma * gamma / (2 * lam)))
    return Minimum(2, center, gamma / lam, low, box=(center, radius))


def _definite(h: list[list[fmpq]]) -> bool:
    """Whether elimination gives positive pivots only."""
    h = [list(row) for row in h]
    n = len(h)
    for k in range(n):
        if not h[k][k] > 0:
            return False
        for i in range(k + 1, n):
            factor = h[i][k] / h[k][k]
            for j in range(k, n):
                h[i][j] = metered(h[i][j] - factor * h[k][j])
    return True


def exact_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.1b."""
    require(problem.loss == LOSSES[0], "only half the squared error")
    net = Network(problem, balls=False)
    center = step["center"]
    gradient, hessian = net._derivative(center, 2)
    require(all(g == 0 for g in gradient.entries()), "the gradient is not 0")
    size = problem.parameters
    rows = [[hessian[i, j] for j in range(size)] for i in range(size)]
    require(_definite(rows), "the Hessian is not positive definite")
    return Minimum(2, center, fmpq(0), net.value(center))


def earlier(index: int, facts: list[Fact]) -> int:
    """The number of an earlier step."""
    if index < len(facts):
        return index
    raise Order("not an earlier step")


class Order(Exception):
    """A step refers to one of the wrong kind, to itself or to a later one."""


def sub_optimal(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.2."""
    minimum, gap = facts[earlier(step["minimum"], facts)], step["gap"]
    if type(minimum) is not Minimum:
        raise Order("not a step about a minimum")
    require(gap > 0, "the gap must be positive")
    with ctx.workprec(step["precision"] + 64):
        high = upper(Network(problem).value(_balls(step["witness"])))
    require(high + gap <= minimum.low, "the witness is not lower by the gap")
    return replace(minimum, gap=gap)


def no_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.5."""
    center, radius = step["center"], step["radius"]
    require(radius >= 0, "the radius must not be negative")
    with ctx.workprec(step["precision"] + 64):
        net, theta = Network(problem), _box(center, radius)
        direction = arb_mat([[arb(v)] for v in step["direction"]])
        if step["order"] == "first":
            slope = (net.gradient(theta).transpose() * direction)[0, 0]
            require(finite(slope) > 0 or slope < 0, "the slope has no strict sign")
        else:
            curve = (direction.transpose() * net.hessian(theta) * direction)[0, 0]
            require(finite(curve) < 0, "the curvature is not negative")
    return Box(center, radius)


def wide(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.2."""
    width, samples = problem.hidden[-1].units + problem.output_bias, len(problem.x)
    require(width >= samples, "the last hidden layer is too narrow")
    said = [("no-sub-optimal-basin", None, None, None)]
    if width > samples:
        said.append(("no-basin", None, None, None))
    return About(tuple(said))


def _invertible(rows: list[list[arb]], inverse: list[Vector], size: int) -> None:
    """Every matrix in these balls is invertible: every row sum of |C A - I| is below 1."""
    require(len(inverse) == size and all(len(r) == size for r in inverse), "the inverse has the wrong size")
    require(len(rows) == size and all(len(r) == size for r in rows), "the matrix has the wrong size")
    for i in range(size):
        total = arb(0)
        for j in range(size):
            entry = sum((arb(inverse[i][k]) * rows[k][j] for k in range(size)), arb(0))
            total = total + abs(entry - (1 if i == j else 0))
        require(finite(total) < 1, "the matrix is not shown invertible")


def one_more_unit(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.5."""
    minimum = facts[earlier(step["minimum"], facts)]
    if type(minimum) is not Minimum:
        raise Order("not a step about a minimum")
    if minimum.box is None:
        raise Refused("not a minimum by 3.1")
    layer = len(problem.hidden) - 1
    _, before, bias, _ = problem.shape(layer)
    weights = step["weights"]
    require(len(weights) == before + bias, "the new unit has the wrong number of weights")
    with ctx.workprec(step["precision"] + 64):
        net, theta = Network(problem), _box(*minimum.box)
        rows = []
        for x in problem.x:
            inner = net.features(theta, x, layer)
            z = sum((arb(w) * a for w, a in zip(weights, inner, strict=False)), arb(0))
            if bias:
                z = z + arb(weights[-1])
            new = activations.over(net.acts[-1], z, 0)[0]
            rows.append([*net.features(theta, x, layer + 1), new, *([arb(1)] if problem.output_bias else [])])
        _invertible(rows, step["inverse"], len(problem.x))
    return replace(minimum, rank=3)


def _defined(problem: Problem, theta: Vector, bits: int = 128) -> fmpq:
    """See in balls that E is defined at a point; a lower bound of it."""
    with ctx.workprec(bits + 64):
        return lower(Network(problem).value(_balls(theta)))


def global_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.7."""
    center = step["center"]
    require(problem.loss == LOSSES[0], "only half the squared error")
    net = FormalNetwork(problem)
    residuals = [net.slopes(net.outputs(center, x), y) for x, y in zip(problem.x, problem.y, strict=True)]
    net.vanish([[r[o] for r in residuals] for o in range(problem.outputs)])
    _defined(problem, center)
    kinds = (("global-minimum", center, None, None), ("in-no-sub-optimal-basin", center, None, None))
    return About((*kinds, ("escape", center, None, None)), end=center)


def _moving(problem: Problem, p: Vector, q: Vector) -> dict[int, list[tuple[int, Vector]]]:
    """The layers in which two points differ: their moving rows, each with the difference (bias last)."""
    found: dict[int, list[tuple[int, Vector]]] = {}
    for layer in range(len(problem.hidden) + 1):
        units, inputs, bias, start = problem.shape(layer)
        for j in range(units):
            places = list(range(start + j * inputs, start + (j + 1) * inputs))
            if bias:
                places.append(start + units * inputs + j)
            change = [q[k] - p[k] for k in places]
            if any(c != 0 for c in change):
                found.setdefault(layer, []).append((j, change))
    return found


def _kernel(problem: Problem, p: Vector, q: Vector) -> None:
    """Only pre-activations that do not change are moved: E is the same on the line through p and q."""
    moving = _moving(problem, p, q)
    require(len(moving) == 1, "not exactly one layer moves")
    net = FormalNetwork(problem)
    for layer, rows in moving.items():
        for x in problem.x:
            columns = net.columns(p, x, layer)
            for _, change in rows:
                total = number(fmpq(0))
                for c, a in zip(change, columns, strict=True):
                    total = total + a.times(c)
                require(total.zero(), "a pre-activation is not shown to stay the same")


def _idle(problem: Problem, p: Vector, q: Vector) -> None:
    """Only units that reach no output move."""
    moving = _moving(problem, p, q)
    live = set(range(problem.outputs))
    for layer in range(len(problem.hidden), -1, -1):
        require(all(j not in live for j, _ in moving.get(layer, [])), "a unit that reaches an output moves")
        _, inputs, _, start = problem.shape(layer)
        live = {k for j in live for k in range(inputs) if p[start + j * inputs + k] != 0}


def line(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1."""
    center, witness = step["center"], step["witness"]
    require(any(a != b for a, b in zip(center, witness, strict=True)), "the two points are equal")
    if step["reason"] == "kernel":
        _kernel(problem, center, witness)
    else:
        acts = [activations.build(h.activation) for h in problem.hidden]
        require(all(a.entire for a in acts), "an activation is not defined on the whole line")
        _idle(problem, center, witness)
    _defined(problem, center)
    return _no_basin(center)


def _no_basin(center: Vector, *more: tuple[str, Any, Any, Any]) -> About:
    kinds = (("in-no-basin", center, None, None), ("in-no-sub-optimal-basin", center, None, None))
    return About((*kinds, *more), unbasin=center)


def dependent(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1c. The columns are a set: one that is named twice counts once, one that is not there not at all."""
    center, layer = step["center"], step["layer"]
    require(layer <= len(problem.hidden), "no such layer")
    _, inputs, bias, _ = problem.shape(layer)
    columns = [c for c in range(inputs + bias) if c in step["columns"]]
    net = FormalNetwork(problem)
    rows = set()
    for x in problem.x:
        row = net.columns(center, x, layer)
        rows.add(tuple(row[c].key() for c in columns))
    require(len(rows) < len(columns), "not fewer rows than columns")
    _defined(problem, center)
    return _no_basin(center)


def _homogeneous(act: activations.Activation) -> bool:
    if not act.entire:
        return False
    algebra = Algebra()
    x = algebra.atom("x")
    good = {m[0][0] for u in (x, algebra.relu(x)) for m in u.terms}
    terms = algebra.activation(act, x).terms
    degrees = {sum(power for _, power in m) for m in terms}
    known = all(atom in good for m in terms for atom, _ in m)
    return known and len(degrees) == 1 and min(degrees) > 0


def homogeneous(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1h."""
    acts = [activations.build(h.activation) for h in problem.hidden]
    require(any(_homogeneous(a) for a in acts), "no layer is positively homogeneous")
    _defined(problem, step["center"])
    return _no_basin(step["center"], ("no-basin", None, None, None), ("no-sub-optimal-basin", None, None, None))


def reach(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.3."""
    center, identities, samples = step["center"], step["identities"], len(problem.x)
    last = -1
    for r in identities:
        require(len(r) == samples, "an identity has the wrong length")
        first = next((i for i, v in enumerate(r) if v != 0), -1)
        require(first > last, "the identities are not in echelon form")
        last = first
    FormalNetwork(problem).vanish([[number(v) for v in r] for r in identities])
    layer = len(problem.hidden)
    _, inputs, bias, _ = problem.shape(layer)
    chosen, columns = [i for i in range(samples) if i in step["rows"]], [c for c in range(inputs + bias) if c in step["columns"]]
    size = samples - len(identities)
    require(len(chosen) == size and len(columns) == size, "the minor has the wrong size")
    _defined(problem, center)
    with ctx.workprec(step["precision"] + 64):
        net, theta, rows = Network(problem), _balls(center), []
        for i in chosen:
            row = [*net.features(theta, problem.x[i], layer), arb(1)]
            rows.append([row[c] for c in columns])
        _invertible(rows, step["inverse"], size)
    return About((("escape", center, None, None), ("in-no-sub-optimal-basin", center, None, None)), end=center)


def _convex(problem: Problem, p: Vector, q: Vector) -> None:
    """E is convex on the segment from p to q."""
    moving = _moving(problem, p, q)
    require(len(moving) == 1, "not exactly one layer moves")
    layer = next(iter(moving))
    net = FormalNetwork(problem)
    for x in problem.x:
        inner = [net.features(t, x, layer) for t in (p, q)]
        for k in range(layer, len(problem.hidden)):
            act = net.acts[k]
            require(act.slopes is not None, "an activation is not piecewise linear")
            ends = [net.pre(k, _reader(t), a) for t, a in zip((p, q), inner, strict=True)]
            for u, v in zip(*ends, strict=True):
                a, b = u.constant(), v.constant()
                if a is None or b is None:
                    raise Refused("a pre-activation is not known as a rational")
                low, high = (a, b) if a < b else (b, a)
                require(all(c <= low or c >= high for c in act.breaks), "a breakpoint is crossed")
            inner = [[net.algebra.activation(act, z) for z in e] for e in ends]


def _reader(theta: Vector) -> Any:
    return lambda k: number(theta[k])


def path(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.4."""
    points, reasons, eta, end = step["points"], step["reasons"], step["eta"], step["end"]
    require(eta >= 0, "eta must not be negative")
    require(len(points) == len(reasons) + 1, "one reason fewer than points")
    first, last = points[0], points[-1]
    with ctx.workprec(step["precision"] + 64):
        net = Network(problem)
        values = [net.value(_balls(p)) for p in points]
        for i, reason in enumerate(reasons):
            p, q = points[i], points[i + 1]
            box = [ball(a, b) for a, b in zip(p, q, strict=True)]
            if reason == "kernel":
                _kernel(problem, p, q)
            elif reason == "idle":
                _idle(problem, p, q)
                net.value(box)
            elif reason == "convex":
                require(upper(values[i + 1]) < lower(values[i]), "E is not shown to fall")
                _convex(problem, p, q)
            elif reason == "slope":
                change = arb_mat([[arb(b - a)] for a, b in zip(p, q, strict=True)])
                require(finite((net.gradient(box).transpose() * change)[0, 0]) < 0, "E is not shown to fall")
            else:
                require(upper(net.value(box)) <= lower(values[0]) + eta, "E is not shown to be small")
        low: fmpq | None = None
        if end[0] == "loss":
            low = end[1]
            require(upper(values[-1]) <= low, "the end is not reached")
        else:
            goal = facts[earlier(end[1], facts)]
            if type(goal) is not About or goal.end is None:
                raise Order("not a step by 3.7 or 4.3")
            require(all(a == b for a, b in zip(goal.end, last, strict=True)), "the last step is about another point")
    said: list[tuple[str, Any, Any, Any]] = []
    if eta > 0:
        said.append(("eta-escape", first, low, eta))
    else:
        said.append(("escape", first, low, None))
        if low is None:
            said.append(("in-no-sub-optimal-basin", first, None, None))
    return About(tuple(said), box=Box(first, fmpq(0)) if reasons[:1] == ["convex"] else None)


class _Cover:
    """Reads the list of rule 3.3, and bounds E from below as it says."""

    def __init__(self, problem: Problem, marks: list[int]) -> None:
        self.problem, self.marks, self.next = problem, marks, 0
        self.plain, self.spanning = Network(problem), Network(problem, span=True)

    def _take(self) -> int:
        """The next count; those missing at the end are 0."""
        self.next += 1
        return self.marks[self.next - 1] if self.next <= len(self.marks) else 0

    def bound(self, low: Vector, high: Vector) -> fmpq:
        """A lower bound of E on the box, by the next cover."""
        size, least = self.problem.parameters, None
        waiting = [(low, high)]
        while waiting:
            low, high = waiting.pop()
            require(self.next < len(self.marks), "the cover ends too early")
            mark = self._take()
            if mark < size:
                cut = metered(low[mark] + (high[mark] - low[mark]) * self._take() / 1000)
                waiting.append(([*low[:mark], cut, *low[mark + 1 :]], high))
                waiting.append((low, [*high[:mark], cut, *high[mark + 1 :]]))
                continue
            require(mark in (size + 1, size + 2), "no such mark")
            found = self._plane(low, high, mark - size)
            least = found if least is None or found < least else least
        if least is None:
            raise Refused("no bound")
        return least

    def _plane(self, low: Vector, high: Vector, order: int) -> fmpq:
        size = self.problem.parameters
        p = [metered(a + (b - a) * self._take() / 1000) for a, b in zip(low, high, strict=True)]
        at = _balls(p)
        over = [ball(min(a, b, c), max(a, b, c)) for a, b, c in zip(low, high, p, strict=True)]
        ends = [(arb(min(a, b) - c), arb(max(a, b) - c)) for a, b, c in zip(low, high, p, strict=True)]
        away = [a.union(b) for a, b in ends]
        total = self.plain.value(at)
        second = self.spanning.combined(over, self.plain.factors(at), order)
        if order == 1:
            for k in range(size):
                total = total + _least(second[k, 0], ends[k])
            return lower(total)
        first = self.plain.gradient(at)
        for k in range(size):
            rest = sum((second[k, m] * away[m] for m in range(size) if m != k), arb(0))
            total = total + _least(first[k, 0] + rest / 2, ends[k])
            d = square(away[k])
            total = total + _least(second[k, k], (d.lower(), d.upper())) / 2
        return lower(total)


def _least(t: arb, ends: tuple[arb, arb]) -> arb:
    """The least product of a number of t and one between these ends."""
    finite(t)
    products = [u * v for u in (t.lower(), t.upper()) for v in ends]
    result = products[0]
    for x in products[1:]:
        result = result.min(x)
    return finite(result)


def rim(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.3."""
    center, radii = step["center"], step["radii"]
    require(all(r > 0 for r in radii), "the radii must be positive")
    low = [c - r for c, r in zip(center, radii, strict=True)]
    high = [c + r for c, r in zip(center, radii, strict=True)]
    with ctx.workprec(step["precision"] + 64):
        top = upper(Network(problem).value(_balls(center)))
        cover = _Cover(problem, step["cover"])
        for k in range(problem.parameters):
            for end in (low[k], high[k]):
                face = [*low[:k], end, *low[k + 1 :]], [*high[:k], end, *high[k + 1 :]]
                require(cover.bound(*face) > top, "E is not shown larger on a face")
        least = cover.bound(low, high)
        require(cover.next >= len(cover.marks), "the cover goes on")
        distance = upper(arb(norm_squared(radii)).sqrt())
    return Minimum(1, center, distance, least)


def flat(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.4."""
    units = ["flat"] * problem.hidden[0].units
    return potentials(problem, {**step, "units": units, "midpoints": [], "fitted": False, "precision": 128}, facts)


def potentials(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.4b."""
    center, fitted, samples = step["center"], step["fitted"], len(problem.x)
    require(len(problem.hidden) == 1, "not one hidden layer")
    require(len(step["units"]) == problem.hidden[0].units, "not one reason for every unit")
    require(not fitted or (problem.loss == LOSSES[0] and problem.output_bias), "nothing to fit")
    net = FormalNetwork(problem)
    rows = [net.slopes(net.outputs(center, x), y) for x, y in zip(problem.x, problem.y, strict=True)]
    columns = [[row[k] for row in rows] for k in range(problem.outputs)]
    for k, column in enumerate(columns):
        total = number(fmpq(0))
        for g in column:
            total = total + g
        if fitted:
            columns[k] = [g - total.times(fmpq(1, samples)) for g in column]
        else:
            require(total.zero() or not problem.output_bias, "the slopes of an output do not sum to 0")
    with ctx.workprec(step["precision"] + 64):
        distance, low = _fit(problem, center) if fitted else (fmpq(0), lower(Network(problem).value(_balls(center))))
        for j, reason in enumerate(step["units"]):
            for k, column in enumerate(columns):
                if not all(g.zero() for g in column):
                    _potential(problem, net, step, j, k, column, reason)
    return Minimum(0, center, distance, low)


def _fit(problem: Problem, center: Vector) -> tuple[fmpq, fmpq]:
    """How far the best output biases are at most, and a lower bound of E with them."""
    net, samples = Network(problem), len(problem.x)
    net.value(_balls(center))
    f = [[o.value for o in net.layers(_balls(center), x, 0)] for x in problem.x]
    distance, total = fmpq(0), arb(0)
    for k in range(problem.outputs):
        rest = [row[k] - arb(y[k]) for row, y in zip(f, problem.y, strict=True)]
        mean = sum(rest, arb(0)) / samples
        distance = distance + upper(abs(mean))
        total = total + sum((square(r - mean) / 2 for r in rest), arb(0))
    return distance, lower(total)


def _vanishes(items: list[Formal]) -> bool:
    total = number(fmpq(0))
    for t in items:
        total = total + t
    return total.zero()


def _potential(
    problem: Problem, net: FormalNetwork, step: Step, j: int, k: int, column: list[Formal], reason: str
) -> None:
    """The potential of unit j in output k is 0 near its weights, or has the sign of its output weight."""
    center, act = step["center"], net.acts[0]
    units, inputs, bias, _ = problem.shape(0)
    _, _, _, start = problem.shape(1)
    v = center[start + k * units + j]
    w = [*center[j * inputs : (j + 1) * inputs], *([center[units * inputs + j]] if bias else [])]
    rows = [[*x, fmpq(1)] if bias else list(x) for x in problem.x]
    z = [metered(sum((a * b for a, b in zip(w, x, strict=True)), fmpq(0))) for x in rows]
    some = [i for i, g in enumerate(column) if not g.zero()]
    require(_vanishes([column[i] * net.algebra.activation(act, number(z[i])) for i in some]), "the potential is not 0")
    require(reason == "flat" or v != 0, "the output weight is 0")
    if reason == "midpoints":
        _midpoints(problem, act, step["midpoints"], column, z, v)
        return
    if reason == "flat":
        require(act.slopes is not None, "not piecewise linear")
        require(all(b != z[i] for i in some for b in act.breaks), "a unit is at a kink")
    s = {i: activations.at(act, z[i], 1 if reason == "flat" else 2) for i in some}
    size = len(w)
    for a in range(size):
        require(_vanishes([column[i].times(s[i][1] * rows[i][a]) for i in some]), "the potential has a slope")
    if reason == "definite":
        h = [[fmpq(0)] * size for _ in range(size)]
        for a in range(size):
            for b in range(size):
                total = number(fmpq(0))
                for i in some:
                    total = total + column[i].times(s[i][2] * rows[i][a] * rows[i][b])
                value = total.constant()
                if value is None:
                    raise Refused("the second derivatives are no rationals")
                h[a][b] = value if v > 0 else -value
        require(_definite(h), "the potential is not shown to have a strict extremum")


def _midpoints(
    problem: Problem, act: activations.Activation, entries: list[Any], column: list[Formal], z: Vector, v: fmpq
) -> None:
    """The slopes are a sum of second differences, and the activation is convex or concave where they are taken."""
    samples = len(problem.x)
    total = [fmpq(0)] * samples
    for a, b, c, t in entries:
        require(max(a, b, c) < samples, "no such sample")
        require(t >= 0, "a weight is negative")
        triples = zip(problem.x[a], problem.x[b], problem.x[c], strict=True)
        require(all(p + q == 2 * m for p, q, m in triples), "not a midpoint")
        bend = activations.over(act, ball(z[a], z[b]), 2, parts=8)[2]
        require((bend > 0 and v > 0) or (bend < 0 and v < 0), "the activation is not shown to bend that way")
        for place, weight in ((a, t), (b, t), (c, -2 * t)):  # the places may coincide
            total[place] = total[place] + weight
    for g, t in zip(column, total, strict=True):
        value = g.constant()
        require(value is not None and value == t, "the slopes are another sum")


RULES = {
    "3.1": strict_minimum,
    "3.1b": exact_minimum,
    "3.2": sub_optimal,
    "3.3": rim,
    "3.4": flat,
    "3.4b": potentials,
    "3.5": no_minimum,
    "3.7": global_minimum,
    "4.1": line,
    "4.1c": dependent,
    "4.1h": homogeneous,
    "4.2": wide,
    "4.3": reach,
    "4.4": path,
    "4.5": one_more_unit,
}

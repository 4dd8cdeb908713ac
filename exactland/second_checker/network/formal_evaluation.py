"""Networks over formal numbers."""

from typing import Any

from flint import fmpq

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.arithmetic.formal import ONE, ZERO, Formal, number
from exactland.second_checker.network.activations import Activation, Tree, build
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.network.losses import LOSSES
from exactland.second_checker.refusals import require

ODD = ("sin", "atan", "erf")


class Algebra:
    """The atoms of one calculation, and the functions that make them."""

    def __init__(self) -> None:
        self._ids: dict[Any, int] = {}

    def atom(self, *name: Any) -> Formal:
        index = self._ids.setdefault(name, len(self._ids))
        return Formal({((index, 1),): ONE})

    def _function(self, name: str, u: Formal) -> Formal:
        if name == "tanh":
            return self._function("sigmoid", u.times(fmpq(2))).times(fmpq(2)) - number(
                ONE
            )
        if u.zero():
            known = {
                "exp": ONE,
                "cos": ONE,
                "sigmoid": fmpq(1, 2),
                "sin": ZERO,
                "atan": ZERO,
                "erf": ZERO,
            }
            if name in known:
                return number(known[name])
        elif name in (*ODD, "cos", "sigmoid", "softplus") and u.lead() < 0:
            minus = u.times(fmpq(-1))
            positive = self._function(name, minus)
            if name in ODD:
                return positive.times(fmpq(-1))
            if name == "cos":
                return positive
            return number(ONE) - positive if name == "sigmoid" else positive + u
        return self.atom(name, u.key())

    def relu(self, u: Formal) -> Formal:
        q = u.constant()
        if q is not None:
            return u if q > 0 else number(ZERO)
        lead = u.lead()
        unit = u.times(ONE / abs(lead))
        if lead > 0:
            return self.atom("relu", unit.key()).times(lead)
        minus = unit.times(fmpq(-1))
        return (self.atom("relu", minus.key()) - minus).times(abs(lead))

    def reciprocal(self, u: Formal) -> Formal:
        q = u.constant()
        if q is not None:
            require(q != 0, "division by 0")
            return number(ONE / q)
        lead = u.lead()
        return self.atom("reciprocal", u.times(ONE / lead).key()).times(ONE / lead)

    def tree(self, tree: Tree, x: Formal) -> Formal:
        head = tree[0]
        if head == "x":
            return x
        if head == "c":
            return number(tree[1])
        if head == "^":
            base, power = self.tree(tree[1], x), tree[2]
            if power < 0:
                base, power = self.reciprocal(base), -power
            result = number(ONE)
            while power > 0:
                result = result * base if power % 2 else result
                power //= 2
                base = base * base if power else base
            return result
        parts = [self.tree(t, x) for t in tree[1:]]
        if head == "/":
            return parts[0] * self.reciprocal(parts[1])
        if head in ("+", "*"):
            result = parts[0]
            for p in parts[1:]:
                result = result + p if head == "+" else result * p
            return result
        return self._function(head, parts[0])

    def activation(self, act: Activation, u: Formal) -> Formal:
        if not act.breaks:
            return self.tree(act.trees[0], u)
        q = u.constant()
        if q is not None:
            return self.tree(act.trees[sum(1 for b in act.breaks if b < q)], u)
        if act.slopes is not None:
            result = self.tree(act.trees[0], u)
            for k, b in enumerate(act.breaks):
                step = self.relu(u - number(b)).times(act.slopes[k + 1] - act.slopes[k])
                result = result + step
            return result
        if self._odd(act) and u.lead() < 0:
            return self.atom("pieces", act, u.times(fmpq(-1)).key()).times(fmpq(-1))
        return self.atom("pieces", act, u.key())

    def _odd(self, act: Activation) -> bool:
        n = len(act.breaks)
        if not all(act.breaks[k] == -act.breaks[n - 1 - k] for k in range(n)):
            return False
        x = self.atom("x")
        minus = x.times(fmpq(-1))
        return all(
            (self.tree(act.trees[n - k], x) + self.tree(t, minus)).zero()
            for k, t in enumerate(act.trees)
        )


class FormalNetwork:
    """What enters the layers of a network, formally."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.algebra = problem, Algebra()
        self.acts = [build(h.activation) for h in problem.hidden]

    def pre(
        self,
        layer: int,
        theta: Any,
        inner: list[Formal],
        units: list[int] | None = None,
    ) -> list[Formal]:
        """The pre-activations of a layer (of some of its units) from what enters it;
        theta(k) is parameter k.
        """
        count, inputs, bias, start = self.problem.shape(layer)
        result = []
        for j in range(count) if units is None else units:
            total = theta(start + count * inputs + j) if bias else number(ZERO)
            for k, a in enumerate(inner):
                total = total + theta(start + j * inputs + k) * a
            result.append(total)
        return result

    def features(self, theta: Vector, sample: Vector, layer: int) -> list[Formal]:
        """What enters a layer at a sample, without the bias."""
        inner = [number(v) for v in sample]
        for k in range(layer):
            inner = [
                self.algebra.activation(self.acts[k], z)
                for z in self.pre(k, lambda i: number(theta[i]), inner)
            ]
        return inner

    def columns(self, theta: Vector, sample: Vector, layer: int) -> list[Formal]:
        """The same with a 1 if the layer has a bias."""
        row = self.features(theta, sample, layer)
        return [*row, number(ONE)] if self.problem.shape(layer)[2] else row

    def outputs(self, theta: Vector, sample: Vector) -> list[Formal]:
        last = len(self.acts)
        return self.pre(
            last, lambda i: number(theta[i]), self.features(theta, sample, last)
        )

    def free_unit(self, sample: Vector) -> Formal:
        """A last hidden unit at a sample, all its parameters and those below being
        atoms.
        """
        inner = [number(v) for v in sample]
        last = len(self.acts) - 1
        for k, act in enumerate(self.acts):
            units = [0] if k == last else None
            z = self.pre(k, lambda i: self.algebra.atom("parameter", i), inner, units)
            inner = [self.algebra.activation(act, u) for u in z]
        return inner[0]

    def vanish(self, rows: list[list[Formal]]) -> None:
        """Refuse unless each of these vectors over the samples is an identity (3.7)."""
        free = [self.free_unit(x) for x in self.problem.x] if rows else []
        for row in rows:
            require(len(row) == len(free), "wrong length")
            total, plain = number(ZERO), number(ZERO)
            for r, a in zip(row, free, strict=True):
                total, plain = total + r * a, plain + r
            require(total.zero(), "not an identity of all networks")
            require(
                plain.zero() or not self.problem.output_bias,
                "the sum is not 0, with an output bias",
            )

    def slopes(self, f: list[Formal], y: Vector) -> list[Formal]:
        """The gradient of the loss in the outputs at a sample."""
        name = self.problem.loss
        targets = [number(t) for t in y]
        if name == LOSSES[0]:
            return [a - b for a, b in zip(f, targets, strict=True)]
        tree: Tree = ("sigmoid", ("x",))
        if name == LOSSES[1]:
            return [self.algebra.tree(tree, f[0].times(-y[0])).times(-y[0])]
        base = f[0] if name == LOSSES[2] else number(ZERO)
        powers = [self.algebra.tree(("exp", ("x",)), a - base) for a in f]
        total = number(ZERO) if name == LOSSES[2] else number(ONE)
        for e in powers:
            total = total + e
        below = self.algebra.reciprocal(total)
        return [e * below - t for e, t in zip(powers, targets, strict=True)]

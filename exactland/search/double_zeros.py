"""Search in floats for construction D: inputs, hidden weights and a residual whose potential has
well conditioned double zeros. Proves nothing.

One input, no biases. Unknown are x in R^N, w in R^m and r in R^N with |r| = 1. Every start fixes
how many x and w are negative, the signs of phi''(w_j), and how far numbers of one kind must be
apart (so that no two weights or inputs run into each other, where double zeros are free); then phi
= phi' = 0 and phi'' = s_j c at every w_j are solved by least squares. A solution is moved along the
manifold of solutions to where the least s_j phi''(w_j) is largest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from exactland.model.activations import Activation
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import Array, evaluate

GAP = (0.02, 0.6)  # how far apart, log-uniform
REACH = 5.0  # of inputs and weights
ROUND = 1e-9  # phi and phi' below this are zero, as far as floats can tell
LEAST = 1e-10  # of the curvature, and of the independence of the features
STEPS, STEP = 100, 1e-5  # of least squares; of a difference quotient
BENDS = (1e-1, 1e-2, 1e-3, 1e-4)  # curvatures c to ask for


@dataclass(frozen=True)
class Candidate:
    """Approximate double zeros: `bend` is the least |phi''(w_j)|, `spread` the least singular value
    of the features, each feature of length 1.
    """

    x: Array
    w: Array
    r: Array
    signs: Array
    bend: float
    spread: float


@dataclass(frozen=True)
class Found:
    """The candidates, the best conditioned first; the least |(phi, phi')| of the starts that gave
    none (infinite if there are none).
    """

    candidates: tuple[Candidate, ...]
    residual: float
    starts: int


def double_zero_search(
    activation: Activation,
    samples: int,
    units: int,
    *,
    starts: int = 40,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Found:
    """Up to `starts` random starts for N samples and m units.

    The same for the same seed on one machine; another one may round differently.
    """
    random, kept, closest = np.random.default_rng(seed), list[Candidate](), np.inf
    for done in range(starts):
        progress("searching double zeros", done, starts)
        system = _System.random(activation, samples, units, random)
        with np.errstate(all="ignore"):
            z, left = system.solve(system.start(random), random.choice(BENDS))
            candidate = system.candidate(system.improve(z)) if left < ROUND else None
        if candidate is not None:
            kept.append(candidate)
        elif left >= ROUND:
            closest = min(closest, left)
    progress("searching double zeros", starts, starts)
    return Found(tuple(sorted(kept, key=lambda c: -c.bend * c.spread)), closest, starts)


@dataclass(frozen=True)
class _System:
    """z = (steps between the inputs, steps between the weights, r): numbers of either sign are sums
    of steps away from zero, each at least `gap`.
    """

    activation: Activation
    negative_x: int
    negative_w: int
    signs: Array  # of phi''(w_j), in the order of w
    samples: int
    gap: float

    @classmethod
    def random(
        cls, activation: Activation, samples: int, units: int, random: np.random.Generator
    ) -> _System:
        gap = float(np.exp(random.uniform(*np.log(GAP)))) / max(samples, units)
        negative_x, negative_w = (int(random.integers(0, count + 1)) for count in (samples, units))
        return cls(
            activation, negative_x, negative_w, random.choice([-1.0, 1.0], units), samples, gap
        )

    @property
    def low(self) -> Array:
        return np.concatenate(
            [np.full(self.samples + len(self.signs), self.gap), np.full(self.samples, -1.01)]
        )

    @property
    def high(self) -> Array:
        return np.concatenate(
            [np.full(self.samples + len(self.signs), REACH), np.full(self.samples, 1.01)]
        )

    def start(self, random: np.random.Generator) -> Array:
        steps = self.gap + random.exponential(1.0, self.samples + len(self.signs)) * random.choice(
            [0.2, 0.5, 1.0]
        )
        r = random.normal(size=self.samples)
        return np.asarray(
            np.clip(np.concatenate([steps, r / np.linalg.norm(r)]), self.low, self.high)
        )

    def split(self, z: Array) -> tuple[Array, Array, Array]:
        x, w, r = np.split(z, [self.samples, self.samples + len(self.signs)])
        return _spread(x, self.negative_x), _spread(w, self.negative_w), r

    def potentials(self, z: Array) -> tuple[Array, Array, Array, Array]:
        """phi, phi' and phi'' at the weights, and the features (N x m)."""
        x, w, r = self.split(z)
        s, slope, bend = evaluate(self.activation, np.outer(x, w))
        return r @ s, (r * x) @ slope, (r * x * x) @ bend, s

    def slopes(self, z: Array) -> tuple[Array, Array, Array]:
        """The derivatives of phi, phi' and phi'' with respect to z, each m x (2N + m); s''' by a
        difference quotient.
        """
        x, w, r = self.split(z)
        at = np.outer(x, w)
        d = [
            *evaluate(self.activation, at),
            (evaluate(self.activation, at + STEP)[2] - evaluate(self.activation, at - STEP)[2])
            / (2 * STEP),
        ]
        along_x, along_w = (
            _spread_matrix(count, negative)
            for count, negative in ((len(x), self.negative_x), (len(w), self.negative_w))
        )
        rows = []
        for k in range(3):
            # N x m
            by_x = r[:, None] * (
                k * x[:, None] ** max(k - 1, 0) * d[k] + x[:, None] ** k * w * d[k + 1]
            )
            by_w = np.diag((r * x ** (k + 1)) @ d[k + 1])
            rows.append(np.hstack([by_x.T @ along_x, by_w @ along_w, (x[:, None] ** k * d[k]).T]))
        return rows[0], rows[1], rows[2]

    def equations(self, z: Array) -> Array:
        value, slope, _, _ = self.potentials(z)
        r = self.split(z)[2]
        return np.concatenate([value, slope, [r @ r - 1]])

    def jacobian(self, z: Array) -> Array:
        value, slope, _ = self.slopes(z)
        return np.vstack([value, slope, self._along_r(z)])

    def _along_r(self, z: Array) -> Array:
        return np.concatenate([np.zeros(len(z) - self.samples), 2 * z[-self.samples :]])

    def solve(self, z: Array, bend: float) -> tuple[Array, float]:
        """Double zeros with phi'' = s_j bend, then without that wish; the residual of phi, phi' and
        |r| - 1.
        """

        def wished(z: Array) -> Array:
            value, slope, curvature, _ = self.potentials(z)
            r = self.split(z)[2]
            return np.concatenate(
                [value / bend, slope / bend, curvature * self.signs / bend - 1, [r @ r - 1]]
            )

        def along(z: Array) -> Array:
            value, slope, curvature = self.slopes(z)
            return np.vstack(
                [
                    value / bend,
                    slope / bend,
                    curvature * self.signs[:, None] / bend,
                    self._along_r(z),
                ]
            )

        try:
            z = self._least(wished, along, z)
            z = self._least(self.equations, self.jacobian, z)
        except (ValueError, np.linalg.LinAlgError):  # not finite somewhere
            return z, np.inf
        return z, float(np.max(np.abs(self.equations(z))))

    def _least(
        self, function: Callable[[Array], Array], jacobian: Callable[[Array], Array], z: Array
    ) -> Array:
        from scipy.optimize import least_squares  # half the time that starting takes

        found = least_squares(
            function,
            z,
            jacobian,
            bounds=(self.low, self.high),
            max_nfev=STEPS,
            x_scale="jac",
            ftol=1e-15,
            xtol=1e-15,
            gtol=1e-15,
        )
        return np.clip(found.x, self.low, self.high)

    def bend(self, z: Array) -> float:
        return float(np.min(self.potentials(z)[2] * self.signs))

    def improve(self, z: Array) -> Array:
        """Further along the manifold of solutions: the least s_j phi'' as large as it gets, in
        units of the last one so that tiny ones count.
        """
        from scipy.optimize import Bounds, minimize  # half the time that starting takes

        best = z
        for _ in range(3):
            scale = max(self.bend(best), 1e-6)
            found = minimize(
                _minus_last,
                np.array([*best, 1.0]),
                jac=True,
                method="SLSQP",
                bounds=Bounds(np.append(self.low, -np.inf), np.append(self.high, np.inf)),
                constraints=self._asked(scale),
                tol=1e-6,
            )
            again = np.clip(found.x[:-1], self.low, self.high)
            if not np.all(np.isfinite(again)):
                return best
            again = self._least(self.equations, self.jacobian, again)
            if not (
                np.max(np.abs(self.equations(again))) < ROUND and self.bend(again) > self.bend(best)
            ):
                return best
            best = again
        return best

    def _asked(self, scale: float) -> list[Any]:
        """The constraints on (z, t): double zeros, and s_j phi'' >= t scale."""
        each, no_more = np.ones((len(self.signs), 1)), np.zeros((2 * len(self.signs) + 1, 1))
        return [
            {
                "type": "eq",
                "fun": lambda u: self.equations(u[:-1]),
                "jac": lambda u: np.hstack([self.jacobian(u[:-1]), no_more]),
            },
            {
                "type": "ineq",
                "fun": lambda u: self.potentials(u[:-1])[2] * self.signs / scale - u[-1],
                "jac": lambda u: np.hstack(
                    [self.slopes(u[:-1])[2] * self.signs[:, None] / scale, -each]
                ),
            },
        ]

    def candidate(self, z: Array) -> Candidate | None:
        """The solution, unless it is degenerate."""
        x, w, r = self.split(z)
        features = self.potentials(z)[3]
        lengths = np.linalg.svd(
            features / np.maximum(np.linalg.norm(features, axis=0), 1e-300), compute_uv=False
        )
        spread = float(lengths[-1]) if features.shape[1] <= self.samples else 0.0
        return (
            Candidate(x, w, r, self.signs, self.bend(z), spread)
            if self.bend(z) > LEAST and spread > LEAST
            else None
        )


def _minus_last(u: Array) -> tuple[float, Array]:
    """What is minimised, with its gradient: -t at (z, t)."""
    return -float(u[-1]), np.array([*np.zeros(len(u) - 1), -1.0])


def _spread_matrix(count: int, negative: int) -> Array:
    """The derivative of `_spread` with respect to the steps."""
    return np.array([_spread(step, negative) for step in np.eye(count)]).T


def _spread(steps: Array, negative: int) -> Array:
    """Numbers from their steps away from zero, in increasing order: `negative` of them below
    zero.
    """
    return np.concatenate([-np.cumsum(steps[:negative])[::-1], np.cumsum(steps[negative:])])

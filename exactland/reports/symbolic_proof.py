"""A symbolic proof (exactland.studies.symbolic_proof) as Markdown with LaTeX formulas.

Only what was checked is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy
from flint import arb

from exactland.model.numbers import decimal_text
from exactland.numerics.rounding import from_midpoint
from exactland.numerics.symbolic import rational
from exactland.studies.symbolic_proof import Data, Proof, Z, log, target

LABEL = "Checked by sympy and by ball arithmetic; not a certificate of the kernel."


def describe_proof(proof: Proof) -> str:
    """The whole proof. Numbers in [ , ] are enclosures rounded outward, all others are exact."""
    sections = (
        _statement(proof.data),
        _point(proof.data),
        _given_data(proof.data),
        _gradient(proof),
        _hessian(proof),
        _not_global(proof),
        _conclusion(),
    )
    lines = [
        f"# {proof.data.name}: a strict local minimum that is not global",
        "",
        f"**{LABEL}**",
        "",
    ]
    for section in sections:
        lines += [*section, ""]
    return "\n".join(lines)


def _statement(data: Data) -> list[str]:
    m = len(data.w)
    samples = len(data.k)
    s = r"\sin u" if data.sine else r"1/(1 + e^{-u})"
    where = "construction C" if data.sine else "construction A"
    return [
        "## Statement",
        "",
        (
            rf"Let $f(x) = \sum_{{j=1}}^{{{m}}} v_j\, s(w_j x)$ with $s(u) = {s}$, and $E = \frac12"
            rf" \sum_{{i=1}}^{{{samples}}} (f(x_i) - y_i)^2$."
        ),
        (
            r"For the data below, the point $\theta$ below is a strict local minimum of $E$ over"
            rf" all {2 * m} parameters, and $E$ is lower elsewhere."
        ),
        (f"The recipe is {where} of `docs/theorems`; nothing below relies on its general proof."),
    ]


def _point(data: Data) -> list[str]:
    weights = [_weight(data, w) for w in data.w]
    return ["## Point", "", *_units(weights, data.v)]


def _units(weights: Sequence[str], outputs: Sequence[Fraction]) -> list[str]:
    """One line a unit: its weight and its output weight."""
    return [
        f"- $w_{{{j}}} = {w}, \\quad v_{{{j}}} = {_q(v)}$"
        for j, (w, v) in enumerate(zip(weights, outputs), 1)
    ]


def _given_data(data: Data) -> list[str]:
    lines = [
        "## Data",
        "",
        (
            rf"Targets are $y_i = f(x_i) - t r_i$, $f$ taken at $\theta$, with $t = {_q(data.t)}$;"
            r" so the residual is $f(X) - y = t r$."
        ),
        "",
    ]
    if not data.sine:
        lines += [r"$\ell_p$ stands for $\ln p$.", ""]
    for i, (k, r) in enumerate(zip(data.k, data.r)):
        x = _q(k) if data.sine else rf"\ln {k} = {sympy.latex(data.x(i))}"
        n = i + 1
        lines.append(
            f"- $x_{{{n}}} = {x}, \\quad r_{{{n}}} = {sympy.latex(r)}, \\quad y_{{{n}}} ="
            f" {_target(data, i)}$"
        )
    return lines


def _gradient(proof: Proof) -> list[str]:
    lines = ["## The gradient is zero", "", *_field(proof.data), ""]
    lines.append(
        r"Each derivative of $E$, as sympy finds it from the definition of $E$, is a sum over the"
        r" samples $i = 1, 2, \dots$; the parts in this order:"
    )
    for check, row in zip(proof.checks, proof.terms):
        lines += ["", f"{check.statement}:", "", *_cancels(row)]
    return lines


def _hessian(proof: Proof) -> list[str]:
    size = 2 * len(proof.data.w)
    pivots = ", ".join(map(_ball, proof.pivots))
    return [
        "## The Hessian is positive definite",
        "",
        (
            r"The second derivatives of $E$ at $\theta$, as sympy finds them, lie in the same"
            rf" ring; ball arithmetic encloses each of the {size} x {size} entries."
        ),
        r"Elimination without exchanging rows, in balls, has the pivots (order $w$, then $v$)",
        "",
        f"$${pivots}$$",
        "",
        "All are positive, so every symmetric matrix within the enclosures is positive definite.",
    ]


def _not_global(proof: Proof) -> list[str]:
    m = len(proof.data.w)
    weights = [_q(w) for w in proof.better[:m]]
    return [
        "## Not global",
        "",
        rf"At $\theta$ the loss is $t^2 |r|^2 / 2 \in {_ball(proof.loss)}$. At the point",
        "",
        *_units(weights, proof.better[m:]),
        "",
        rf"it is in ${_ball(proof.lower)}$: lower. That point is not claimed to be a minimum.",
    ]


def _conclusion() -> list[str]:
    return [
        "## Conclusion",
        "",
        (
            r"$s$ is smooth, $\nabla E(\theta) = 0$ exactly and the Hessian there is positive"
            r" definite: by Taylor's formula $\theta$ is a strict local minimum."
        ),
        (
            "The other point shows that it is not global. Nothing is claimed about other data,"
            " other widths, or training. $\\square$"
        ),
    ]


def _field(data: Data) -> list[str]:
    """Where the calculation takes place."""
    if data.sine:
        n = data.order
        phi = rf"\Phi_{{{n}}}(z) = {sympy.latex(sympy.cyclotomic_poly(n, Z))}"
        return [
            (
                rf"Every $w_j x_i$ is a multiple $2 \pi p / {n}$. With $z = e^{{2 \pi i / {n}}}$,"
                rf" its sine is $(z^p - z^{{-p}})/(2 z^{{{n // 4}}})$ and its"
            ),
            (
                r"cosine $(z^p + z^{-p})/2$: elements of $\mathbb{Q}[z]$ modulo the cyclotomic"
                rf" polynomial ${phi}$. What reduces to 0 is 0."
            ),
        ]
    logs = ", ".join(sympy.latex(log(p)) for p in data.primes)
    return [
        (
            r"For integers $w_j$, $s(w_j \ln k) = k^{w_j}/(1 + k^{w_j})$ is rational, so all"
            rf" parts are polynomials over $\mathbb{{Q}}$ in ${logs}$."
        ),
        (
            "These are treated as symbols: a polynomial that is formally zero is zero. No"
            " independence of logarithms is used."
        ),
    ]


def _cancels(row: tuple[sympy.Poly, ...]) -> list[str]:
    """Per monomial, its coefficients in the parts: they add up to 0."""
    found: set[tuple[int, ...]] = set()
    for part in row:
        found.update(part.monoms())
    return [_cancel(row, monomial) for monomial in sorted(found, reverse=True)]


def _cancel(row: tuple[sympy.Poly, ...], monomial: tuple[int, ...]) -> str:
    powers = [g**e for g, e in zip(row[0].gens, monomial)]
    coefficients = [part.coeff_monomial(monomial) for part in row]
    total = " + ".join(map(_summand, coefficients))
    line = f"- ${total} = {sympy.latex(sympy.Add(*coefficients))}$"
    if not any(monomial):
        return line
    return f"{line} (coefficients of ${sympy.latex(sympy.Mul(*powers))}$)"


def _summand(coefficient: sympy.Expr) -> str:
    text = str(sympy.latex(coefficient))
    return f"({text})" if coefficient < 0 else text


def _weight(data: Data, w: int) -> str:
    return _angle(Fraction(w, 2)) if data.sine else str(w)


def _target(data: Data, i: int) -> str:
    value = target(data, i)
    if not data.sine or value.is_ground:
        return str(sympy.latex(value.as_expr()))
    parts: list[str] = []
    for w, v in zip(data.w, data.v):
        plus = "+ " if parts else ""
        sign = plus if v > 0 else "- "
        parts.append(f"{sign}{_q(abs(v))} \\sin {_angle(w * data.k[i] / 2)}")
    if data.r[i]:
        parts.append(f"- {sympy.latex(rational(data.t) * data.r[i])}")
    return " ".join(parts)


def _angle(q: Fraction) -> str:
    return str(sympy.latex(rational(q) * sympy.pi))


def _q(q: Fraction) -> str:
    return str(sympy.latex(rational(q)))


def _ball(x: arb, digits: int = 8) -> str:
    """[low, high] rounded outward."""
    low = decimal_text(from_midpoint(x.lower()), digits, up=False)
    high = decimal_text(from_midpoint(x.upper()), digits, up=True)
    return f"[{low}, {high}]"

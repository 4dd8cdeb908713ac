"""Networks of any depth, with any loss: rules 4.2, 4.6 and 4.7 (`Deep.v`)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.steps import IndependentInputs, NoBadValley, WideLayer, WideTheorem
from exactland.errors import InputError
from exactland.exporters.coq.evidence import Evidence
from exactland.exporters.coq.functions import Function, functions_of
from exactland.exporters.coq.statement import About, Stated
from exactland.exporters.coq.terms import listed, matrix, rats, real
from exactland.model.network import Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.exact_linear import least_squares, rational_kernel

IMPORTS = (
    "Require Import ZArith Reals Lra List Bool.",
    "From Coquelicot Require Import Hierarchy RInt.",
    "From Exactland Require Import Sums Basins Jets Exact IndependentInputs Deep.",
    "From Exactland Require Activations.",
)
SHRINKING = (
    "Require Import ZArith Reals Lra Lia List Bool.",
    *IMPORTS[1:],
    "From Exactland Require Import Shrinking.",
)
VALLEYS = (*IMPORTS, "From Exactland Require Import NoBadValley.")
IN_WORDS = {
    "half-squared-error": "half the sum of the squared errors",
    "logistic": "the sum of the logistic losses",
    "softmax-cross-entropy": "the sum of the softmax cross-entropies",
    "multinomial-logistic": "the sum of the multinomial logistic losses",
}
IN_COQ = {
    "half-squared-error": "hse_risk",
    "logistic": "logistic_risk",
    "softmax-cross-entropy": "cross_entropy_risk",
    "multinomial-logistic": "multinomial_risk",
}


def export_last_layer(said: Stated, _step: WideTheorem, _evidence: Evidence) -> list[str]:
    """The file for a network of any depth whose last hidden layer is wide (rule 4.2)."""
    problem = said.problem
    functions = functions_of(problem.network.hidden)
    if said.about is About.NO_BASIN:
        proof = ["exact (last_layer_none problem risk E E_is eq_refl)."]
    else:
        proof = [
            "refine (last_layer_none_bad problem risk E E_is eq_refl _).",
            *_convexity(problem),
        ]
    return [
        *said.text_of_any_depth(_definitions(problem, functions), IMPORTS),
        *_problem(problem, functions),
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
        *(f"  {line}" for line in proof),
        "Qed.",
    ]


def export_no_bad_valley(said: Stated, _step: NoBadValley, _evidence: Evidence) -> list[str]:
    """The file for a network with one wide hidden layer, about valleys (rule 4.8)."""
    problem = said.problem
    functions = functions_of(problem.network.hidden)
    rows = _numbers(_different(problem.x))
    return [
        *said.text_of_any_depth(_definitions(problem, functions), VALLEYS),
        *_problem(problem, functions),
        "",
        "Theorem claim_holds : claim.",
        "Proof.",
        f"  refine (one_hidden_layer_by_count problem risk E _ _ _ {rows} E_is eq_refl eq_refl _).",
        *(f"  {line}" for line in _convexity(problem)),
        "Qed.",
    ]


def _convexity(problem: Problem) -> list[str]:
    """The end of a proof: the loss is convex in the outputs."""
    convex = IN_COQ[problem.loss]
    shape = f"{matrix(problem.y)} {problem.samples} {problem.network.outputs}"
    return [
        f"apply (convex_as risk ({convex} {shape})); [same_risk risk|].",
        f"apply {convex}_convex. repeat constructor.",
    ]


def export_wide_layer(said: Stated, step: WideLayer, _evidence: Evidence) -> list[str]:
    """The file for a network with a wide hidden layer."""
    problem = said.problem
    functions = functions_of(problem.network.hidden)
    rows = _different(problem.x)
    if len(rows) > _columns(problem.network, step.layer):
        raise InputError(
            "evidence.steps",
            "by rule 4.6 only layers as wide as there are different inputs can be exported to Coq:"
            " identities are hypotheses there, not calculated",
        )
    up_to = functions[: step.layer + 1]
    theorem = "wide_layer_none" if said.about is About.NO_BASIN else "wide_layer_none_bad"
    continuous = "".join(f"(conj continuous_{f.name} " for f in up_to) + "I" + ")" * len(up_to)
    return [
        *said.text_of_any_depth(_definitions(problem, functions), IMPORTS),
        *_problem(problem, functions),
        *_continuity(up_to),
        "",
        "Theorem claim_holds : claim.",
        f"Proof. exact ({theorem} problem risk E E_is {len(up_to)} {_numbers(rows)} eq_refl",
        f"  {continuous}). Qed.",
    ]


def export_independent_inputs(
    said: Stated, _step: IndependentInputs, _evidence: Evidence
) -> list[str]:
    """The file for a network with dependent columns, or independent rows, of inputs."""
    problem = said.problem
    functions = functions_of(problem.network.hidden)
    (_, _, bias), *_ = problem.network.shapes()
    inputs = [(*x, Fraction(1)) if bias else x for x in problem.x]
    dependent = rational_kernel(inputs)
    if dependent:
        proof = [
            f"exact (dependent_inputs_none problem risk E E_is {rats(dependent[0])} eq_refl S)."
        ]
        lemmas = []
    else:
        first = functions[0]
        if not first.shrinks:
            raise InputError(
                "claim.problem.network.hidden[0].activation",
                "not among those that are shown in Coq to shrink (rule 4.7)",
            )
        lemmas = _lemma(f"shrinks_{first.name}", f"shrinks_locally {first.name}", first.shrinks)
        rows = _different(problem.x)
        inverse = matrix(_right_inverse([inputs[i] for i in rows]))
        proof = [
            f"exact (independent_inputs_none problem risk E E_is _ _ _ _ {_numbers(rows)}",
            f"  {inverse}",
            f"  eq_refl ltac:(repeat constructor) eq_refl shrinks_{first.name} S).",
        ]
    about = "intros S" if said.about is About.NO_BASIN else "intros S B; exfalso; revert B"
    return [
        *said.text_of_any_depth(_definitions(problem, functions), SHRINKING),
        *_problem(problem, functions),
        *lemmas,
        "",
        "Theorem claim_holds : claim.",
        f"Proof. {about}.",
        *(f"  {line}" for line in proof),
        "Qed.",
    ]


def _right_inverse(rows: Sequence[Vector]) -> list[Vector]:
    """For every row numbers whose product with it is 1, and with the others 0."""
    found = []
    for k in range(len(rows)):
        unit = [Fraction(int(i == k)) for i in range(len(rows))]
        numbers, _ = least_squares(rows, unit)
        found.append(tuple(numbers))
    return found


def _numbers(rows: Sequence[int]) -> str:
    return listed(f"{row}%nat" for row in rows)


def _different(rows: Sequence[Vector]) -> list[int]:
    """The first of every kind."""
    first: dict[Vector, int] = {}
    for i, row in enumerate(rows):
        first.setdefault(row, i)
    return list(first.values())


def _columns(network: Network, layer: int) -> int:
    """What enters the layer after this one."""
    (units, _, _), (_, _, bias) = network.shapes()[layer : layer + 2]
    return units + bias


def _definitions(problem: Problem, functions: Sequence[Function]) -> list[str]:
    """Of the activations, of every unit and output, and of E: from the claim alone."""
    network = problem.network
    lines = [
        (
            "(** The network: parameters th 0, th 1, ..., layer by layer, and E,"
            f" {IN_WORDS[problem.loss]}. *)"
        )
    ]
    bodies = {f.name: f.body for f in functions if f.body is not None}
    lines += [f"Definition {name} (t : R) : R := {body}." for name, body in bodies.items()]
    arguments = [f"x{k}" for k in range(network.inputs)]
    values, first = arguments, 0
    for depth, (units, width, bias) in enumerate(network.shapes(), 1):
        is_output = depth > len(functions)
        names = [f"f{j}" if is_output else f"h{depth}_{j}" for j in range(units)]
        for j, name in enumerate(names):
            terms = [f"th {first + j * width + k}%nat * {v}" for k, v in enumerate(values)]
            if bias:
                terms.append(f"th {first + units * width + j}%nat")
            total = " + ".join(terms)
            body = total if is_output else f"{functions[depth - 1].name} ({total})"
            lines.append(
                f"Definition {name} (th : nat -> R) ({' '.join(arguments)} : R) : R :=\n  {body}."
            )
        values = [f"{name} th {' '.join(arguments)}" for name in names]
        first += units * (width + bias)
    outputs = [
        [f"f{c} th {' '.join(f'({real(v)})' for v in x)}" for c in range(network.outputs)]
        for x in problem.x
    ]
    return [*lines, f"Definition E (th : nat -> R) : R :=\n  {_risk(problem, outputs)}."]


def _risk(problem: Problem, outputs: Sequence[Sequence[str]]) -> str:
    """The loss, of the texts of the outputs at every sample."""
    losses = [_LOSSES[problem.loss](f, y) for f, y in zip(outputs, problem.y)]
    total = "(" + "\n   + ".join(losses) + ")"
    return f"{total} / 2" if problem.loss == "half-squared-error" else total


def _squared_error(f: Sequence[str], y: Sequence[Fraction]) -> str:
    squares = [f"({a} - {real(v)})²" for a, v in zip(f, y)]
    return squares[0] if len(squares) == 1 else f"({' + '.join(squares)})"


def _logistic(f: Sequence[str], y: Sequence[Fraction]) -> str:
    return f"ln (1 + exp ({real(-y[0])} * {f[0]}))"


def _cross_entropy(f: Sequence[str], y: Sequence[Fraction]) -> str:
    return f"(ln ({_exponentials(f)}) - ({_product(f, y)}))"


def _multinomial(f: Sequence[str], y: Sequence[Fraction]) -> str:
    return f"(ln (1 + {_exponentials(f)}) - ({_product(f, y)}))"


def _exponentials(f: Sequence[str]) -> str:
    return " + ".join(f"exp ({a})" for a in f)


def _product(f: Sequence[str], y: Sequence[Fraction]) -> str:
    return " + ".join(f"{real(v)} * {a}" for a, v in zip(f, y))


_LOSSES = {
    "half-squared-error": _squared_error,
    "logistic": _logistic,
    "softmax-cross-entropy": _cross_entropy,
    "multinomial-logistic": _multinomial,
}


def _problem(problem: Problem, functions: Sequence[Function]) -> list[str]:
    """The problem as the development reads it, and that E is its loss."""
    network = problem.network
    layers = listed(
        f"({layer.units}%nat, {_flag(layer.bias)}, {f.name})"
        for layer, f in zip(network.hidden, functions)
    )
    outputs = [
        [f"O {i}%nat {c}%nat" for c in range(network.outputs)] for i in range(problem.samples)
    ]
    return [
        "(* The proof. *)",
        (
            f"Definition problem : deep := {{| d_inputs := {network.inputs}; d_hidden := {layers};"
            f" d_outputs := {network.outputs};"
        ),
        (f"  d_output_bias := {_flag(network.output_bias)}; d_xs := {matrix(problem.x)} |}}."),
        f"Definition risk (O : nat -> nat -> R) : R :=\n  {_risk(problem, outputs)}.",
        "Lemma E_is (th : vec) : E th = risk (seen problem (output_of problem th)).",
        "Proof. reflexivity. Qed.",
    ]


def _flag(flag: bool) -> str:
    return "true" if flag else "false"


def _continuity(functions: Sequence[Function]) -> list[str]:
    lines = []
    for name, function in {f.name: f for f in functions}.items():
        lines += _lemma(f"continuous_{name}", f"continuity {name}", function.continuity)
    return lines


def _lemma(name: str, statement: str, tactics: Sequence[str]) -> list[str]:
    proof = "\n  ".join(tactics)
    return [f"Lemma {name} : {statement}.", f"Proof.\n  {proof}\nQed."]

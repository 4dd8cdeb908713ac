"""What all proofs share: the problem as the development reads it, and the end of a proof."""

from __future__ import annotations

from exactland.exporters.coq.statement import About, Stated
from exactland.exporters.coq.terms import matrix, rat, rats
from exactland.model.problem import Problem


def shallow(problem: Problem) -> list[str]:
    """The problem as the development reads it."""
    network = problem.network
    layer = network.hidden[0]
    return [
        "(* The proof. *)",
        (
            f"Definition problem : shallow := {{| inputs := {network.inputs};"
            f" units := {layer.units}; hidden_bias := {_flag(layer.bias)};"
            f" outputs := {network.outputs};"
        ),
        (
            f"  output_bias := {_flag(network.output_bias)}; xs := {matrix(problem.x)};"
            f" ys := {matrix(problem.y)} |}}."
        ),
    ]


def _flag(flag: bool) -> str:
    return "true" if flag else "false"


def conclusion(said: Stated, *, strict: bool) -> list[str]:
    """The end of the proof of `claim`, from th and D: it is near; S: it is a strict local minimum,
    or M: a local one; B: in no basin; L: a point is lower.

    The lemma E_reads says that E reads the parameters there are and no others.
    """
    count = said.problem.parameters
    place = f"squares (fun k => th k - point {rats(said.center)} k) {count - 1}"
    close = f"change ({place} <= of_rat {rat(said.distance)} ^ 2). rewrite squares_n2. exact D."
    if said.about is About.BASIN:
        return _about_a_basin(said, close)
    parts = [close, f"{_minimum(said, strict)}."]
    if said.about is About.MINIMUM_IN_NO_BASIN:
        parts.append("exact B.")
    if said.gap is not None:
        parts.append("eexists. exact L.")
    nested = len(parts) - 2
    split = "split; [|" * nested + "split" + "]" * nested
    return [f"  exists th. {split}.", *(f"  - {part}" for part in parts)]


def _minimum(said: Stated, strict: bool) -> str:
    if said.about is About.STRICT_MINIMUM:
        return "exact S"
    if strict:
        return "exact (strict_min_local _ E th E_reads S)"
    return "exact M"


def _about_a_basin(said: Stated, close: str) -> list[str]:
    """The basin is the point th alone, with all points that agree with it."""
    count = said.problem.parameters
    split = "" if said.gap is None else "split"
    lines = [
        f"  exists (Basins.point {count} th). split; [|{split}].",
        "  - apply strict_min_basin; [exact E_reads|exact S].",
        (
            "  - intros x Hx. unfold distance2. rewrite <- !Hx by (repeat constructor). fold"
            f" (distance2 th). {close}"
        ),
    ]
    if said.gap is not None:
        lines.append("  - eexists. intros x Hx. rewrite <- (E_reads th x Hx). exact L.")
    return lines

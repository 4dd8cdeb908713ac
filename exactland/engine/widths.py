"""What the width of a network says."""

from __future__ import annotations

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Outcome
from exactland.engine.strategies import ABOUT_THE_LOSS, ONE_MORE_UNIT, of_the_loss
from exactland.errors import InputError
from exactland.model.problem import Problem
from exactland.provers.question import SEED, Question, Search


def wide_theorem(problem: Problem, claim: Claim | str = Claim.NO_SUB_OPTIMAL_BASIN) -> Outcome:
    """No sub-optimal basin (`no-basin`: no basin at all; `no-bad-valley`: from everywhere a path
    leads down to the infimum that hardly rises), from the architecture and the inputs.

    No sub-optimal basin: the last hidden layer, with the output bias, is at least as wide as the
    number of samples (rule 4.2; any activation, depth, data and convex loss). No basin: some hidden
    layer, with the bias of the next, is as wide as there are different inputs, and activations up
    to it are continuous (4.6); or the inputs are independent, and the first activation is one that
    can be made smaller (4.7); or the units of a layer are positively homogeneous (4.1h). No bad
    valley: one hidden layer that wide, or a wide layer and a pyramid after it (4.8, 4.8p).
    Otherwise inconclusive: the theorems say nothing, and the reason names the layer, its width and
    the width it needs. Never `Refuted`. Raises InputError for another claim, ResourceLimitError
    above the kernel's caps.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> x = tuple((Fraction(k),) for k in range(3))
    >>> wide_theorem(Problem(Network(1, (Layer(3, named("relu"), bias=True),)), x, x)).verdict.says
    'the loss has no sub-optimal basin'
    """
    if claim not in ABOUT_THE_LOSS:
        raise InputError("claim", f"{claim[:40]!a} is not {' or '.join(ABOUT_THE_LOSS)}")
    claim = Claim(claim)
    return answer(Question(problem, claim), of_the_loss(claim))


def one_more_unit(minimum: Certificate, seed: int = SEED) -> Outcome:
    """From a certificate of a sub-optimal strict minimum by rules 3.1 (or 3.1b) and 3.2, one
    (`one-more-unit`) that adds the way out at the next width.

    The last hidden layer, with the output bias and one more unit, must be exactly as wide as the
    number of samples. The box may be made smaller. Never `Refuted`. Not claimed: that the minimum
    is no minimum of the wider network; it lies in no sub-optimal basin there.

    >>> from exactland import certify
    >>> from exactland.constructions import sine
    >>> problem, point = sine(samples=2, units=1)
    >>> one_more_unit(certify(problem, point, starts=2).certificate).verdict.kind
    'one-more-unit'
    """
    search = Search(0, seed)
    question = Question(minimum.problem, Claim.WAY_OUT, search=search, minimum=minimum)
    return answer(question, ONE_MORE_UNIT)

"""What the width of a network says."""

from __future__ import annotations

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Outcome
from exactland.engine.strategies import OF_THE_WHOLE_LOSS, ONE_MORE_UNIT
from exactland.errors import InputError
from exactland.model.problem import Problem
from exactland.provers.question import SEED, Question, Search

CLAIMS = (Claim.NO_SUB_OPTIMAL_BASIN, Claim.NO_BASIN)


def wide_theorem(problem: Problem, claim: Claim | str = Claim.NO_SUB_OPTIMAL_BASIN) -> Outcome:
    """No sub-optimal basin (`no-basin`: no basin at all), by the widths alone: for any activation,
    any depth, any data, any convex loss; or, at any width, because the units of a layer are
    positively homogeneous and can be rescaled (rule 4.1h).

    The last hidden layer, with the output bias, must be at least as wide as the number of samples
    (for `no-basin`, wider). Otherwise inconclusive: the theorem says nothing, and the reason names
    the layer, its width and the width it needs. Never `Refuted`. Raises InputError for another
    claim, ResourceLimitError above the kernel's caps.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> x = tuple((Fraction(k),) for k in range(3))
    >>> wide_theorem(Problem(Network(1, (Layer(3, named("relu"), bias=True),)), x, x)).verdict.says
    'the loss has no sub-optimal basin'
    """
    if claim not in CLAIMS:
        raise InputError("claim", f"{claim[:40]!a} is not {' or '.join(CLAIMS)}")
    return answer(Question(problem, Claim(claim)), OF_THE_WHOLE_LOSS)


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

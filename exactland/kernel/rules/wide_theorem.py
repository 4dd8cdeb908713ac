"""Networks with a last hidden layer as wide as there are samples: rule 4.2."""

from typing import NamedTuple

from ..facts import Proved, Said
from ..network import Problem
from ..refusals import require


class WideTheoremStep(NamedTuple):
    """Rule 4.2: nothing but the problem."""

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.2: of N last features (1 counts, with an output bias) that are
        independent, the last layer alone reaches all outputs; else, and of more than
        N, a line of equal loss leads through every point.
        """
        *_, last, output = problem.layers
        width = last.units + output.bias
        samples = len(problem.x)
        require(
            width >= samples,
            f"the last hidden layer, with the output bias, has width {width}; {samples}"
            f" samples need {samples}",
        )
        statements = [Said("no-sub-optimal-basin")]
        if width > samples:
            statements.append(Said("no-basin"))
        return Proved(statements)

"""Networks with a hidden layer as wide as there are samples: rules 4.2 and 4.6."""

from typing import NamedTuple

from ..facts import Matrix, Proved, Said
from ..network import Problem, total
from ..refusals import require
from .global_minimum import are_identities
from .linear import different, require_echelon


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


class WideLayerStep(NamedTuple):
    """Rule 4.6. The layer is a hidden one, 0 the first."""

    layer: int
    identities: Matrix

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.6: a hidden layer has at least as many units (1 counts, if the next
        layer has a bias) as there are samples that differ, and activations up to it are
        continuous on the whole line: E has no basin.

        Samples differ if their inputs do; or all but as many as there are independent
        identities of what enters the next layer.
        """
        require(
            self.layer + 1 < len(problem.layers),
            "no such hidden layer",
        )
        *before, following = problem.layers[: self.layer + 2]
        require(
            all(total(layer.activation) for layer in before),
            "an activation might not be defined on the whole line",
        )
        require_echelon(self.identities)
        require(
            are_identities(
                problem._replace(layers=(*before, following)), self.identities
            ),
            "not every unit of the layer satisfies the identities",
        )
        inputs = len(different(problem.x))
        needed = min(inputs, len(problem.x) - len(self.identities))
        width = before[-1].units + following.bias
        require(
            width >= needed,
            f"the layer, with the bias of the next, has width {width}; the samples need"
            f" {needed}",
        )
        return Proved([Said("no-sub-optimal-basin"), Said("no-basin")])

"""The rules by number: one function for each, which returns what the step concludes or
refuses.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..facts import Fact
from .constant_line import (
    constant_line,
    dependent_columns,
    rescaled_unit,
)
from .global_minimum import global_minimum
from .independent_inputs import independent_inputs
from .no_minimum import no_minimum
from .one_more_unit import one_more_unit
from .path import path
from .potentials import flat_potentials, potentials
from .rim import rim
from .spanning import spanning_features
from .strict_minimum import (
    exact_minimum,
    strict_minimum,
    sub_optimal,
)
from .valleys import no_bad_valley, pyramid
from .wide_theorem import wide_layer, wide_theorem

# each takes the problem, its own kind of step, and the facts of the steps before
RULES: Mapping[str, Callable[..., Fact]] = MappingProxyType(
    {
        "3.1": strict_minimum,
        "3.1b": exact_minimum,
        "3.2": sub_optimal,
        "3.3": rim,
        "3.4": flat_potentials,
        "3.4b": potentials,
        "3.5": no_minimum,
        "3.7": global_minimum,
        "4.1": constant_line,
        "4.1c": dependent_columns,
        "4.1h": rescaled_unit,
        "4.2": wide_theorem,
        "4.3": spanning_features,
        "4.4": path,
        "4.5": one_more_unit,
        "4.6": wide_layer,
        "4.7": independent_inputs,
        "4.8": no_bad_valley,
        "4.8p": pyramid,
    }
)

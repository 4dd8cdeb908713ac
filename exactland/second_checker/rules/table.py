"""The rules by number: one function for each, which returns what the step concludes or
refuses.
"""

from types import MappingProxyType

from exactland.second_checker.rules.constant_line import (
    constant_line,
    dependent_columns,
    rescaled_unit,
)
from exactland.second_checker.rules.global_minimum import global_minimum
from exactland.second_checker.rules.no_minimum import no_minimum
from exactland.second_checker.rules.one_more_unit import one_more_unit
from exactland.second_checker.rules.path import path
from exactland.second_checker.rules.potentials import flat_potentials, potentials
from exactland.second_checker.rules.rim import rim
from exactland.second_checker.rules.spanning import spanning_features
from exactland.second_checker.rules.strict_minimum import (
    exact_minimum,
    strict_minimum,
    sub_optimal,
)
from exactland.second_checker.rules.wide_theorem import wide_theorem

RULES = MappingProxyType(
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
    }
)

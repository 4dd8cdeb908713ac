"""The rules by number: one function for each, which returns what the step concludes or
refuses.
"""

from types import MappingProxyType

from exactland.second_checker import minima, rims, wide

RULES = MappingProxyType(
    {
        "3.1": minima.strict_minimum,
        "3.1b": minima.exact_minimum,
        "3.2": minima.sub_optimal,
        "3.3": rims.rim,
        "3.4": minima.flat_potentials,
        "3.4b": minima.potentials,
        "3.5": minima.no_minimum,
        "3.7": wide.global_minimum,
        "4.1": wide.constant_line,
        "4.1c": wide.dependent_columns,
        "4.1h": wide.rescaled_unit,
        "4.2": wide.wide_theorem,
        "4.3": wide.spanning_features,
        "4.4": wide.path,
        "4.5": wide.one_more_unit,
    }
)

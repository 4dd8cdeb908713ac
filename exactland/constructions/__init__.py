"""The narrow side: constructions of bad minima, strict local minima, and points that are no local
minimum.

The constructions of docs/theorems, each from a few parameters to a problem and a point: A and
A+ (`double_zeros`), B (`generic`, `generic_scalar`), C (`sine`), D (`searched`), E
(`exponential_grid`), F (`copies`), G (`staircase`), H (`saturated`), I
(`deep`); and those of Yun, Sra and
Jadbabaie (`spurious_minimum`, `three_points`). `witness` and `with_hinge` find a better point. None
of them proves anything: `certify` does.
"""

from exactland.constructions.better_point import witness
from exactland.constructions.copied_units import copies
from exactland.constructions.deep_networks import deep
from exactland.constructions.double_zero import double_zeros
from exactland.constructions.exponential_grids import exponential_grid
from exactland.constructions.generic_residual import generic, generic_scalar
from exactland.constructions.recorded_zeros import searched
from exactland.constructions.saturated_units import saturated
from exactland.constructions.sines import sine
from exactland.constructions.small_nonlinearities import (
    spurious_minimum,
    three_points,
    with_hinge,
)
from exactland.constructions.staircases import fewest_samples, staircase

__all__ = [
    "copies",
    "deep",
    "double_zeros",
    "exponential_grid",
    "fewest_samples",
    "generic",
    "generic_scalar",
    "saturated",
    "searched",
    "sine",
    "spurious_minimum",
    "staircase",
    "three_points",
    "with_hinge",
    "witness",
]

"""The narrow side: constructions of bad minima, strict local minima, and points that are no local minimum.

The constructions of proofs/THEOREMS.md, each from a few parameters to a problem and a point: A and A+ (`double_zeros`), B (`generic`, `generic_scalar`),
C (`sine`), D (`searched`), E (`exponential_grid`), G (`staircase`), H (`saturated`); `witness` finds a better point. None of them proves anything: `certify`
does.
"""

from exactland.narrow.double_zeros import double_zeros
from exactland.narrow.exponential import exponential_grid
from exactland.narrow.generic import generic, generic_scalar
from exactland.narrow.saturated import saturated
from exactland.narrow.searched import searched
from exactland.narrow.sine import sine
from exactland.narrow.staircase import fewest_samples, staircase
from exactland.narrow.witness import witness

__all__ = ["double_zeros", "exponential_grid", "fewest_samples", "generic", "generic_scalar", "saturated", "searched", "sine", "staircase", "witness"]

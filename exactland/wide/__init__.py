"""The wide side: points that lie in no basin, or in no sub-optimal one (rules 4.1, 4.3), the wide theorem (4.2), ways down (4.4), one more unit (4.5).

Everything here proposes; the kernel decides. Proofs are in proofs/THEOREMS.md.
"""

from exactland.wide.escape import escape
from exactland.wide.one_more import one_more_unit
from exactland.wide.rank import decide, in_no_basin
from exactland.wide.theorem import wide_theorem

__all__ = ["decide", "escape", "in_no_basin", "one_more_unit", "wide_theorem"]

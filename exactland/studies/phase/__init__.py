"""The phase diagram of an activation: over the number of samples and the width, where bad basins
are certified, where there are none, and what is open.
"""

from exactland.studies.phase.cells import Cell, Setting
from exactland.studies.phase.diagram import Diagram, phase, read_diagram, verify_cell

__all__ = ["Cell", "Diagram", "Setting", "phase", "read_diagram", "verify_cell"]

"""The narrow side: strict local minima, points that are no local minimum, and constructions of bad minima."""

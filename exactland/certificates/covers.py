"""The covers of rule 3.3: how the faces and the inside of a box are cut into parts."""

from __future__ import annotations

from exactland.certificates.steps import Rim


def planes(rim: Rim) -> int:
    """How many planes the cover takes, one a part.

    A cover is a list of marks (docs/reference/format.md, rule 3.3). Where a part is cut: a
    coordinate below P, and where. Where it has a plane: P plus the order of the plane, and where
    the plane touches, which takes P marks.
    """
    parameters = len(rim.center)
    count = 0
    at = 0
    while at < len(rim.cover):
        if rim.cover[at] > parameters:
            count += 1
            at += 1 + parameters
        else:
            at += 2
    return count

"""What a file may say, by name: rules, kinds of statements, their words, and what implies what.

The one list on the untrusted side. The kernel and the second checker have lists of their own;
tests/contracts/test_rule_inventory.py holds all of them against each other.
"""

from __future__ import annotations

from enum import StrEnum

# what the kernel says in the gaps of a sentence
NEAR = "within the stated distance of the stated center"
HERE = "the stated parameters"
END = "a loss of at most the stated end (if that is the infimum, or as near to it as one likes)"
ETA = "eta"


class Rule(StrEnum):
    """The rules. A value is what files call it, a name what everything else does."""

    STRICT_MINIMUM = "3.1"
    EXACT_MINIMUM = "3.1b"
    SUB_OPTIMAL = "3.2"
    RIM = "3.3"
    FLAT_POTENTIALS = "3.4"
    POTENTIALS = "3.4b"
    NO_MINIMUM = "3.5"
    GLOBAL_MINIMUM = "3.7"
    CONSTANT_LINE = "4.1"
    DEPENDENT_COLUMNS = "4.1c"
    RESCALED_UNIT = "4.1h"
    WIDE_THEOREM = "4.2"
    SPANNING_FEATURES = "4.3"
    PATH = "4.4"
    ONE_MORE_UNIT = "4.5"
    WIDE_LAYER = "4.6"
    INDEPENDENT_INPUTS = "4.7"
    NO_BAD_VALLEY = "4.8"
    PYRAMID = "4.8p"


class Minimum(StrEnum):
    """How much of a minimum something is; each implies those before it."""

    LOCAL_MINIMUM = "local-minimum"
    BASIN = "basin"
    STRICT_MINIMUM = "strict-minimum"

    def implies(self, other: Minimum) -> bool:
        """Whether everything that is this is also the other."""
        order = list(Minimum)
        return order.index(other) <= order.index(self)

    @property
    def words(self) -> str:
        return {"basin": "basin"}.get(self, f"{self.removesuffix('-minimum')} minimum")


class StatementKind(StrEnum):
    """What a certificate can state. `words` is short, for headlines; `says` is the sentence.

    >>> from exactland import StatementKind
    >>> StatementKind.SUB_OPTIMAL_STRICT_MINIMUM.words
    'sub-optimal strict local minimum'
    """

    STRICT_MINIMUM = "strict-minimum"
    LOCAL_MINIMUM = "local-minimum"
    BASIN = "basin"
    SUB_OPTIMAL_STRICT_MINIMUM = "sub-optimal-strict-minimum"
    SUB_OPTIMAL_LOCAL_MINIMUM = "sub-optimal-local-minimum"
    BAD_BASIN = "bad-basin"
    ONE_MORE_UNIT = "one-more-unit"
    LOCAL_MINIMUM_IN_NO_BASIN = "local-minimum-in-no-basin"
    SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN = "sub-optimal-local-minimum-in-no-basin"
    NO_LOCAL_MINIMUM = "no-local-minimum"
    GLOBAL_MINIMUM = "global-minimum"
    IN_NO_BASIN = "in-no-basin"
    IN_NO_SUB_OPTIMAL_BASIN = "in-no-sub-optimal-basin"
    NO_SUB_OPTIMAL_BASIN = "no-sub-optimal-basin"
    NO_BASIN = "no-basin"
    NO_BAD_VALLEY = "no-bad-valley"
    ESCAPE = "escape"
    ETA_ESCAPE = "eta-escape"

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def says(self) -> str:
        """The sentence, word for word what the kernel says of a verified certificate."""
        return self.sentence()

    def sentence(
        self, *, near: str = NEAR, here: str = HERE, end: str = END, eta: str = ETA
    ) -> str:
        """The sentence with its gaps filled.

        `near`: how near what is claimed lies to which point. `here`: which parameters it is about.
        `end`: where a path leads. `eta`: by how much the loss may rise on it. Gaps that a kind
        does not have are left aside.
        """
        return _SENTENCES[self].format(near=near, here=here, end=end, eta=eta)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of such a statement, besides its kind."""
        return _FIELDS[self]


class Claim(StrEnum):
    """What may be asked for.

    STRONGEST: the strongest statement about a minimum that can be proved. ANYTHING, ESCAPE and
    WAY_OUT are what `classify`, `escape` and `one_more_unit` ask for.

    >>> from exactland import Claim
    >>> Claim("bad-basin") is Claim.BAD_BASIN
    True
    """

    STRONGEST = "strongest"
    BAD_BASIN = "bad-basin"
    STRICT_MINIMUM = "strict-minimum"
    BASIN = "basin"
    LOCAL_MINIMUM = "local-minimum"
    NO_SUB_OPTIMAL_BASIN = "no-sub-optimal-basin"
    NO_BASIN = "no-basin"
    NO_BAD_VALLEY = "no-bad-valley"
    ANYTHING = "anything"
    ESCAPE = "escape"
    WAY_OUT = "way-out"


ASKED_BY_NAME = tuple(Claim)[:8]  # what `certify` may be asked for
_K = StatementKind
_WORDS = {
    _K.STRICT_MINIMUM: "strict local minimum",
    _K.LOCAL_MINIMUM: "local minimum",
    _K.BASIN: "basin",
    _K.SUB_OPTIMAL_STRICT_MINIMUM: "sub-optimal strict local minimum",
    _K.SUB_OPTIMAL_LOCAL_MINIMUM: "sub-optimal local minimum",
    _K.BAD_BASIN: "bad basin",
    _K.ONE_MORE_UNIT: "one more unit",
    _K.LOCAL_MINIMUM_IN_NO_BASIN: "local minimum, in no basin",
    _K.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN: "sub-optimal local minimum, in no basin",
    _K.NO_LOCAL_MINIMUM: "no local minimum",
    _K.GLOBAL_MINIMUM: "global minimum",
    _K.IN_NO_BASIN: "in no basin",
    _K.IN_NO_SUB_OPTIMAL_BASIN: "in no sub-optimal basin",
    _K.NO_SUB_OPTIMAL_BASIN: "no sub-optimal basin",
    _K.NO_BASIN: "no basin",
    _K.NO_BAD_VALLEY: "no bad valley",
    _K.ESCAPE: "escape",
    _K.ETA_ESCAPE: "eta-escape",
}
_BAD = "a strict local minimum that is not global (a bad basin)"
_FLAT = "and lie in no basin: a line or curve of equal loss leads through them without end"
_PATH = "a path leads from {here} to {end}, on which the loss is never above its start"
_WIDER = (
    "with one more last hidden unit, with some incoming weights and zero output weights, a path"
    " leads from there to the infimum, or as near as one likes, never above its start"
)
_DOWN = (
    "from all parameters, and for every eta > 0, a path leads to a loss below the infimum plus eta,"
    " on which the loss stays below its start plus eta (local minima that are not strict may"
    " remain)"
)
_SENTENCES = {  # with gaps, which `StatementKind.sentence` fills
    _K.STRICT_MINIMUM: "the loss has a strict local minimum {near}",
    _K.LOCAL_MINIMUM: "the loss has a local minimum {near}",
    _K.BASIN: "the loss has a basin {near}",
    _K.SUB_OPTIMAL_STRICT_MINIMUM: f"the loss has {_BAD} {{near}}",
    _K.SUB_OPTIMAL_LOCAL_MINIMUM: "the loss has a local minimum that is not global {near}",
    _K.BAD_BASIN: "the loss has a bad basin (a basin that is not global) {near}",
    _K.ONE_MORE_UNIT: f"the loss has {_BAD} {{near}}; {_WIDER}",
    _K.LOCAL_MINIMUM_IN_NO_BASIN: f"{{here}} are a local minimum of the loss, {_FLAT}",
    _K.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN: (
        f"{{here}} are a local minimum of the loss that is not global, {_FLAT}"
    ),
    _K.NO_LOCAL_MINIMUM: "no parameters {near} are a local minimum of the loss",
    _K.GLOBAL_MINIMUM: "{here} are a global minimum of the loss",
    _K.IN_NO_BASIN: (
        "{here} lie in no basin of the loss: a line or curve of equal loss leads through them"
        " without end"
    ),
    _K.IN_NO_SUB_OPTIMAL_BASIN: "{here} lie in no sub-optimal basin of the loss",
    _K.NO_SUB_OPTIMAL_BASIN: "the loss has no sub-optimal basin",
    _K.NO_BASIN: "the loss has no basin at all",
    _K.NO_BAD_VALLEY: f"the loss has no bad valley: {_DOWN}",
    _K.ESCAPE: _PATH,
    _K.ETA_ESCAPE: f"{_PATH} plus {{eta}}",
}
_BALL, _BETTER = ("center", "distance"), ("center", "distance", "gap")
_FIELDS = {
    _K.STRICT_MINIMUM: _BALL,
    _K.LOCAL_MINIMUM: _BALL,
    _K.BASIN: _BALL,
    _K.SUB_OPTIMAL_STRICT_MINIMUM: _BETTER,
    _K.SUB_OPTIMAL_LOCAL_MINIMUM: _BETTER,
    _K.BAD_BASIN: _BETTER,
    _K.ONE_MORE_UNIT: _BETTER,
    _K.LOCAL_MINIMUM_IN_NO_BASIN: ("center",),
    _K.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN: ("center", "gap"),
    _K.NO_LOCAL_MINIMUM: _BALL,
    _K.GLOBAL_MINIMUM: ("center",),
    _K.IN_NO_BASIN: ("center",),
    _K.IN_NO_SUB_OPTIMAL_BASIN: ("center",),
    _K.NO_SUB_OPTIMAL_BASIN: (),
    _K.NO_BASIN: (),
    _K.NO_BAD_VALLEY: (),
    _K.ESCAPE: ("center", "end"),
    _K.ETA_ESCAPE: ("center", "end", "eta"),
}

ABOUT_THE_LOSS = frozenset({_K.NO_SUB_OPTIMAL_BASIN, _K.NO_BASIN, _K.NO_BAD_VALLEY})
PATHS = frozenset({_K.ESCAPE, _K.ETA_ESCAPE})
OF_MINIMUM = {  # a minimum of this kind, alone or with a better point
    Minimum.STRICT_MINIMUM: (_K.STRICT_MINIMUM, _K.SUB_OPTIMAL_STRICT_MINIMUM),
    Minimum.BASIN: (_K.BASIN, _K.BAD_BASIN),
    Minimum.LOCAL_MINIMUM: (_K.LOCAL_MINIMUM, _K.SUB_OPTIMAL_LOCAL_MINIMUM),
}
IN_NO_BASIN_TOO = {  # the same, of a local minimum that lies in no basin
    _K.LOCAL_MINIMUM: _K.LOCAL_MINIMUM_IN_NO_BASIN,
    _K.SUB_OPTIMAL_LOCAL_MINIMUM: _K.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN,
}
_MINIMA = frozenset(
    {
        *(kind for pair in OF_MINIMUM.values() for kind in pair),
        *IN_NO_BASIN_TOO.values(),
    }
)
_SUPPORTS = {
    Claim.STRONGEST: _MINIMA,
    Claim.BAD_BASIN: frozenset({_K.BAD_BASIN, _K.SUB_OPTIMAL_STRICT_MINIMUM}),
    Claim.STRICT_MINIMUM: frozenset({_K.STRICT_MINIMUM, _K.SUB_OPTIMAL_STRICT_MINIMUM}),
    Claim.BASIN: frozenset({*OF_MINIMUM[Minimum.BASIN], *OF_MINIMUM[Minimum.STRICT_MINIMUM]}),
    Claim.LOCAL_MINIMUM: _MINIMA,
    Claim.NO_SUB_OPTIMAL_BASIN: frozenset({_K.NO_SUB_OPTIMAL_BASIN, _K.NO_BASIN}),
    Claim.NO_BASIN: frozenset({_K.NO_BASIN}),
    Claim.NO_BAD_VALLEY: frozenset({_K.NO_BAD_VALLEY}),
    Claim.ANYTHING: frozenset(_K) - {_K.NO_LOCAL_MINIMUM},
    Claim.ESCAPE: PATHS,
    Claim.WAY_OUT: frozenset({_K.ONE_MORE_UNIT}),
}
_BASINS = frozenset({Claim.BAD_BASIN, Claim.STRICT_MINIMUM, Claim.BASIN})
_EXCLUDES = {
    _K.NO_LOCAL_MINIMUM: frozenset(
        {Claim.STRONGEST, Claim.ANYTHING, Claim.LOCAL_MINIMUM, *_BASINS}
    ),
    _K.IN_NO_BASIN: _BASINS,
    _K.IN_NO_SUB_OPTIMAL_BASIN: frozenset({Claim.BAD_BASIN}),
    _K.GLOBAL_MINIMUM: frozenset({Claim.BAD_BASIN}),
    _K.NO_BASIN: _BASINS,
    _K.NO_SUB_OPTIMAL_BASIN: frozenset({Claim.BAD_BASIN}),
}


def supports(kind: StatementKind, claim: Claim) -> bool:
    """Whether a statement of this kind, about what the claim is about, proves the claim."""
    return kind in _SUPPORTS[claim]


def excludes(kind: StatementKind, claim: Claim) -> bool:
    """Whether a statement of this kind, about what the claim is about, proves the claim false."""
    return claim in _EXCLUDES.get(kind, frozenset())

"""Statements as files write them."""

from typing import Any

from exactland.second_checker.reading.values import keys, number, vector, word
from exactland.second_checker.refusals import Malformed

STATEMENTS = {
    "strict-minimum": "center distance",
    "local-minimum": "center distance",
    "basin": "center distance",
    "sub-optimal-strict-minimum": "center distance gap",
    "sub-optimal-local-minimum": "center distance gap",
    "bad-basin": "center distance gap",
    "one-more-unit": "center distance gap",
    "local-minimum-in-no-basin": "center",
    "sub-optimal-local-minimum-in-no-basin": "center gap",
    "no-local-minimum": "center distance",
    "global-minimum": "center",
    "in-no-basin": "center",
    "in-no-sub-optimal-basin": "center",
    "no-sub-optimal-basin": "",
    "no-basin": "",
    "escape": "center end",
    "eta-escape": "center end eta",
}


def read_statement(value: Any, p: int) -> dict[str, Any]:
    place = "claim.statement"
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    kind = word(value.get("kind"), STATEMENTS, place + ".kind")
    keys(value, "kind " + STATEMENTS[kind], place)
    result: dict[str, Any] = {"kind": kind}
    for name in STATEMENTS[kind].split():
        where = f"{place}.{name}"
        if name == "center":
            result[name] = vector(value[name], p, where)
        elif name == "end":
            result[name] = (
                None if value[name] == "infimum" else number(value[name], where)
            )
        else:
            result[name] = number(value[name], where)
    return result

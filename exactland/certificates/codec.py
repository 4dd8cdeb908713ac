"""Certificates to bytes and back: the one place, besides the two checkers, that knows the file's
form.

Canonical JSON (docs/reference/format.md, section 3): sorted keys, no spaces, every number a string,
dyadic numbers as [mantissa, exponent]. A step's fields are spelled by their types. Reading believes
nothing, but it checks form alone: what a certificate proves, only a checker says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any, get_args, get_origin, get_type_hints

from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.statements import INFIMUM, Statement
from exactland.certificates.steps import STEPS, Midpoint, Step, StepReference
from exactland.errors import CertificateError, InputError
from exactland.files.problem_file import problem_from_json
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem

FORMAT = "exactland-certificate/2"
DOMAIN = b"exactland-claim/1\0"
MAX_SHIFT = 4096  # of the exponent of a dyadic number
_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_RATIONAL = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?", re.ASCII)
Json = Any


@dataclass(frozen=True)
class Parts:
    """What a certificate file holds."""

    problem: Problem
    statement: Statement
    steps: tuple[Step, ...]
    provenance: Mapping[str, Json]


def encode(parts: Parts) -> bytes:
    """The one spelling of a certificate."""
    claim = _claim(parts.problem, parts.statement)
    evidence = {"claim_sha256": _digest(claim), "steps": [spelled_step(s) for s in parts.steps]}
    whole = {"claim": claim, "evidence": evidence, "provenance": parts.provenance}
    return _canonical(whole) + b"\n"


def decode(data: bytes) -> Parts:
    """The inverse of `encode`.

    Raises CertificateError for what has not the form of a certificate.
    """
    try:
        whole = _fields(json.loads(data), "claim", "evidence", "provenance")
        claim = _fields(whole["claim"], "format", "problem", "statement")
        evidence = _fields(whole["evidence"], "claim_sha256", "steps")
        if claim["format"] != FORMAT:
            raise ValueError(f"the format {claim['format']!r:.40}, not {FORMAT}")
        return Parts(
            problem=problem_from_json(claim["problem"]),
            statement=_read_statement(claim["statement"]),
            steps=_listed(evidence["steps"], _Spelling(spelled_step, _read_step), None),
            provenance=_fields(whole["provenance"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, InputError) as error:
        raise CertificateError(f"not a certificate: {error!r:.100}") from None


def _fields(value: Json, *names: str) -> dict[str, Json]:
    """An object with these fields and no others; with any, where none are named."""
    if not isinstance(value, dict):
        raise TypeError(f"an object is needed, not {value!r:.40}")
    if names and {*value} != {*names}:
        raise ValueError(f"the fields {sorted(value)}, not {sorted(names)}")
    return value


def claim_digest(problem: Problem, statement: Statement) -> str:
    """SHA-256 of a claim, by which evidence is bound to it (hexadecimal)."""
    return _digest(_claim(problem, statement))


def claim_digest_in(data: bytes) -> str:
    """The digest of the claim that a certificate's bytes name; a checker has to have accepted
    them.
    """
    return str(json.loads(data)["evidence"]["claim_sha256"])


def _claim(problem: Problem, statement: Statement) -> Json:
    said = _spelled_statement(statement)
    return {"format": FORMAT, "problem": problem.specification(), "statement": said}


def _digest(claim: Json) -> str:
    return sha256(DOMAIN + _canonical(claim)).hexdigest()


def _canonical(value: Json) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


# Numbers


def _spelled_number(q: Fraction) -> Json:
    """[mantissa, exponent] when the denominator is a power of two, else "p/q"."""
    if q.denominator & (q.denominator - 1):
        return rational_text(q)
    mantissa, exponent = q.numerator, 1 - q.denominator.bit_length()
    if exponent == 0 and mantissa:
        exponent = (mantissa & -mantissa).bit_length() - 1
        mantissa >>= exponent
    return [str(mantissa), str(exponent)]


def _read_number(value: Json) -> Fraction:
    if isinstance(value, list):
        mantissa, exponent = map(_read_integer, value)
        if abs(exponent) > MAX_SHIFT:
            raise ValueError(f"an exponent of {exponent}")
        return Fraction(mantissa) * Fraction(2) ** exponent
    if not (isinstance(value, str) and _RATIONAL.fullmatch(value)):
        raise ValueError(f"{value!r:.40} is not a number")
    return Fraction(value)


def _read_integer(value: Json) -> int:
    if not (isinstance(value, str) and _INTEGER.fullmatch(value)):
        raise ValueError(f"{value!r:.40} is not an integer in a string")
    return int(value)


# Statements: numbers are spelled as rationals, but for those of paths


def _spelled_statement(statement: Statement) -> Json:
    spelled: dict[str, Json] = {"kind": str(statement.kind)}
    if statement.center is not None:
        spelled["center"] = [rational_text(c) for c in statement.center]
    if statement.distance is not None:
        spelled["distance"] = rational_text(statement.distance)
    if statement.gap is not None:
        spelled["gap"] = rational_text(statement.gap)
    if isinstance(statement.end, Fraction):
        spelled["end"] = _spelled_number(statement.end)
    elif statement.end is not None:
        spelled["end"] = INFIMUM
    if statement.eta is not None:
        spelled["eta"] = _spelled_number(statement.eta)
    return spelled


def _read_statement(value: Json) -> Statement:
    kind = StatementKind(_fields(value)["kind"])
    _fields(value, "kind", *kind.fields)
    found: dict[str, Any] = {}
    for name in kind.fields:
        if name == "center":
            found[name] = _listed(value[name], _SPELLINGS[Fraction], None)
        elif name == "end" and value[name] == INFIMUM:
            found[name] = INFIMUM
        else:
            found[name] = _read_number(value[name])
    return Statement(kind, **found)


# Steps: every field by its type


@dataclass(frozen=True)
class _Spelling:
    """How values of one type are written, and read."""

    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


def spelled_step(step: Step) -> Json:
    """The form of a step in files."""
    spelled: dict[str, Json] = {"rule": str(step.rule)}
    for name, wire, spelling in _layout(step.rule):
        spelled[wire] = spelling.write(getattr(step, name))
    return spelled


def _read_step(value: Json) -> Step:
    rule = Rule(_fields(value)["rule"])
    layout = _layout(rule)
    _fields(value, "rule", *(wire for _, wire, _ in layout))
    return STEPS[rule](**{name: spelling.read(value[wire]) for name, wire, spelling in layout})


@cache
def _layout(rule: Rule) -> tuple[tuple[str, str, _Spelling], ...]:
    """Every field of a step: its name, what files call it, and its spelling."""
    of = STEPS[rule]
    hints = get_type_hints(of)
    rows = []
    for one in fields(of):
        wire = one.metadata.get("name", one.name)
        rows.append((one.name, wire, _spelling(hints[one.name])))
    return tuple(rows)


def _spelling(hint: Any) -> _Spelling:
    """The spelling of a type: a number, an integer, a word, a list of such, a midpoint, an end."""
    if hint in _SPELLINGS:
        return _SPELLINGS[hint]
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        entry = _spelling(inner[0])
        count = len(inner) if ... not in inner else None
        return _Spelling(
            lambda values: [entry.write(v) for v in values],
            lambda values: _listed(values, entry, count),
        )
    return _Spelling(str, hint)  # a word of an enumeration


def _listed(values: Json, entry: _Spelling, count: int | None) -> tuple[Any, ...]:
    if not isinstance(values, list) or len(values) != (len(values) if count is None else count):
        raise ValueError(f"a list {f'of {count} ' if count else ''}is needed, not {values!r:.40}")
    return tuple(entry.read(v) for v in values)


def _read_flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false is needed, not {value!r:.40}")
    return value


def _spelled_midpoint(midpoint: Midpoint) -> Json:
    ends = list(map(str, midpoint.ends))
    weight = _spelled_number(midpoint.weight)
    return {"ends": ends, "middle": str(midpoint.middle), "weight": weight}


def _read_midpoint(value: Json) -> Midpoint:
    _fields(value, "ends", "middle", "weight")
    first, second = _listed(value["ends"], _SPELLINGS[int], 2)
    middle, weight = _read_integer(value["middle"]), _read_number(value["weight"])
    return Midpoint((first, second), middle, weight)


def _spelled_end(end: Fraction | StepReference) -> Json:
    return {"step": str(end.step)} if isinstance(end, StepReference) else _spelled_number(end)


def _read_end(value: Json) -> Fraction | StepReference:
    if isinstance(value, dict):
        return StepReference(_read_integer(_fields(value, "step")["step"]))
    return _read_number(value)


_SPELLINGS: dict[Any, _Spelling] = {
    Fraction: _Spelling(_spelled_number, _read_number),
    int: _Spelling(str, _read_integer),
    bool: _Spelling(bool, _read_flag),
    Midpoint: _Spelling(_spelled_midpoint, _read_midpoint),
    Fraction | StepReference: _Spelling(_spelled_end, _read_end),
}

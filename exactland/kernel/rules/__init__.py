"""The rules: one class each, with the fields that files give a step by the rule, and
one method, `fact`: from the problem to a fact, or `Rejected`. A step that goes on from
an earlier one has the fact which that proved as a field.

Rule numbers, hypotheses and conclusions are those of docs/reference/format.md, section
3; the proofs are in docs/theorems. A rule recomputes everything from the problem and
concludes only what it checked; of other steps it takes a fact that was proved. A step's
`precision` is the bits a rule computes with. What must be exactly zero or exactly equal
is decided by formal numbers; what must be positive, by balls.
"""

"""The kinds of departure as the presets name them; the words are those of the handover room's `DepartureKind`."""

RESIGNATION = frozenset({"resignation"})
IMMEDIATE = frozenset({"immediate_resignation"})
MUTUAL = frozenset({"mutual"})
DISMISSAL = frozenset({"dismissal"})
REDUNDANCY = frozenset({"redundancy"})
CONTRACT_END = frozenset({"contract_end"})
RETIREMENT = frozenset({"retirement"})
DEATH = frozenset({"death"})
MOVES = frozenset({"transfer", "rotation", "long_leave"})

LEAVINGS = RESIGNATION | IMMEDIATE | MUTUAL | DISMISSAL | REDUNDANCY | CONTRACT_END | RETIREMENT | DEATH
ALL = LEAVINGS | MOVES

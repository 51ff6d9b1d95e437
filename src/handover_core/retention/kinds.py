"""What the store knows about the retention room's aggregates."""

from __future__ import annotations

from handover_core.retention.model import Erasure, LegalHold
from handover_core.storage.kinds import Kind, Reference, day, key

LEGAL_HOLD = Kind(
    name="legal_hold",
    type=LegalHold,
    fields=(key("employee_id"), key("category"), day("placed_on"), day("released_on")),
    indexes=(("employee_id",), ("released_on",)),
    references=(Reference("employee_id", "employee"),),
    subject="/employee_id",
    free_texts=(
        "reason",
        "release_reason",
    ),
)

ERASURE = Kind(
    name="erasure",
    type=Erasure,
    # Format 2 adds parts that have defaults; a body of format 1 is one of format 2 without them.
    format=2,
    upcasters={1: dict},
    fields=(key("subject_id"), key("state"), day("requested_on")),
    indexes=(("subject_id",), ("state",)),
    references=(Reference("subject_id", "employee"),),
    free_texts=(
        "reason",
        "leaving_reason",
        "void_reason",
    ),
)

KINDS = (LEGAL_HOLD, ERASURE)

"""What the store knows about the handover room's aggregates."""

from __future__ import annotations

from handover_core.handover.model import Departure, Handover, HandoverItem, HandoverQuestion
from handover_core.storage.kinds import Kind, Reference, day, key, text

DEPARTURE = Kind(
    name="departure",
    type=Departure,
    fields=(key("employee_id"), key("kind"), key("state"), day("notice_on"), day("last_day")),
    indexes=(("employee_id",), ("state",)),
    references=(Reference("employee_id", "employee"),),
)

HANDOVER = Kind(
    name="handover",
    type=Handover,
    fields=(
        key("code"),
        key("departure_id"),
        key("giver_id"),
        key("supervisor_id"),
        key("state"),
        day("opened_on"),
        day("completed_on"),
    ),
    unique=(("code",),),
    indexes=(("giver_id",), ("departure_id",), ("supervisor_id", "state")),
    references=(
        Reference("departure_id", "departure"),
        Reference("giver_id", "employee"),
        Reference("supervisor_id", "employee"),
    ),
)

HANDOVER_ITEM = Kind(
    name="handover_item",
    type=HandoverItem,
    fields=(
        key("code"),
        key("handover_id"),
        key("category"),
        text("title", 500, searchable=True),
        text("source_key", get=lambda item: item.source.key),
        key("criticality"),
        key("receiver_id"),
        key("verifier_id"),
        key("state"),
        day("due_on"),
    ),
    unique=(("code",), ("handover_id", "source_key")),
    indexes=(("handover_id", "state"), ("receiver_id", "state"), ("verifier_id", "state")),
    references=(
        Reference("handover_id", "handover"),
        Reference("receiver_id", "employee"),
        Reference("verifier_id", "employee"),
    ),
)

HANDOVER_QUESTION = Kind(
    name="handover_question",
    type=HandoverQuestion,
    fields=(key("handover_id"), key("item_id"), key("asked_by_id"), key("to_id")),
    indexes=(("handover_id",), ("item_id",), ("to_id",)),
    references=(
        Reference("handover_id", "handover"),
        Reference("item_id", "handover_item"),
        Reference("asked_by_id", "employee"),
        Reference("to_id", "employee"),
    ),
)

KINDS = (DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION)

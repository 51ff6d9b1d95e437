"""What the store knows about the handover room's aggregates."""

from __future__ import annotations

# Format 2 of the first four kinds only adds parts that have defaults; a body of format 1 is one of format 2 without them.
from handover_core.handover.model import Departure, Handover, HandoverFinding, HandoverItem, HandoverQuestion
from handover_core.storage.kinds import Kind, Reference, day, key, text
from handover_core.storage.personal import by_no_text, nameless, nameless_one, personal

DEPARTURE = Kind(
    name="departure",
    type=Departure,
    format=2,
    upcasters={1: dict},
    fields=(key("employee_id"), key("kind"), key("state"), day("notice_on"), day("last_day")),
    indexes=(("employee_id",), ("state",)),
    references=(Reference("employee_id", "employee"),),
    personal=(
        personal("reason", "/employee_id", by_no_text),
        personal("consents.document", "by_id", nameless_one),
    ),
    subject="/employee_id",
    free_texts=(
        "reason",
        "receipt.note",
        "settled.note",
        "dates.reason",
        "consents.note",
        "consents.document.title",
    ),
)

HANDOVER = Kind(
    name="handover",
    type=Handover,
    format=2,
    upcasters={1: dict},
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
    personal=(
        personal("refusal_reason", "/giver_id", by_no_text),
        personal("demands.document", "/giver_id", nameless_one),
    ),
    subject="/giver_id",
    free_texts=(
        "refusal_reason",
        "exceptions.reason",
        "demands.how",
        "demands.document.title",
    ),
)

HANDOVER_ITEM = Kind(
    name="handover_item",
    type=HandoverItem,
    format=2,
    upcasters={1: dict},
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
    personal=(
        personal("briefings.documents", "by_id", nameless),
        personal("verified.documents", "by_id", nameless),
        personal("reopened.documents", "by_id", nameless),
    ),
    subject="/receiver_id",
    free_texts=(
        "title",
        "why.params",
        "briefings.summary",
        "briefings.situation",
        "briefings.actions",
        "briefings.documents.title",
        "acceptance.read_back",
        "acceptance.take_over.statement",
        "superseded.read_back",
        "superseded.take_over.statement",
        "receivers.reason",
        "returns.reason",
        "verified.evidence",
        "verified.documents.title",
        "reopened.evidence",
        "reopened.documents.title",
        "waivers.reason",
    ),
)

HANDOVER_QUESTION = Kind(
    name="handover_question",
    type=HandoverQuestion,
    format=2,
    upcasters={1: dict},
    fields=(key("handover_id"), key("item_id"), key("asked_by_id"), key("to_id")),
    indexes=(("handover_id",), ("item_id",), ("to_id",)),
    references=(
        Reference("handover_id", "handover"),
        Reference("item_id", "handover_item"),
        Reference("asked_by_id", "employee"),
        Reference("to_id", "employee"),
    ),
    subject="/asked_by_id",
    free_texts=(
        "question",
        "answer",
    ),
)

HANDOVER_FINDING = Kind(
    name="handover_finding",
    type=HandoverFinding,
    fields=(key("handover_id"), key("code"), text("mark"), day("found_on"), key("to_id")),
    unique=(("handover_id", "mark"),),
    indexes=(("to_id",),),
    references=(Reference("handover_id", "handover"), Reference("to_id", "employee")),
    free_texts=("params",),
)

KINDS = (DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION, HANDOVER_FINDING)

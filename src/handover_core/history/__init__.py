"""Traceability: what changed, field by field, and the hash chain that makes tampering visible."""

from handover_core.history.chain import GENESIS, chained
from handover_core.history.changes import Change, Event, Operation, Rewrite
from handover_core.history.difference import difference, replay

__all__ = ["GENESIS", "Change", "Event", "Operation", "Rewrite", "chained", "difference", "replay"]

"""All kinds that the core stores."""

from __future__ import annotations

from handover_core.handover.kinds import KINDS as HANDOVER_KINDS
from handover_core.organization.kinds import KINDS as ORGANIZATION_KINDS
from handover_core.outbox.kinds import KINDS as OUTBOX_KINDS
from handover_core.procedures.kinds import KINDS as PROCEDURES_KINDS
from handover_core.records.kinds import KINDS as RECORDS_KINDS
from handover_core.retention.kinds import KINDS as RETENTION_KINDS
from handover_core.storage import CUSTOM_FIELD, Kinds

KINDS = Kinds((
    CUSTOM_FIELD, *ORGANIZATION_KINDS, *PROCEDURES_KINDS, *RECORDS_KINDS, *HANDOVER_KINDS, *OUTBOX_KINDS,
    *RETENTION_KINDS,
))  # fmt: skip

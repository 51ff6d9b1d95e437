"""Words of the procedures room in both languages."""

from __future__ import annotations

from handover_core.procedures.model import SopState
from handover_core.texts import Text

SOP_STATE_LABELS = {
    SopState.DRAFT: Text("draft", "草稿"),
    SopState.IN_REVIEW: Text("in review", "审核中"),
    SopState.PUBLISHED: Text("published", "已发布"),
    SopState.SUPERSEDED: Text("superseded", "已被替代"),
    SopState.RETIRED: Text("retired", "已废止"),
}

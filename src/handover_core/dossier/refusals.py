"""What stands against a document: what each rule says, and what would satisfy it."""

from __future__ import annotations

from handover_core.texts import Rule, Text

NO_POSITION = Rule(
    "dossier.no_position",
    Text("{name} holds no position on {day} and none is planned.", "{name} 在 {day} 没有任职，也没有已安排的任职。"),
    Text("Assign a position, or name the code of the position.", "请先安排任职，或指定岗位编号。"),
)
NOT_DESCRIBED = Rule(
    "dossier.not_described",
    Text("The position {code} has no description on {day}.", "岗位 {code} 在 {day} 尚无岗位说明。"),
    Text("Describe the position from that day on.", "请补充该日起的岗位说明。"),
)

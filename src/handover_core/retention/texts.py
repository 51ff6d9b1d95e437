"""What the retention room says in words."""

from __future__ import annotations

from collections.abc import Mapping

from handover_core.retention.model import CATEGORY_LABELS, StopCode
from handover_core.texts import Text

STOP_TEXTS: dict[str, Text] = {
    StopCode.EMPLOYED: Text("the person is in the company's employ", "该员工在职"),
    StopCode.NO_DAY: Text("no day is recorded on which the person left", "未登记离职日期"),
    StopCode.OPEN_CASE: Text("the handover {codes} is open", "交接单 {codes} 尚未完结"),
    StopCode.OPEN_WORK: Text("{count} records that the person wrote are open", "该员工所写的 {count} 条记录尚未关闭"),
    StopCode.HELD: Text("a hold of {on} keeps it: {reason}", "{on} 起保全：{reason}"),
    StopCode.MINIMUM: Text("it is kept until {until}: {citation}", "须保存至 {until}：{citation}"),
    StopCode.NO_PERIOD: Text("no period is set for it", "未设定保存期限"),
    StopCode.UNREADABLE: Text("what is stored of {what} cannot be read", "{what} 的存储内容无法读取"),
}
CODE_TEXTS: Mapping[str, Text] = {**STOP_TEXTS, **{str(each): text for each, text in CATEGORY_LABELS.items()}}
"""Categories and stops by their words."""

LAPSED = Text(
    "the person was employed again, or the day on which they left was changed, since it was requested",
    "登记后该员工重新入职，或其离职日期已更改",
)
"""Why an erasure is void."""
DUE = Text("the longest period of the schedule is over", "已超过规定的最长保存期限")
"""Why an erasure that follows from the plan is done."""
REVIVED = Text(
    "the keys were destroyed, and a store from before the erasure was brought back",
    "密钥已销毁，而数据库恢复到了删除之前的状态",
)
"""Why an erasure is done that was done once, and of which the store knows nothing."""
LAPSED_CODE = "lapsed"
REASON_TEXTS: Mapping[str, Text] = {LAPSED_CODE: LAPSED, LAPSED.en: LAPSED, DUE.en: DUE, REVIVED.en: REVIVED}
"""Reasons that nobody wrote, as they are stored, in words; the second is how the first was stored before."""
FINISH = Text("finish an erasure that was cut off", "继续完成中断的删除")

"""The rules of the retention room that may refuse a command: what each says, and what would satisfy it."""

from __future__ import annotations

from handover_core.texts import Rule, Text

STOPPED = Rule(
    "retention.stopped",
    Text("{what}: not to be erased now, {why}.", "{what}：现在不得删除，{why}。"),
    Text(
        "Wait until nothing stops it; until then the records are stored and not otherwise used.",
        "请待上述情形消除；在此之前仅作存储，不作其他处理。",
    ),
)
NOTHING = Rule(
    "retention.nothing",
    Text("Nothing personal about this person is left.", "该员工已无可删除的个人信息。"),
    Text("Look at the erasures that were recorded.", "请查看已登记的删除记录。"),
)
MENTIONED = Rule(
    "retention.mentioned",
    Text(
        "{count} free texts still name the person, the first in {where}.",
        "仍有 {count} 处文本提及该员工，首处在 {where}。",
    ),
    Text(
        "Have an approver redact them, or record why they are left as they are.",
        "请由审批人逐处隐去，或登记保留原文的理由。",
    ),
)
NO_VAULT = Rule(
    "retention.no_vault",
    Text(
        "The history holds personal values in the clear: no vault of keys was given.",
        "未配置密钥库，历史记录中的个人信息为明文。",
    ),
    Text(
        "Open the core with a vault (HandoverCore(store, vault=…)), so that what is written from then on can be erased.",
        "请以密钥库打开（HandoverCore(store, vault=…)），此后写入的内容方可删除。",
    ),
)
NOT_TOGETHER = Rule(
    "retention.not_together",
    Text("An erasure is no part of a larger transaction.", "删除不能作为更大事务的一部分。"),
    Text(
        "Give the command by itself, on a store that is not joined to a host's transaction.",
        "请单独执行，且不要在宿主程序的事务中执行。",
    ),
)
NOT_YET = Rule(
    "retention.not_yet",
    Text(
        "It is not {on} yet: what is due on a later day is erased on that day.",
        "尚未到 {on}：以后到期的内容须到期时方可删除。",
    ),
    Text(
        "Look ahead with the plan, and erase without a day of its own.",
        "可用计划预先查看；执行删除时请勿指定日期。",
    ),
)
ONESELF = Rule(
    "retention.oneself",
    Text("Nobody decides about keeping or erasing their own records.", "不能决定本人记录的保全或删除。"),
    Text("Another approver must do it.", "须由其他审批人执行。"),
)
RELEASED = Rule(
    "retention.hold.released",
    Text("The hold was released on {on}.", "该保全已于 {on} 解除。"),
    Text("Place a new one where records have to be kept again.", "如需继续保留，请另行保全。"),
)
FINISHED = Rule(
    "retention.erasure.finished",
    Text("The erasure is finished.", "该删除已完成。"),
    Text("Nothing has to be done.", "无需再处理。"),
)
UNNAMED = Rule(
    "retention.redact.unnamed",
    Text("Nothing in it names the person.", "其中没有提及该员工的文本。"),
    Text("Look for mentions again.", "请重新查找提及之处。"),
)
FIXED = Rule(
    "retention.redact.fixed",
    Text(
        "Only words by which it is found, such as a code or an address, name the person.",
        "仅编号、地址等用于检索的字词提及该员工。",
    ),
    Text("Rename it by its own command; no redaction changes them.", "请用相应命令改名；隐去操作不更改这些字词。"),
)
OWN_FILE = Rule(
    "retention.redact.own_file",
    Text(
        "In their own file only name, number, e-mail and telephone name the person: by these mentions are looked for.",
        "本人档案中仅姓名、工号、邮箱、电话指向该员工：须据此查找提及之处。",
    ),
    Text("An erasure overwrites them, and their past.", "删除时会一并覆盖这些内容及其历史。"),
)
REDACT_LONG = Rule(
    "retention.redact.long",
    Text(
        "With the pseudonym in place of every name, {field} would be longer than it may be.",
        "将所有姓名替换为化名后，{field} 将超出允许的长度。",
    ),
    Text(
        "Shorten it, or take the names out of it, by its own command; then redact what its past says.",
        "请先用相应命令缩短该内容或去掉其中的姓名，再对其历史执行隐去操作。",
    ),
)
REDACT_HELD = Rule(
    "retention.redact.held",
    Text("A hold of {on} keeps it as it stands: {reason}.", "{on} 起保全，须保持原样：{reason}。"),
    Text(
        "Have the hold released first, or record in the erasure why the text is left.",
        "请先解除保全，或在删除时登记保留原文的理由。",
    ),
)
REDACT_KEPT = Rule(
    "retention.redact.kept",
    Text(
        "An accounting record stays as it stands until its shortest period is over: {citation}.",
        "会计档案在最短保存期限届满前须保持原样：{citation}。",
    ),
    Text(
        "Wait until then, or record in the erasure why the text is left.",
        "请待期限届满，或在删除时登记保留原文的理由。",
    ),
)
NAMED_AGAIN = Rule(
    "retention.reason_names",
    Text("The reason itself names the person.", "理由本身提及了该员工。"),
    Text("Give a reason without name, number, e-mail and telephone.", "请勿在理由中写姓名、工号、邮箱或电话。"),
)

"""The rules of the handover room that may refuse a command: what each says, and what would satisfy it."""

from __future__ import annotations

from handover_core.texts import Rule, Text

GONE = Rule(
    "handover.person_gone",
    Text("{name} has left the company.", "{name} 已离职。"),
    Text("Choose somebody who is in the company's employ.", "请选择在职人员。"),
)
DEPARTURE_OPEN = Rule(
    "handover.departure.open",
    Text(
        "{name} is leaving already; the last day is {last_day}.", "{name} 已有进行中的离职，最后工作日为 {last_day}。"
    ),
    Text("Go on with that departure, or withdraw it.", "请继续办理该离职，或先撤回。"),
)
DEPARTURE_STATE = Rule(
    "handover.departure.state",
    Text("The departure is {state} already.", "该离职的状态为 {state}。"),
    Text("Announce a new one where that is what happened.", "如确有需要，请重新登记。"),
)
OWN_NOTICE = Rule(
    "handover.departure.own_notice",
    Text("The leaver may not do this for their own departure.", "离职人不能为自己办理此事。"),
    Text("A manager or HR must do it.", "须由上级或人事办理。"),
)
TOO_EARLY = Rule(
    "handover.too_early",
    Text("The last day, {last_day}, has not come yet.", "最后工作日 {last_day} 尚未到来。"),
    Text("Do it on {last_day} or later.", "请在 {last_day} 当日或之后办理。"),
)
CASE_EXISTS = Rule(
    "handover.case.exists",
    Text("The handover {code} exists for this departure.", "该离职已有交接单 {code}。"),
    Text("Go on with that one.", "请继续使用该交接单。"),
)
SUPERVISOR_IS_GIVER = Rule(
    "handover.case.supervisor_is_giver",
    Text("Nobody supervises their own handover.", "不能监交自己的工作交接。"),
    Text("Name somebody else as the supervisor.", "请指定他人为监交人。"),
)
NO_SUPERVISOR = Rule(
    "handover.case.no_supervisor",
    Text("No manager of the leaver is on record, so nobody supervises.", "系统中没有离职人的上级，无人监交。"),
    Text("Name a supervisor.", "请指定监交人。"),
)
CASE_CLOSED = Rule(
    "handover.case.closed",
    Text("The handover {code} is closed.", "交接单 {code} 已关闭。"),
    Text("Nothing more can be changed in it.", "不能再做更改。"),
)
GIVER_MAY_NOT = Rule(
    "handover.giver_may_not",
    Text("The giver may not do this in their own handover.", "移交人不能在自己的交接中执行此操作。"),
    Text("The supervisor, the receiver or an approver must do it.", "须由监交人、接收人或审批人执行。"),
)
NOT_SUPERVISOR = Rule(
    "handover.not_supervisor",
    Text("You do not supervise this handover.", "你不是该交接的监交人。"),
    Text("Its supervisor or HR must do this.", "须由监交人或人事执行。"),
)
REFUSAL_KNOWN = Rule(
    "handover.refusal_known",
    Text("The refusal is on record since {since}.", "拒绝交接已于 {since} 登记。"),
    Text("Brief the items from records.", "请依据记录代为交底。"),
)
ITEMS_OPEN = Rule(
    "handover.items_open",
    Text("{count} items are open: {codes}.", "还有 {count} 项未完成：{codes}。"),
    Text("Verify or waive each of them.", "请逐项核验或豁免。"),
)
ITEM_STATE = Rule(
    "handover.item.state",
    Text("The item {code} is {state}.", "事项 {code} 的状态为“{state}”。"),
    Text("It must be {needed}.", "状态须为“{needed}”。"),
)
ITEM_CLOSED = Rule(
    "handover.item.closed",
    Text("The item {code} is {state} already.", "事项 {code} 已为“{state}”。"),
    Text("Nothing is left to do about it.", "无需再处理。"),
)
NOT_BRIEFER = Rule(
    "handover.item.not_briefer",
    Text(
        "Only the giver explains an item, or the supervisor in their place.", "只有移交人可以交底；监交人可代为交底。"
    ),
    Text("Ask the giver or the supervisor.", "请联系移交人或监交人。"),
)
GIVER_IS_THERE = Rule(
    "handover.item.giver_is_there",
    Text("The giver is there and has not refused.", "移交人在岗且未拒绝交接。"),
    Text("Let the giver explain it, or record that they refuse.", "请由移交人交底；如其拒绝，请先登记。"),
)
NO_RECEIVER = Rule(
    "handover.item.no_receiver",
    Text("The item {code} has no receiver.", "事项 {code} 尚未指定接收人。"),
    Text("Name a receiver.", "请指定接收人。"),
)
NOT_RECEIVER = Rule(
    "handover.item.not_receiver",
    Text("The item {code} goes to somebody else.", "事项 {code} 的接收人不是你。"),
    Text("Its receiver must do this.", "须由其接收人执行。"),
)
NOT_VERIFIER = Rule(
    "handover.item.not_verifier",
    Text("You do not verify the item {code}.", "你不是事项 {code} 的核验人。"),
    Text("The supervisor, or the verifier they named, must do it.", "须由监交人或其指定的核验人执行。"),
)
OWN_PROOF = Rule(
    "handover.item.own_proof",
    Text("Nobody verifies what they received.", "不能核验自己接收的事项。"),
    Text(
        "Name another verifier, or record an exception with reason and approver.",
        "请指定其他核验人，或登记例外（含理由与审批人）。",
    ),
)
WAIVED_ALREADY = Rule(
    "handover.item.waived_already",
    Text("You have waived this item already; it needs another approver.", "你已同意豁免；还需另一位审批人。"),
    Text("Ask a second approver.", "请第二位审批人处理。"),
)
READ_BACK_COPIED = Rule(
    "handover.item.read_back_copied",
    Text("The read-back repeats the briefing of {code} word for word.", "对 {code} 的复述与交底内容完全相同。"),
    Text("Say it in your own words.", "请用自己的话复述。"),
)
GIVER_RECEIVES = Rule(
    "handover.giver_receives",
    Text("The giver cannot be the receiver.", "移交人不能同时是接收人。"),
    Text("Choose somebody else.", "请选择其他人。"),
)
SUPERVISOR_RECEIVES = Rule(
    "handover.supervisor_receives",
    Text("{name} supervises this handover and cannot receive.", "{name} 是监交人，不能同时接收。"),
    Text(
        "Choose somebody else, or record an exception with reason and approver.",
        "请另选他人，或登记例外（含理由与审批人）。",
    ),
)
OWN_EXCEPTION = Rule(
    "handover.own_exception",
    Text("Nobody approves their own exception.", "不能批准自己的例外。"),
    Text("Ask another approver.", "请其他审批人批准。"),
)
ANSWERED = Rule(
    "handover.question.answered",
    Text("The question was answered already.", "该问题已答复。"),
    Text("Ask a new one.", "请提出新的问题。"),
)
NOT_ASKED = Rule(
    "handover.question.not_asked",
    Text("The question went to somebody else.", "该问题不是向你提出的。"),
    Text("Whoever was asked, the giver, the supervisor or HR may answer.", "须由被提问人、移交人、监交人或人事答复。"),
)
SOURCE_CHANGED = Rule(
    "handover.item.source_changed",
    Text(
        "What {code} stands for is no longer what the receiver accepted.",
        "事项 {code} 的来源已不是接收人所接收的内容。",
    ),
    Text(
        "Derive the list again; the item is then accepted anew, or falls away.",
        "请重新推导清单；该事项将重新接收或失效。",
    ),
)
PROOF_TOO_WEAK = Rule(
    "handover.item.proof_too_weak",
    Text("The item {code} needs more: {needed}.", "事项 {code} 须以“{needed}”方式核验。"),
    Text("Verify it by: {needed}.", "请以“{needed}”方式核验。"),
)
POSITIONS_FOR_MOVES = Rule(
    "handover.departure.positions_for_moves",
    Text("Who leaves the company leaves all positions.", "离开公司即离开全部岗位。"),
    Text("Name positions only for a transfer, a rotation or a long leave.", "仅调岗、轮岗或长假需要指定岗位。"),
)
POSITIONS_NEEDED = Rule(
    "handover.departure.positions_needed",
    Text("A transfer or rotation leaves certain positions.", "调岗或轮岗须指明离开的岗位。"),
    Text("Name the positions that are left.", "请指定离开的岗位。"),
)
POSITION_NOT_HELD = Rule(
    "handover.departure.position_not_held",
    Text("One of the positions is not held on the last day.", "所指定的岗位中，有的在最后工作日并未担任。"),
    Text("Name positions that the person holds.", "请指定其正在担任的岗位。"),
)
NOT_OF_CASE = Rule(
    "handover.case.position_not_of_case",
    Text("No item of this handover comes from that position.", "该岗位不在本次交接范围内。"),
    Text("Choose a position that the giver leaves.", "请选择移交人离开的岗位。"),
)
MOVED_ALREADY = Rule(
    "handover.departure.moved",
    Text("Verified items of this departure have moved already.", "该离职已有核验并移交的事项。"),
    Text("Say whether receivers keep them or give them back.", "请说明由接收人保留，还是交回。"),
)
REASON_NAMES = Rule(
    "handover.departure.reason_names",
    Text(
        "The reason names the person, and would stand in the history for ever.",
        "理由提及了该员工，会永久留在历史记录中。",
    ),
    Text("Give a reason without name, number, e-mail and telephone.", "请勿在理由中写姓名、工号、邮箱或电话。"),
)
NEEDS_CONSENT = Rule(
    "handover.departure.needs_consent",
    Text("The notice was received; the other side has not agreed to this.", "对方已收到通知，但尚未同意此变更。"),
    Text("Record the other side's consent first.", "请先登记对方的同意。"),
)
NOT_ON_LEAVE = Rule(
    "handover.departure.not_on_leave",
    Text("{name} is not on long leave from this departure.", "{name} 并非因此处于长假中。"),
    Text("Only a long leave ends with a return.", "仅长假可办理返岗。"),
)
NOTHING_TO_SETTLE = Rule(
    "handover.clearance.nothing",
    Text("Nothing of that kind is settled for this departure.", "该离职无此项结算。"),
    Text("Work and assets are cleared item by item; see the clearance.", "工作与资产逐项交接；请查看离职手续清单。"),
)
SETTLED_ALREADY = Rule(
    "handover.clearance.settled",
    Text("It was settled on {on}.", "已于 {on} 办结。"),
    Text("Nothing is left to do.", "无需再做任何事。"),
)
MUST_WAIT = Rule(
    "handover.clearance.must_wait",
    Text("It waits for the handover; open: {codes} ({basis}).", "须待工作交接办结；未完成：{codes}（{basis}）。"),
    Text("Close these items first.", "请先办结这些事项。"),
)
TAKEN_OVER = Rule(
    "handover.item.taken_over",
    Text("The item {code} was taken over already.", "事项 {code} 已声明接管。"),
    Text("Nothing is left to state.", "无需再次声明。"),
)
NOT_TAKEN_OVER = Rule(
    "handover.item.not_taken_over",
    Text(
        "The receiver of {code} has not said that it is theirs now; giver and receiver still overlap.",
        "事项 {code} 的接收人尚未声明接管，仍处于交接重叠期。",
    ),
    Text("Let the receiver state the take-over.", "请由接收人声明接管。"),
)
SUPERVISED_BY_LAW = Rule(
    "handover.case.supervised_by_law",
    Text("The law wants this handover supervised by somebody else.", "法律要求该交接须由他人监交。"),
    Text("Find another person; no exception is possible.", "请另选他人；不得登记例外。"),
)
NOBODY_KNOWS = Rule(
    "handover.question.nobody_knows",
    Text("Nobody else is thought to know.", "没有其他可能知情的人。"),
    Text("Brief the item from records, or record that it was never explained.", "请依据记录代为交底。"),
)
NO_CUSTODIAN = Rule(
    "handover.second.no_custodian",
    Text("{name} is not interim custodian of this position on {day}.", "{name} 在 {day} 并非该岗位的临时接管人。"),
    Text("Choose an interim custodian and a day on which they are.", "请选择临时接管人及其接管期内的日期。"),
)

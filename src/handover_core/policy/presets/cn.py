"""The law of the PRC, as read in 2026; whoever relies on it lets counsel confirm it.

LCL: Labour Contract Law (劳动合同法, as amended 2012). Regulations: its Implementation Regulations (劳动合同法实施条例,
2008). Wages: Interim Provisions on Payment of Wages (工资支付暂行规定, 1994). Accounting: Accounting Law (会计法; the
article on handover is 41 in the text of 2017; the amendment of 2024 renumbered articles).
"""

from __future__ import annotations

from handover_core.policy.counting import Period
from handover_core.policy.deadlines import Condition, Event, Meaning, Term
from handover_core.policy.presets import kinds
from handover_core.policy.presets.model import Law, Settlement, Statement, Supervised
from handover_core.texts import Text


def _lcl(article: str) -> Text:
    return Text(f"Labour Contract Law, article {article}", f"《劳动合同法》第{article}条")


_WAGES = Text("Interim Provisions on Payment of Wages, article 9", "《工资支付暂行规定》第9条")
_CERTIFICATE = Text(
    "Labour Contract Law, article 50; Implementation Regulations, article 24",
    "《劳动合同法》第50条、《劳动合同法实施条例》第24条",
)
_ACCOUNTING = Text(
    "Accounting Law, article on handover (41 in the text of 2017)", "《会计法》关于交接的规定（2017年文本第41条）"
)

_NOTICES = (
    Term(
        rule="cn.lcl36.agreed", citation=_lcl("36"), event=Event.NOTICE, kinds=kinds.MUTUAL, meaning=Meaning.EARLIEST,
        says=Text("ends when both sides agreed", "双方协商一致之日起可解除"),
    ),
    Term(
        rule="cn.lcl37.notice", citation=_lcl("37"), event=Event.NOTICE, kinds=kinds.RESIGNATION, amount=30,
        meaning=Meaning.EARLIEST, conditions=frozenset({Condition.NOT_PROBATION}), extends=True,
        says=Text("30 days' notice in writing by the employee", "劳动者提前30日书面通知"),
    ),
    Term(
        rule="cn.lcl37.probation", citation=_lcl("37"), event=Event.NOTICE, kinds=kinds.RESIGNATION, amount=3,
        meaning=Meaning.EARLIEST, conditions=frozenset({Condition.PROBATION}), extends=True,
        says=Text("3 days' notice by an employee on probation", "试用期内劳动者提前3日通知"),
    ),
    Term(
        rule="cn.lcl38.immediate", citation=_lcl("38"), event=Event.NOTICE, kinds=kinds.IMMEDIATE,
        meaning=Meaning.EARLIEST, says=Text("no notice period: the employer is at fault", "用人单位有过错，无须提前通知"),
    ),
    Term(
        rule="cn.lcl39.fault", citation=_lcl("39"), event=Event.NOTICE, kinds=kinds.DISMISSAL,
        meaning=Meaning.EARLIEST, conditions=frozenset({Condition.FAULT}),
        says=Text("no notice period: the employee is at fault", "劳动者有过错，无须提前通知"),
    ),
    Term(
        rule="cn.lcl40.notice", citation=_lcl("40"), event=Event.NOTICE, kinds=kinds.DISMISSAL, amount=30,
        meaning=Meaning.EARLIEST, conditions=frozenset({Condition.NO_FAULT, Condition.NOT_PAID_IN_LIEU}), extends=True,
        says=Text("30 days' notice in writing by the employer", "用人单位提前30日书面通知"),
    ),
    Term(
        rule="cn.lcl40.in_lieu", citation=_lcl("40"), event=Event.NOTICE, kinds=kinds.DISMISSAL,
        meaning=Meaning.EARLIEST, conditions=frozenset({Condition.NO_FAULT, Condition.PAID_IN_LIEU}),
        says=Text("a month's pay in lieu of notice", "额外支付一个月工资代替通知期"),
    ),
    Term(
        rule="cn.lcl41.explained", citation=_lcl("41"), event=Event.NOTICE, kinds=kinds.REDUNDANCY, amount=30,
        meaning=Meaning.EARLIEST, extends=True,
        says=Text("30 days after it was explained to the union or all staff", "提前30日向工会或全体职工说明情况"),
    ),
    Term(
        rule="cn.lcl44.expiry", citation=_lcl("44"), event=Event.CONTRACT_END, kinds=kinds.CONTRACT_END,
        meaning=Meaning.UNTIL, says=Text("the contract ends when its term expires", "合同期满，劳动合同终止"),
    ),
    Term(
        rule="cn.lcl44.pension", citation=_lcl("44"), event=Event.LAST_DAY, kinds=kinds.RETIREMENT,
        meaning=Meaning.UNTIL, says=Text("the contract ends with the pension", "开始享受基本养老保险待遇，劳动合同终止"),
    ),
    Term(
        rule="cn.lcl44.death", citation=_lcl("44"), event=Event.LAST_DAY, kinds=kinds.DEATH,
        meaning=Meaning.UNTIL, says=Text("the contract ends with the death", "劳动者死亡，劳动合同终止"),
    ),
)  # fmt: skip

_AFTERWARDS = (
    Term(
        rule="cn.wages9.final", settles=Settlement.WAGES,
        citation=_WAGES, event=Event.LAST_DAY, kinds=kinds.LEAVINGS,
        says=Text("all wages are paid at once", "一次付清工资"),
    ),
    Term(
        rule="cn.lcl50.certificate", settles=Settlement.CERTIFICATE,
        citation=_CERTIFICATE, event=Event.LAST_DAY, kinds=kinds.LEAVINGS,
        says=Text("the leaving certificate is issued", "出具解除或终止劳动合同的证明"),
    ),
    Term(
        rule="cn.lcl50.transfers", settles=Settlement.TRANSFERS,
        citation=_lcl("50"), event=Event.LAST_DAY, kinds=kinds.LEAVINGS, amount=15,
        extends=True, says=Text("file and social insurance are transferred", "办理档案和社会保险关系转移手续"),
    ),
    Term(
        rule="cn.lcl50.compensation", settles=Settlement.COMPENSATION,
        citation=_lcl("50"), event=Event.COMPLETION, kinds=kinds.LEAVINGS,
        conditions=frozenset({Condition.COMPENSATION}),
        says=Text("compensation is paid when the work is handed over", "办结工作交接时支付经济补偿"),
    ),
    Term(
        rule="cn.lcl50.copy", citation=_lcl("50"), event=Event.LAST_DAY, kinds=kinds.LEAVINGS, amount=2,
        period=Period.YEARS, meaning=Meaning.UNTIL,
        says=Text("the contract's text is kept for two years", "劳动合同文本至少保存二年备查"),
    ),
    Term(
        rule="cn.lcl24.non_compete", citation=_lcl("23–24"), event=Event.LAST_DAY, kinds=kinds.LEAVINGS, amount=None,
        at_most=24, period=Period.MONTHS, meaning=Meaning.UNTIL, conditions=frozenset({Condition.NON_COMPETE}),
        says=Text("non-compete, two years at most, paid monthly", "竞业限制，不超过二年，按月支付补偿"),
    ),
    Term(
        rule="cn.lcl22.bond", citation=_lcl("22"), event=Event.BOND_END, kinds=kinds.LEAVINGS, meaning=Meaning.UNTIL,
        conditions=frozenset({Condition.BOND}),
        says=Text("service period for paid training", "专项培训服务期"),
    ),
    Term(
        rule="cn.accounting.handover", citation=_ACCOUNTING, event=Event.LAST_DAY, kinds=kinds.ALL,
        conditions=frozenset({Condition.ACCOUNTING}),
        says=Text("accountants hand over under supervision before they go", "会计人员须在监交下办清交接手续"),
    ),
)  # fmt: skip

CN = Law(
    name="CN",
    version="2026-1",
    terms=(*_NOTICES, *_AFTERWARDS),
    bases={
        Settlement.WORK: _lcl("50"),
        Settlement.ASSETS: _lcl("50"),
        Settlement.COMPENSATION: Text(
            "Labour Contract Law, articles 46 and 50: paid when the work is handed over",
            "《劳动合同法》第46条、第50条：在办结工作交接时支付",
        ),
        Settlement.WAGES: _WAGES,
        Settlement.CERTIFICATE: _CERTIFICATE,
        Settlement.TRANSFERS: _lcl("50"),
    },
    compensated=kinds.IMMEDIATE | kinds.MUTUAL | kinds.DISMISSAL | kinds.REDUNDANCY | kinds.CONTRACT_END,
    certificate=tuple(Statement),
    supervised=(
        Supervised(area="finance/accounting", citation=_ACCOUNTING),
        Supervised(area="财务/会计", citation=_ACCOUNTING),
    ),
)
"""The People's Republic of China."""

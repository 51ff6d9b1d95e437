"""Common practice without the law of any country: what a careful company does, to be replaced by its own law."""

from __future__ import annotations

from handover_core.policy.deadlines import Condition, Event, Meaning, Term
from handover_core.policy.presets import kinds
from handover_core.policy.presets.model import Law, Settlement, Statement
from handover_core.texts import Text

_PRACTICE = Text("company practice; the contract or local law may say otherwise", "公司惯例；以合同或当地法律为准")

GENERIC_LAW = Law(
    name="generic",
    version="1",
    terms=(
        Term(
            rule="generic.notice", citation=_PRACTICE, event=Event.NOTICE, kinds=kinds.RESIGNATION, amount=30,
            meaning=Meaning.EARLIEST, conditions=frozenset({Condition.NOT_PROBATION}),
            says=Text("30 days' notice", "提前30日通知"),
        ),
        Term(
            rule="generic.probation", citation=_PRACTICE, event=Event.NOTICE, kinds=kinds.RESIGNATION, amount=7,
            meaning=Meaning.EARLIEST, conditions=frozenset({Condition.PROBATION}),
            says=Text("7 days' notice on probation", "试用期内提前7日通知"),
        ),
        Term(
            rule="generic.final_pay", settles=Settlement.WAGES,
            citation=_PRACTICE, event=Event.LAST_DAY, kinds=kinds.LEAVINGS,
            says=Text("final pay", "结清工资"),
        ),
        Term(
            rule="generic.certificate", settles=Settlement.CERTIFICATE,
            citation=_PRACTICE, event=Event.LAST_DAY, kinds=kinds.LEAVINGS,
            says=Text("certificate of employment", "出具离职证明"),
        ),
        Term(
            rule="generic.transfers", settles=Settlement.TRANSFERS,
            citation=_PRACTICE, event=Event.LAST_DAY, kinds=kinds.LEAVINGS, amount=15,
            extends=True, says=Text("records are transferred to authorities", "办理法定转移手续"),
        ),
    ),
    bases=dict.fromkeys(Settlement, _PRACTICE),
    certificate=(Statement.ENDED_ON, Statement.POSITION, Statement.SERVICE),
)  # fmt: skip
"""No country's law."""

"""Periods of retention: of the PRC, as read in 2026, and without the law of any country.

Whoever relies on them lets counsel confirm them. Only what a law says in so many words is marked as law; every longest
period is a policy, since the Personal Information Protection Law (个人信息保护法, 2021) names no number: article 19 asks
for the shortest period that the purpose needs, article 47 for deletion when the purpose is reached, the period is over,
or the person withdraws consent, unless a law's own period is still running.
"""

from __future__ import annotations

from handover_core.policy.counting import Period
from handover_core.policy.keeping import Basis, Keeping, Schedule, Span
from handover_core.texts import Text

_SHORTEST = Text(
    "company policy, under Personal Information Protection Law, articles 19 and 47",
    "公司制度（依《个人信息保护法》第19条、第47条确定最短必要期限）",
)
_CONTRACT = Text(
    "Labour Contract Law, article 50: the text of an ended contract is kept for two years at least",
    "《劳动合同法》第50条：已解除或终止的劳动合同文本至少保存二年",
)
_WAGES = Text(
    "company policy: leave is a basis of pay records, which the Interim Provisions on Payment of Wages, article 6, has"
    " kept for two years at least",
    "公司制度（休假为工资支付依据；《工资支付暂行规定》第6条要求工资支付记录保存二年以上备查）",
)
_CLAIMS = Text(
    "company policy: a labour dispute may be brought within a year (Labour Dispute Mediation and Arbitration Law,"
    " article 27)",
    "公司制度（《劳动争议调解仲裁法》第27条：仲裁时效期间为一年）",
)
_ARCHIVES = Text(
    "Measures for the Administration of Accounting Archives (2015), article 14 and appendix: vouchers and books thirty"
    " years from the end of the accounting year",
    "《会计档案管理办法》（2015年）第14条及附表：会计凭证、会计账簿自会计年度终了起保管30年",
)
_PRACTICE = Text("company practice; local law may say otherwise", "公司惯例；以当地法律为准")


def _years(amount: int, basis: Basis, citation: Text) -> Span:
    return Span(amount=amount, period=Period.YEARS, basis=basis, citation=citation)


CN_KEEPING = Schedule(
    name="CN",
    version="2026-1",
    keeping=(
        Keeping(
            category="employee_file",
            least=_years(2, Basis.LAW, _CONTRACT),
            most=_years(3, Basis.POLICY, _SHORTEST),
        ),
        Keeping(
            category="absences",
            least=_years(2, Basis.POLICY, _WAGES),
            most=_years(3, Basis.POLICY, _SHORTEST),
        ),
        Keeping(
            category="handovers",
            least=_years(1, Basis.POLICY, _CLAIMS),
            most=_years(3, Basis.POLICY, _SHORTEST),
        ),
        Keeping(
            category="work",
            least=_years(1, Basis.POLICY, _CLAIMS),
            most=_years(3, Basis.POLICY, _SHORTEST),
        ),
        Keeping(
            category="accounting",
            least=_years(30, Basis.LAW, _ARCHIVES),
            most=_years(31, Basis.POLICY, _SHORTEST),
            from_year_end=True,
        ),
    ),
)
"""The People's Republic of China."""

GENERIC_KEEPING = Schedule(
    name="generic",
    version="1",
    keeping=tuple(
        Keeping(
            category=category,
            least=_years(least, Basis.POLICY, _PRACTICE),
            most=_years(most, Basis.POLICY, _PRACTICE),
            from_year_end=category == "accounting",
        )
        for category, least, most in (
            ("employee_file", 2, 3), ("absences", 2, 3), ("handovers", 1, 3), ("work", 1, 3), ("accounting", 10, 11),
        )
    ),
)  # fmt: skip
"""No country's law."""

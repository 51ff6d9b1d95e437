# ruff: noqa: E501 - one declaration a line reads like the table that it is
# fmt: off
"""Sheets of the organization: company, units, positions and what hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from handover_core.texts import Text
from handover_core_import.sheets.column import CellType, Sheet, Value, as_key, escaped
from handover_core_import.sheets.shared import ORDER, REFERENCE, child_key, column, refers, word
from handover_core_import.sheets.words import CRITICALITY, POSITION_STATUS, QUALIFICATION_KIND

ALWAYS = date(1900, 1, 1)
"""From when a position holds that no row gives a day for: since anyone can remember."""

COMPANY = Sheet(
    name="company", label="公司", kind="company", owner=(), aliases=("公司信息", "企业"),
    help=Text("The company itself: one row.", "公司本身，只有一行。"),
    columns=(
        column("name", "公司名称", "Name of the company.", "公司全称。", "名称", required=True, example="示例有限公司"),
        column("time_zone", "时区", "Time zone (IANA name).", "时区（IANA 名称）。", default="Asia/Shanghai", example="Asia/Shanghai"),
        column("languages", "语言", "Languages in use.", "使用的语言。", kind=CellType.LIST, default=("zh-CN", "en"), example="zh-CN; en"),
        column("currency", "币种", "Currency (ISO 4217).", "币种（ISO 4217）。", "货币", kind=CellType.CODE, default="CNY", example="CNY"),
        *REFERENCE,
    ),
)

UNITS = Sheet(
    name="units", label="部门", kind="org_unit", owner=("code",), aliases=("机构", "组织机构", "机构/部门", "departments", "org_units", "部门表"),
    help=Text("Departments and other units.", "部门及其他机构。"),
    columns=(
        column("code", "部门编码", "Unique code.", "唯一编码。", "机构编码", "编码", "部门代码", "部门编号", kind=CellType.CODE, required=True, example="SALES"),
        column("name", "部门名称", "Name.", "名称。", "机构名称", "名称", "部门", required=True, example="销售部"),
        refers("parent", "上级部门", "org_unit", "Code of the unit above.", "上级部门编码。", "上级机构", "上级", "上级部门编码", example=""),
        column("functions", "职能", "What the unit is there for.", "部门职能。", "部门职能", kind=CellType.LIST, default=(), example="客户开发；回款"),
        column("headcount", "编制", "Authorised headcount.", "编制人数。", "编制人数", "定编", kind=CellType.INTEGER, example="12"),
        refers("head", "负责人", "employee", "Number of the employee who leads it.", "负责人工号。", "部门负责人", "负责人工号", example="0007"),
        *REFERENCE,
    ),
)


def _described(values: Mapping[str, Value]) -> str:
    day = values.get("effective_from")
    return f"positions/{escaped(as_key(day))}/"


def _hanging(sheet: str, *fallback: str) -> Callable[[Mapping[str, Value]], str]:
    return lambda values: f"{_described(values)}{sheet}/{escaped(child_key(values, *fallback))}/"


_FROM = column(
    "effective_from", "生效日期", "First day of this description; empty: the only one there is.", "该版岗位说明的生效日；为空表示唯一的一版。",
    "生效日", "开始日期", kind=CellType.DATE, example="2020-01-01",
)
_POSITION = refers("position", "岗位编码", "position", "Code of the position.", "岗位编码。", "岗位", "所属岗位", "岗位代码", required=True, example="S-01")
_KEY = column("key", "编号", "Stays when the words change; empty: the words themselves.", "文字改动时保持不变；为空则用文字本身。", "条目编号", kind=CellType.CODE, example="D1")

POSITIONS = Sheet(
    name="positions", label="岗位", kind="position", owner=("code",), aliases=("岗位表", "岗位说明", "岗位说明书", "职位"), group=_described,
    help=Text(
        "Positions; a further row with another first day is a later description.", "岗位；同一编码另一生效日期的行是其后的一版岗位说明。"
    ),
    columns=(
        column("code", "岗位编码", "Unique code.", "唯一编码。", "编码", "岗位代码", "岗位编号", kind=CellType.CODE, required=True, example="S-01"),
        _FROM,
        column("title", "岗位名称", "Title.", "名称。", "岗位", "职位", "职位名称", "名称", required=True, example="大客户经理"),
        refers("unit", "所属部门", "org_unit", "Code of its unit.", "所属部门编码。", "部门", "部门编码", "机构", "所属机构", example="SALES"),
        column("purpose", "岗位目的", "What it is there for.", "设岗目的。", "岗位职能", "设岗目的", kind=CellType.TEXT),
        refers("reports_to", "汇报对象", "position", "Code of the position it reports to.", "上级岗位编码。", "上级岗位", "直接上级", "汇报岗位", "上级", example="S-00"),
        column("headcount", "编制", "Authorised headcount.", "编制人数。", "编制人数", "定编", kind=CellType.INTEGER, default=1, example="2"),
        column("backups_required", "备份人数", "How many backups it needs.", "需要几名备份（B角）。", "备岗人数", "B角人数", kind=CellType.INTEGER, default=0, example="1"),
        word("status", "状态", POSITION_STATUS, "Whether it can be held.", "是否可任职。", "岗位状态", default="active", example="启用"),
        *REFERENCE,
    ),
)

DUTIES = Sheet(
    name="duties", label="工作职责", kind="position", owner=("position",), main=False, placing=("effective_from",), aliases=("职责", "岗位职责"), group=_hanging("duties", "title"),
    help=Text("Duties of the positions.", "各岗位的工作职责。"),
    columns=(
        _POSITION, _FROM, _KEY,
        column("title", "职责", "The duty.", "职责名称。", "职责名称", "工作职责", required=True, example="维护重点客户"),
        column("description", "说明", "How it is done, in a few words.", "简要说明。", "描述", "职责说明", kind=CellType.TEXT),
        column("unit_function", "对应职能", "The unit's function that it serves.", "所服务的部门职能。", "职能", example="客户开发"),
        word("criticality", "重要程度", CRITICALITY, "How much the company depends on it.", "重要程度。", "关键程度", "重要性", default="routine", example="关键"),
        column("frequency", "频率", "How often.", "频率。", "周期", example="每周"),
        column("share", "工时占比", "Share of working time, 0.3 or 30%.", "工时占比，0.3 或 30%。", "占比", kind=CellType.DECIMAL, example="30%"),
        column("sops", "相关SOP", "Codes of the SOPs to follow.", "相关 SOP 编码。", "sop", "标准流程", kind=CellType.LIST, default=(), attribute="sop_codes", example="SOP-01"),
        column("areas", "知识领域", "Knowledge areas, as paths.", "知识领域（路径）。", "领域", kind=CellType.LIST, default=(), example="sales/key-accounts"),
        ORDER,
    ),
)

AUTHORITIES = Sheet(
    name="authorities", label="权限", kind="position", owner=("position",), main=False, placing=("effective_from",), aliases=("岗位权限",), group=_hanging("authorities", "name"),
    help=Text("Authorities of the positions.", "各岗位的权限。"),
    columns=(
        _POSITION, _FROM, _KEY,
        column("name", "权限", "The authority.", "权限名称。", "权限名称", "权限内容", required=True, example="报价折扣"),
        column("limit", "额度", "Up to how much; empty: no limit.", "额度；为空表示不限。", "权限额度", "限额", kind=CellType.DECIMAL, get=lambda it: it.limit and it.limit.amount, example="50000"),
        column("limit_unit", "单位", "Currency, % or unit of the limit.", "额度的币种、% 或单位。", "额度单位", kind=CellType.CODE, get=lambda it: it.limit and it.limit.unit, example="CNY"),
        column("conditions", "条件", "On which conditions.", "行使条件。", kind=CellType.TEXT),
        column("delegable", "可委托", "May be delegated.", "是否可委托。", "可授权", kind=CellType.BOOLEAN, default=False, example="否"),
        column("interim_limit", "临时额度", "Limit for an interim holder.", "临时接管时的额度。", kind=CellType.DECIMAL, get=lambda it: it.interim_limit and it.interim_limit.amount, example="10000"),
        column("interim_limit_unit", "临时额度单位", "Unit of that limit.", "临时额度的单位。", kind=CellType.CODE, get=lambda it: it.interim_limit and it.interim_limit.unit, example="CNY"),
        ORDER,
    ),
)

QUALIFICATIONS = Sheet(
    name="qualifications", label="任职资格", kind="position", owner=("position",), main=False, placing=("effective_from",), aliases=("岗位任职资格",), group=_hanging("qualifications", "name"),
    help=Text("What the positions ask of their holders.", "各岗位的任职资格。"),
    columns=(
        _POSITION, _FROM, _KEY,
        word("kind", "类型", QUALIFICATION_KIND, "Course, certificate, skill or experience.", "课程、证书、技能或经验。", "资格类型", required=True, example="证书"),
        column("name", "资格名称", "Its name.", "名称。", "名称", "任职资格", required=True, example="驾驶证"),
        column("level", "等级", "Level asked for.", "要求的等级。", "级别", example="C1"),
        column("mandatory", "必备", "Must be held.", "是否必备。", "是否必备", kind=CellType.BOOLEAN, default=True, example="是"),
        column("valid_months", "有效月数", "For how many months it holds.", "有效期（月）。", "有效期月", kind=CellType.INTEGER, example="12"),
        ORDER,
    ),
)

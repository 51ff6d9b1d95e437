# ruff: noqa: E501 - one declaration a line reads like the table that it is
# fmt: off
"""Sheets of the people: employees, what they hold, contracts, assignments, leave."""

from __future__ import annotations

from handover_core.texts import Text
from handover_core_import.sheets.column import CellType, Sheet
from handover_core_import.sheets.shared import ORDER, REFERENCE, column, refers, within, word
from handover_core_import.sheets.words import (
    ABSENCE_KIND,
    CAPACITY,
    CONTRACT_KIND,
    EMPLOYEE_STATUS,
    QUALIFICATION_KIND,
    ROLES,
)

_EMPLOYEE = refers("employee", "工号", "employee", "Number of the employee.", "员工工号。", "员工", "员工工号", "人员", required=True, example="0007")

EMPLOYEES = Sheet(
    name="employees", label="员工", kind="employee", owner=("number",), aliases=("员工表", "花名册", "人员", "员工花名册", "staff", "people"),
    help=Text("People in the company's employ, past ones too.", "在职与离职员工。"),
    columns=(
        column("number", "工号", "Unique number; text, leading zeros count.", "唯一工号；按文本处理，前导零有效。", "员工编号", "员工工号", "employee number", kind=CellType.CODE, required=True, example="0007"),
        column("name", "姓名", "Name.", "姓名。", "员工姓名", "名字", required=True, example="张伟"),
        refers("unit", "所属部门", "org_unit", "Code of the unit.", "所属部门编码。", "部门", "部门编码", "机构", example="SALES"),
        column("hired_on", "入职日期", "First day.", "入职日期。", "入职时间", "入职", kind=CellType.DATE, example="2019-03-01"),
        column("probation_until", "试用期至", "Last day of probation.", "试用期截止日。", "试用期截止", "转正日期", kind=CellType.DATE, example="2019-05-31"),
        word("status", "状态", EMPLOYEE_STATUS, "Where the person stands.", "在职状态。", "员工状态", "在职状态", default="active", example="在职"),
        column("left_on", "离职日期", "First day on which the person is gone.", "离职日期（不再在职的第一天）。", "离职时间", kind=CellType.DATE, example=""),
        column("email", "邮箱", "E-mail.", "电子邮箱。", "电子邮箱", "邮件", "e-mail", example=""),
        column("phone", "电话", "Telephone.", "电话。", "手机", "手机号", "联系电话", kind=CellType.CODE, example=""),
        column("roles", "角色", "Roles in this system.", "在本系统中的角色。", "系统角色", kind=CellType.WORDS, words=ROLES, default=("employee",), get=lambda it: tuple(map(str, it.roles)), example="员工"),
        *REFERENCE,
    ),
)

HELD = Sheet(
    name="held_qualifications", label="持有资格", kind="employee", owner=("employee",), main=False, aliases=("员工资格", "持证情况"),
    group=within("held_qualifications", "kind", "name", "level", "obtained_on"),
    help=Text("Qualifications that people hold.", "员工持有的资格。"),
    columns=(
        _EMPLOYEE,
        word("kind", "类型", QUALIFICATION_KIND, "Course, certificate, skill or experience.", "课程、证书、技能或经验。", "资格类型", required=True, example="证书"),
        column("name", "资格名称", "Its name.", "名称。", "名称", "证书名称", required=True, example="驾驶证"),
        column("level", "等级", "Level.", "等级。", "级别", example="C1"),
        column("obtained_on", "取得日期", "When it was obtained.", "取得日期。", "发证日期", kind=CellType.DATE, example="2018-06-01"),
        column("expires_on", "到期日期", "Last day on which it is valid.", "有效期最后一天。", "有效期至", kind=CellType.DATE, example="2028-05-31"),
        ORDER,
    ),
)

CONTRACTS = Sheet(
    name="contracts", label="劳动合同", kind="labour_contract", owner=("employee", "effective_from"), aliases=("合同", "合同台账"),
    help=Text("Labour contracts.", "劳动合同。"),
    columns=(
        _EMPLOYEE,
        word("kind", "合同类型", CONTRACT_KIND, "Fixed-term, open-ended or for a task.", "固定期限、无固定期限或以完成任务为期限。", "类型", "合同期限类型", required=True, example="固定期限"),
        column("effective_from", "开始日期", "First day.", "起始日。", "合同开始日期", "起始日期", "生效日期", kind=CellType.DATE, required=True, get=lambda it: it.effective.start, example="2019-03-01"),
        column("effective_to", "失效日期", "First day on which it no longer holds.", "失效日期（不再有效的第一天）。", "合同失效日期", kind=CellType.DATE, get=lambda it: it.effective.end, example="2022-03-01"),
        column("probation_until", "试用期至", "Last day of probation.", "试用期截止日。", "试用期截止", kind=CellType.DATE, example=""),
        column("non_compete_months", "竞业限制月数", "Months of non-compete.", "竞业限制月数。", "竞业限制", kind=CellType.INTEGER, example=""),
        column("training_bond", "培训违约金", "Amount of a training bond.", "培训服务期违约金。", kind=CellType.DECIMAL, example=""),
        column("training_bond_currency", "违约金币种", "Its currency.", "违约金币种。", kind=CellType.CODE, example=""),
        column("training_bond_until", "服务期至", "Until when it holds.", "服务期截止日。", kind=CellType.DATE, example=""),
        column("document_title", "文件名称", "The paper's title.", "合同文件名称。", get=lambda it: it.document and it.document.title, example=""),
        column("document_uri", "文件地址", "Where the paper is kept.", "合同文件地址。", get=lambda it: it.document and it.document.uri, example=""),
        column("document_media_type", "文件类型", "Its media type.", "媒体类型。", get=lambda it: it.document and it.document.media_type, example=""),
        column("document_size", "文件大小", "Its size in bytes.", "字节数。", kind=CellType.INTEGER, get=lambda it: it.document and it.document.size, example=""),
        column("document_sha256", "文件SHA256", "Its SHA-256.", "SHA-256 摘要。", get=lambda it: it.document and it.document.sha256, example=""),
        *REFERENCE,
    ),
)

ASSIGNMENTS = Sheet(
    name="assignments", label="任职", kind="assignment", owner=("employee", "position", "capacity", "effective_from"), aliases=("任职表", "任职情况", "人员任职"),
    help=Text("Who holds which position, in which capacity, from when to when.", "何人以何身份任何岗位，自何时至何时。"),
    columns=(
        _EMPLOYEE,
        refers("position", "岗位编码", "position", "Code of the position.", "岗位编码。", "岗位", "岗位代码", required=True, example="S-01"),
        word("capacity", "任职身份", CAPACITY, "Incumbent, backup, acting, interim custodian or trainee.", "A角、B角、代理、临时接管或见习。", "身份", "角色", "AB角", default="incumbent", example="A角"),
        column("effective_from", "生效日期", "First day.", "任职第一天。", "任职日期", "开始日期", "起始日期", kind=CellType.DATE, required=True, get=lambda it: it.effective.start, example="2020-01-01"),
        column("effective_to", "失效日期", "First day on which it no longer holds.", "失效日期（不再任职的第一天）。", "免职日期", kind=CellType.DATE, get=lambda it: it.effective.end, example=""),
        refers("signed_off_by", "上岗确认人", "employee", "Number of who confirmed it.", "确认人工号。", "签字人", get=lambda it: it.sign_off and it.sign_off.by_id, example=""),
        column("signed_off_on", "上岗确认日期", "When it was confirmed.", "确认日期。", "签字日期", kind=CellType.DATE, get=lambda it: it.sign_off and it.sign_off.on, example=""),
        *REFERENCE,
    ),
)

ABSENCES = Sheet(
    name="absences", label="休假", kind="absence", owner=("employee", "kind", "effective_from"), aliases=("请假", "休假表", "请假记录", "leave"),
    help=Text("Booked leave.", "已批准的休假。"),
    columns=(
        _EMPLOYEE,
        word("kind", "休假类型", ABSENCE_KIND, "What kind of leave; other words are as good.", "休假类型；可使用其他词。", "类型", "请假类型", default="annual_leave", example="年休假"),
        column("effective_from", "开始日期", "First day of leave.", "休假第一天。", "起始日期", kind=CellType.DATE, required=True, get=lambda it: it.effective.start, example="2026-03-04"),
        column("effective_to", "返岗日期", "First day back at work.", "返岗第一天。", "失效日期", kind=CellType.DATE, get=lambda it: it.effective.end, example="2026-03-06"),
        column("note", "备注", "A note.", "备注。", "说明", default="", example=""),
        *REFERENCE,
    ),
)

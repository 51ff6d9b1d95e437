# ruff: noqa: E501 - one declaration a line reads like the table that it is
# fmt: off
"""Sheets of the records: projects, work records, documents; and the declaration of custom fields."""

from __future__ import annotations

from handover_core.texts import Text
from handover_core_import.sheets.column import CellType, Sheet
from handover_core_import.sheets.shared import ORDER, REFERENCE, SOURCE, column, refers, within, word
from handover_core_import.sheets.words import FIELD_TYPE, KIND, PRIORITY, PROJECT_STATUS, RECORD_KIND, RECORD_STATUS

PROJECTS = Sheet(
    name="projects", label="项目", kind="project", owner=("code",), aliases=("项目表", "项目清单"),
    help=Text("Projects.", "项目。"),
    columns=(
        column("code", "项目编码", "Unique code.", "唯一编码。", "编码", "项目编号", kind=CellType.CODE, required=True, example="P-01"),
        column("name", "项目名称", "Name.", "名称。", "名称", required=True, example="官网改版"),
        word("status", "状态", PROJECT_STATUS, "Where it stands.", "状态。", "项目状态", default="active", example="进行中"),
        *REFERENCE,
    ),
)

PROJECT_MEMBERS = Sheet(
    name="project_members", label="项目成员", kind="project", owner=("project",), main=False, group=within("project_members", "employee", "part", "effective_from"),
    help=Text("Who takes part in which project.", "何人参与哪个项目。"),
    columns=(
        refers("project", "项目编码", "project", "Code of the project.", "项目编码。", "项目", "项目编号", required=True, example="P-01"),
        refers("employee", "工号", "employee", "Number of the employee.", "员工工号。", "员工", "成员", required=True, example="0007"),
        column("part", "担任", "The person's part in it.", "在项目中的分工。", "分工", "角色", required=True, example="项目经理"),
        column("effective_from", "开始日期", "First day.", "第一天。", "加入日期", "生效日期", kind=CellType.DATE, required=True, get=lambda it: it.effective.start, example="2024-01-01"),
        column("effective_to", "失效日期", "First day on which it no longer holds.", "失效日期（不再参与的第一天）。", "退出日期", kind=CellType.DATE, get=lambda it: it.effective.end, example=""),
        ORDER,
    ),
)

RECORDS = Sheet(
    name="records", label="工作记录", kind="work_record", owner=("source", "external_id"), aliases=("记录", "工作记录表", "work_records", "工作日志"),
    help=Text("What people did and what is still open.", "做过的和未完成的工作。"),
    columns=(
        column("external_id", "编号", "The record's own id.", "记录编号。", "记录编号", "来源编号", kind=CellType.CODE, required=True, example="T-001"),
        word("kind", "类型", RECORD_KIND, "What kind of work; other words are as good.", "工作类型；可使用其他词。", "记录类型", required=True, example="任务"),
        column("title", "标题", "In one line.", "一行标题。", "事项", "主题", "工作内容", required=True, example="签署年度合同"),
        column("body", "内容", "The details.", "详细内容。", "详情", "描述", "备注", kind=CellType.TEXT),
        refers("owner", "负责人", "employee", "Number of who it is with now.", "现负责人工号。", "负责人工号", "工号", required=True, example="0007"),
        refers("author", "创建人", "employee", "Number of who did or wrote it; empty: the owner.", "创建人工号；为空则为负责人。", "作者", "创建人工号", example=""),
        refers("position", "岗位编码", "position", "Code of the position it belongs to.", "所属岗位编码。", "岗位", example=""),
        refers("project", "项目编码", "project", "Code of the project it belongs to.", "所属项目编码。", "项目", example=""),
        word("status", "状态", RECORD_STATUS, "Where it stands.", "状态。", default="open", example="进行中"),
        column("opened_on", "开始日期", "When it began.", "开始日期。", "创建日期", "登记日期", kind=CellType.DATE, required=True, example="2024-01-05"),
        column("due_on", "截止日期", "When it is due.", "截止日期。", "到期日期", kind=CellType.DATE, example=""),
        column("closed_on", "完成日期", "When it was closed.", "完成日期。", "结束日期", "关闭日期", kind=CellType.DATE, example=""),
        word("priority", "优先级", PRIORITY, "How urgent.", "紧急程度。", "紧急程度", default="normal", example="中"),
        column("counterparty", "对方", "The customer or other party.", "客户或其他对方。", "客户", "往来单位", example="ACME"),
        refers("run", "执行编号", "sop_run", "Id of the execution it belongs to.", "所属流程执行编号。", "流程执行", example=""),
        column("area", "知识领域", "Knowledge area, as a path.", "知识领域（路径）。", "领域", example="sales/key-accounts/acme"),
        SOURCE,
    ),
)

DOCUMENTS = Sheet(
    name="documents", label="文件", kind="work_record", owner=("source", "record"), main=False, aliases=("附件", "记录文件"),
    group=within("documents", "uri", "title"),
    help=Text("Documents of the work records.", "工作记录的文件。"),
    columns=(
        refers("record", "记录编号", "work_record", "Id of the record.", "工作记录编号。", "编号", required=True, example="T-001"),
        column("title", "文件名称", "Title.", "名称。", "名称", "标题", required=True, example="合同.pdf"),
        column("uri", "文件地址", "Where it is kept.", "存放地址。", "地址", "链接", "路径", required=True, example=""),
        column("media_type", "文件类型", "Media type.", "媒体类型。", example=""),
        column("size", "文件大小", "Bytes.", "字节数。", kind=CellType.INTEGER, example=""),
        column("sha256", "SHA256", "SHA-256.", "SHA-256 摘要。", example=""),
        refers("by", "添加人", "employee", "Number of who put it there; empty: the record's author.", "添加人工号；为空则为记录的创建人。", "添加人工号", example=""),
        ORDER, SOURCE,
    ),
)

CUSTOM_FIELDS = Sheet(
    name="custom_fields", label="自定义字段", kind="custom_field", owner=("kind", "name"), aliases=("扩展字段",),
    help=Text("Fields of your own; afterwards a column with this name or label fills them.", "自定义字段；之后与其名称或标签同名的列即为该字段。"),
    columns=(
        word("kind", "所属表", KIND, "The sheet that gets the field.", "字段所属的表。", "表", required=True, example="员工"),
        column("name", "字段名", "Stored name.", "存储名称。", "名称", kind=CellType.CODE, required=True, example="badge"),
        word("type", "类型", FIELD_TYPE, "What it holds.", "类型。", "字段类型", default="text", example="文本"),
        column("label_en", "英文标签", "English label.", "英文标签。", example="badge"),
        column("label_zh", "中文标签", "Chinese label.", "中文标签。", "标签", example="门禁卡号"),
        column("personal", "个人信息", "Tells about a person.", "是否个人信息。", kind=CellType.BOOLEAN, default=False, example="否"),
        column("searchable", "可搜索", "Answers searches.", "是否可搜索。", kind=CellType.BOOLEAN, default=False, example="是"),
        *REFERENCE,
    ),
)

# ruff: noqa: E501 - one declaration a line reads like the table that it is
# fmt: off
"""Sheets of the procedures: SOPs, their steps, runs, acknowledgements."""

from __future__ import annotations

from attrs import evolve

from handover_core.texts import Text
from handover_core_import.sheets.column import CellType, Sheet
from handover_core_import.sheets.shared import ORDER, REFERENCE, SOURCE, column, refers, within, word
from handover_core_import.sheets.words import REVISION, RUN_STATE, SOP_STATE, STEP_STATE

_SOP = refers("sop", "SOP编码", "sop", "Code of the SOP.", "SOP 编码。", "SOP", "流程编码", "流程", required=True, example="SOP-01")
_VERSION = column("version", "版本", "Number of the version; empty: the only or current one.", "版本号；为空表示唯一或现行版本。", "版本号", kind=CellType.INTEGER, example="1")
_PINNED = evolve(_VERSION, to="sop_version", attribute="version_id")

SOPS = Sheet(
    name="sops", label="SOP", kind="sop", owner=("code",), aliases=("标准流程", "SOP清单", "标准作业流程", "流程", "procedures"),
    help=Text(
        "Standard operating procedures; one that is published already gets a new version when its steps change.",
        "标准作业流程；已发布的 SOP 步骤有变化时生成新版本。",
    ),
    columns=(
        column("code", "SOP编码", "Unique code.", "唯一编码。", "编码", "流程编码", "编号", kind=CellType.CODE, required=True, example="SOP-01"),
        column("title", "SOP名称", "Title.", "名称。", "名称", "流程名称", "标题", required=True, example="客户跟进"),
        refers("owner_position", "负责岗位", "position", "Code of the position that owns it.", "负责岗位编码。", "归口岗位", "责任岗位", required=True, example="S-01"),
        _VERSION,
        word("state", "状态", SOP_STATE, "State of the version.", "版本状态。", "版本状态", default="published", example="已发布"),
        word("revision", "修订类型", REVISION, "Whether readers must read it again.", "是否需重新阅读。", "修订", default="major", example="重大修订"),
        refers("author", "编写人", "employee", "Number of the author.", "编写人工号。", "作者", "起草人", example="0007"),
        refers("approver", "审批人", "employee", "Number of the approver.", "审批人工号。", "批准人", example=""),
        column("published_on", "发布日期", "When it was published.", "发布日期。", "生效日期", kind=CellType.DATE, example="2023-01-01"),
        column("review_by", "复审日期", "When it falls due for review.", "复审到期日。", "复审期限", kind=CellType.DATE, example="2024-01-01"),
        column("change_note", "修订说明", "What changed.", "修订说明。", "变更说明", kind=CellType.TEXT),
        *REFERENCE,
    ),
)

SOP_STEPS = Sheet(
    name="sop_steps", label="SOP步骤", kind="sop", owner=("sop",), main=False, aliases=("流程步骤", "步骤"),
    help=Text(
        "Stages and steps of the SOPs; a row with a stage and no instructions is an empty stage.",
        "SOP 的阶段与步骤；只有阶段、没有步骤内容的行表示空阶段。",
    ),
    columns=(
        _SOP, _VERSION,
        column("stage_no", "阶段序号", "Number of the stage.", "阶段序号。", "阶段号", kind=CellType.INTEGER, rank=True, example="1"),
        column("stage", "阶段", "Name of the stage.", "阶段名称。", "阶段名称", kind=CellType.TEXT, example="客户挖掘"),
        column("step_no", "步骤序号", "Number of the step in its stage.", "阶段内步骤序号。", "步骤号", "序号", kind=CellType.INTEGER, rank=True, example="1"),
        column("key", "步骤编号", "Stays when the words change; empty: stage.step.", "文字改动时保持不变；为空则为 阶段.步骤。", "编号", kind=CellType.CODE, example="1.1"),
        column("instructions", "步骤内容", "What is to be done.", "要做什么。", "步骤", "内容", "操作说明", kind=CellType.TEXT, example="收集潜在客户名单"),
        refers("position", "责任岗位", "position", "Code of the responsible position; empty: the run's owner.", "责任岗位编码；为空则为执行负责人。", "岗位", "岗位编码", example=""),
        column("required_documents", "所需文件", "Documents that must be there.", "所需文件。", kind=CellType.LIST, default=(), example="客户名单"),
        column("authority", "所需权限", "Key of the authority it needs.", "所需权限编号。", kind=CellType.CODE, example=""),
        column("duration_days", "工期天数", "Expected duration in days.", "预计天数。", "工期", kind=CellType.DECIMAL, example="2"),
        column("mandatory", "必做", "Must be done.", "是否必做。", "是否必做", kind=CellType.BOOLEAN, default=True, example="是"),
        refers("waived_by", "豁免岗位", "position", "Code of the position that may waive it.", "可豁免的岗位编码。", attribute="waived_by_position_id", example=""),
    ),
)

RUNS = Sheet(
    name="runs", label="流程执行", kind="sop_run", owner=("source", "external_id"), aliases=("执行记录", "SOP执行"),
    help=Text("Executions of SOPs.", "SOP 的执行。"),
    columns=(
        column("external_id", "编号", "The execution's own id.", "执行编号。", "执行编号", "来源编号", kind=CellType.CODE, required=True, example="R-001"),
        _SOP, _PINNED,
        column("subject", "对象", "The customer, claim or project it is for.", "客户、报销单或项目。", "执行对象", "事项", required=True, example="ACME"),
        refers("owner", "负责人", "employee", "Number of who runs it.", "负责人工号。", "负责人工号", required=True, example="0007"),
        word("state", "状态", RUN_STATE, "Where it stands.", "状态。", default="running", example="进行中"),
        column("amount", "金额", "Amount that authorities are checked against.", "用于核对权限的金额。", kind=CellType.DECIMAL, example=""),
        column("currency", "币种", "Its currency.", "币种。", kind=CellType.CODE, example=""),
        column("started_on", "开始日期", "First day.", "开始日期。", kind=CellType.DATE, required=True, example="2024-01-05"),
        column("closed_on", "结束日期", "Day on which it was closed.", "结束日期。", "完成日期", kind=CellType.DATE, example=""),
        SOURCE,
    ),
)

_RUN = refers("run", "执行编号", "sop_run", "Id of the execution.", "执行编号。", "编号", "流程执行", required=True, example="R-001")

RUN_STEPS = Sheet(
    name="run_steps", label="执行步骤", kind="sop_run", owner=("source", "run"), main=False, group=within("run_steps", "step"),
    help=Text("Steps of executions that were closed.", "已关闭的执行步骤。"),
    columns=(
        _RUN,
        column("step", "步骤编号", "Key of the step.", "步骤编号。", "步骤", kind=CellType.CODE, required=True, example="1.1"),
        word("state", "状态", STEP_STATE, "Done, waived or deviated.", "完成、豁免或偏离。", default="done", example="已完成"),
        refers("by", "执行人", "employee", "Number of who closed it.", "执行人工号。", "执行人工号", required=True, example="0007"),
        column("at", "时间", "When.", "时间。", "完成时间", kind=CellType.INSTANT, required=True, example="2024-01-05T10:00:00+08:00"),
        column("reason", "原因", "Why, where it was waived.", "豁免原因。", kind=CellType.TEXT),
        column("deviation_rule", "偏离规则", "The rule it deviated from.", "偏离的规则。", kind=CellType.CODE, get=lambda it: it.deviation and it.deviation.rule, example=""),
        column("deviation_reason", "偏离原因", "Why it deviated.", "偏离原因。", kind=CellType.TEXT, get=lambda it: it.deviation and it.deviation.reason),
        refers("deviation_approver", "偏离审批人", "employee", "Number of who answered for it.", "偏离审批人工号。", get=lambda it: it.deviation and it.deviation.approver_id, example=""),
        ORDER, SOURCE,
    ),
)

RUN_DOCUMENTS = Sheet(
    name="run_documents", label="执行文件", kind="sop_run", owner=("source", "run"), main=False, placing=("step",),
    group=lambda values: within("run_steps", "step")(values) + within("run_documents", "uri", "title")(values),
    help=Text("Documents attached to closed steps.", "执行步骤所附文件。"),
    columns=(
        _RUN,
        column("step", "步骤编号", "Key of the step.", "步骤编号。", "步骤", kind=CellType.CODE, required=True, example="1.1"),
        column("title", "文件名称", "Title.", "名称。", "名称", "标题", required=True, example="客户名单"),
        column("uri", "文件地址", "Where it is kept.", "存放地址。", "地址", "链接", "路径", required=True, example=""),
        column("media_type", "文件类型", "Media type.", "媒体类型。", example=""),
        column("size", "文件大小", "Bytes.", "字节数。", kind=CellType.INTEGER, example=""),
        column("sha256", "SHA256", "SHA-256.", "SHA-256 摘要。", example=""),
        ORDER, SOURCE,
    ),
)

ACKNOWLEDGEMENTS = Sheet(
    name="acknowledgements", label="阅读确认", kind="acknowledgement", owner=("employee", "sop", "version"), aliases=("阅读记录", "SOP阅读"),
    help=Text("Who has read which SOP.", "何人已阅读哪份 SOP。"),
    columns=(
        refers("employee", "工号", "employee", "Number of the employee.", "员工工号。", "员工", "员工工号", required=True, example="0007"),
        _SOP, _PINNED,
        column("read_on", "阅读日期", "When.", "阅读日期。", "确认日期", kind=CellType.DATE, required=True, example="2023-01-15"),
        *REFERENCE,
    ),
)

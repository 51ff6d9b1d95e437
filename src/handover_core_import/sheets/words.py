"""The closed and open sets of words, in both languages, with the spellings that real files use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from handover_core.actor import ROLE_LABELS, Role
from handover_core.organization.model import (
    ABSENCE_LABELS,
    Capacity,
    ContractKind,
    EmployeeStatus,
    PositionStatus,
    QualificationKind,
)
from handover_core.policy import Criticality
from handover_core.procedures.model import Revision, RunState, SopState, StepState
from handover_core.records.model import RECORD_KIND_LABELS, Priority, ProjectStatus, RecordStatus
from handover_core.storage import FieldType
from handover_core.texts import Text
from handover_core_import.sheets.column import Words


def _set(type_: type[StrEnum], labels: Mapping[str, tuple[str, str]], **aliases: str) -> Words:
    spellings = {spelling: word for word, all_of in aliases.items() for spelling in all_of.split()}
    return Words({word: Text(en, zh) for word, (en, zh) in labels.items()}, spellings, type=type_)


CRITICALITY = _set(
    Criticality,
    {"critical": ("critical", "关键"), "important": ("important", "重要"), "routine": ("routine", "一般")},
    critical="核心 高 high", important="中 medium", routine="日常 常规 普通 低 low",
)  # fmt: skip
POSITION_STATUS = _set(
    PositionStatus,
    {
        "draft": ("draft", "拟设"),
        "active": ("active", "启用"),
        "frozen": ("frozen", "冻结"),
        "abolished": ("abolished", "撤销"),
    },
    draft="草稿", active="有效 在用 正常", frozen="暂停", abolished="已撤销 停用 closed",
)  # fmt: skip
EMPLOYEE_STATUS = _set(
    EmployeeStatus,
    {
        "active": ("active", "在职"),
        "leaving": ("leaving", "离职中"),
        "left": ("left", "离职"),
        "on_long_leave": ("on long leave", "长期休假"),
    },
    active="在岗 正式 试用 试用期", leaving="待离职 办理离职", left="已离职", on_long_leave="长假 停薪留职 产假",
)  # fmt: skip
CAPACITY = _set(
    Capacity,
    {
        "incumbent": ("incumbent", "A角"),
        "backup": ("backup", "B角"),
        "acting": ("acting", "代理"),
        "interim_custodian": ("interim custodian", "临时接管"),
        "trainee": ("trainee", "见习"),
    },
    incumbent="A 在任 任职 主岗", backup="B 备岗 后备", acting="代职", interim_custodian="custodian 临时", trainee="实习 学员",
)  # fmt: skip
QUALIFICATION_KIND = _set(
    QualificationKind,
    {
        "course": ("course", "课程"),
        "certificate": ("certificate", "证书"),
        "skill": ("skill", "技能"),
        "experience": ("experience", "经验"),
    },
    course="培训", certificate="资格证 执照", skill="能力", experience="经历",
)  # fmt: skip
CONTRACT_KIND = _set(
    ContractKind,
    {
        "fixed_term": ("fixed term", "固定期限"),
        "open_ended": ("open-ended", "无固定期限"),
        "task": ("task", "以完成一定工作任务为期限"),
    },
    fixed_term="固定期", open_ended="无固定期 长期", task="任务 项目制",
)  # fmt: skip
SOP_STATE = _set(
    SopState,
    {
        "draft": ("draft", "草稿"),
        "in_review": ("in review", "评审中"),
        "published": ("published", "已发布"),
        "superseded": ("superseded", "已被取代"),
        "retired": ("retired", "已废止"),
    },
    draft="起草", in_review="审核中", published="发布 生效 有效 现行", superseded="旧版", retired="废止 作废",
)  # fmt: skip
REVISION = _set(
    Revision, {"major": ("major", "重大修订"), "minor": ("minor", "小修订")}, major="大改 重大", minor="小改 轻微"
)
RUN_STATE = _set(
    RunState,
    {"running": ("running", "进行中"), "done": ("done", "已完成"), "cancelled": ("cancelled", "已取消")},
    running="执行中", done="完成 结束", cancelled="取消 canceled",
)  # fmt: skip
STEP_STATE = _set(
    StepState,
    {"done": ("done", "已完成"), "waived": ("waived", "已豁免"), "deviated": ("deviated", "偏离")},
    done="完成", waived="豁免 免做", deviated="例外",
)  # fmt: skip
RECORD_STATUS = _set(
    RecordStatus,
    {
        "open": ("open", "进行中"),
        "waiting": ("waiting", "等待中"),
        "done": ("done", "已完成"),
        "cancelled": ("cancelled", "已取消"),
    },
    open="未完成 处理中 待办 未结", waiting="等待 挂起", done="完成 已结 结束 关闭 closed", cancelled="取消 canceled",
)  # fmt: skip
PRIORITY = _set(
    Priority,
    {"high": ("high", "高"), "normal": ("normal", "中"), "low": ("low", "低")},
    high="紧急 urgent", normal="普通 一般 medium", low="不急",
)  # fmt: skip
PROJECT_STATUS = _set(
    ProjectStatus,
    {"planned": ("planned", "计划中"), "active": ("active", "进行中"), "closed": ("closed", "已关闭")},
    planned="未开始 筹备", active="在建 执行中", closed="关闭 已结项 结项 完成",
)  # fmt: skip
ROLES = Words(
    {str(role): label for role, label in ROLE_LABELS.items()},
    {"人力资源": "hr", "老板": "owner", "主管": "manager"},
    type=Role,
)
RECORD_KIND = Words(
    RECORD_KIND_LABELS,
    {
        "待办": "task",
        "客户跟进": "customer",
        "订单跟进": "order",
        "文档": "document",
        "账号": "credential",
        "密码": "credential",
    },
    open=True,
)
ABSENCE_KIND = Words(
    ABSENCE_LABELS,
    {"年假": "annual_leave", "vacation": "annual_leave", "病休": "sick_leave", "产假": "parental_leave"},
    open=True,
)
FIELD_TYPE = _set(
    FieldType,
    {
        FieldType.TEXT.value: ("text", "文本"),
        FieldType.INTEGER.value: ("integer", "整数"),
        FieldType.DECIMAL.value: ("decimal", "小数"),
        FieldType.DATE.value: ("date", "日期"),
        FieldType.INSTANT.value: ("instant", "时间"),
        FieldType.BOOLEAN.value: ("boolean", "是否"),
    },
    text="字符 文字", integer="number 数字", decimal="金额", date="day", instant="datetime", boolean="bool 布尔",
)  # fmt: skip
KIND = Words(
    {word: Text(en, zh) for word, (en, zh) in {
        "company": ("company", "公司"),
        "org_unit": ("units", "部门"),
        "position": ("positions", "岗位"),
        "employee": ("employees", "员工"),
        "labour_contract": ("contracts", "劳动合同"),
        "assignment": ("assignments", "任职"),
        "absence": ("absences", "休假"),
        "sop": ("sops", "SOP"),
        "sop_run": ("runs", "流程执行"),
        "acknowledgement": ("acknowledgements", "阅读确认"),
        "project": ("projects", "项目"),
        "work_record": ("records", "工作记录"),
    }.items()},
    {"unit": "org_unit", "机构": "org_unit", "contract": "labour_contract", "合同": "labour_contract", "标准流程": "sop",
     "run": "sop_run", "执行": "sop_run", "record": "work_record", "记录": "work_record"},
)  # fmt: skip

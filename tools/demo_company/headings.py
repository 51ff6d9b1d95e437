"""The sheets' columns with their Chinese headings, and the Chinese labels of the words that stand in them."""

from __future__ import annotations

_HEADINGS = """
company: name=公司名称 time_zone=时区 languages=语言 currency=币种
units: code=部门编码 name=部门名称 parent=上级部门 functions=职能 headcount=编制 head=负责人
positions: code=岗位编码 effective_from=生效日期 title=岗位名称 unit=所属部门 purpose=岗位目的 reports_to=汇报对象
 headcount=编制 backups_required=备份人数 status=状态
duties: position=岗位编码 effective_from=生效日期 key=编号 title=职责 description=说明 unit_function=对应职能
 criticality=重要程度 frequency=频率 share=工时占比 sops=相关SOP areas=知识领域
authorities: position=岗位编码 effective_from=生效日期 key=编号 name=权限 limit=额度 limit_unit=单位 conditions=条件
 delegable=可委托 interim_limit=临时额度 interim_limit_unit=临时额度单位
qualifications: position=岗位编码 effective_from=生效日期 key=编号 kind=类型 name=资格名称 level=等级 mandatory=必备
 valid_months=有效月数
employees: number=工号 name=姓名 unit=所属部门 hired_on=入职日期 probation_until=试用期至 status=状态 left_on=离职日期
 email=邮箱 phone=电话 roles=角色
held_qualifications: employee=工号 kind=类型 name=资格名称 level=等级 obtained_on=取得日期 expires_on=到期日期
contracts: employee=工号 kind=合同类型 effective_from=开始日期 effective_to=失效日期 probation_until=试用期至
 non_compete_months=竞业限制月数 training_bond=培训违约金 training_bond_currency=违约金币种 training_bond_until=服务期至
 document_title=文件名称 document_uri=文件地址 document_media_type=文件类型
assignments: employee=工号 position=岗位编码 capacity=任职身份 effective_from=生效日期 effective_to=失效日期
 signed_off_by=上岗确认人 signed_off_on=上岗确认日期
sops: code=SOP编码 title=SOP名称 owner_position=负责岗位 version=版本 state=状态 revision=修订类型 author=编写人
 approver=审批人 published_on=发布日期 review_by=复审日期 change_note=修订说明
sop_steps: sop=SOP编码 version=版本 stage_no=阶段序号 stage=阶段 step_no=步骤序号 key=步骤编号 instructions=步骤内容
 position=责任岗位 required_documents=所需文件 authority=所需权限 duration_days=工期天数 mandatory=必做 waived_by=豁免岗位
runs: external_id=编号 sop=SOP编码 version=版本 subject=对象 owner=负责人 state=状态 amount=金额 currency=币种
 started_on=开始日期 closed_on=结束日期
run_steps: run=执行编号 step=步骤编号 state=状态 by=执行人 at=时间 reason=原因 deviation_rule=偏离规则
 deviation_reason=偏离原因 deviation_approver=偏离审批人
run_documents: run=执行编号 step=步骤编号 title=文件名称 uri=文件地址 media_type=文件类型
acknowledgements: employee=工号 sop=SOP编码 version=版本 read_on=阅读日期
projects: code=项目编码 name=项目名称 status=状态
project_members: project=项目编码 employee=工号 part=担任 effective_from=开始日期 effective_to=失效日期
records: external_id=编号 kind=类型 title=标题 body=内容 owner=负责人 author=创建人 position=岗位编码 project=项目编码
 status=状态 opened_on=开始日期 due_on=截止日期 closed_on=完成日期 priority=优先级 counterparty=对方 run=执行编号 area=知识领域
documents: record=记录编号 title=文件名称 uri=文件地址 media_type=文件类型
"""

_WORDS = """
positions.status: active=启用
duties.criticality: critical=关键 important=重要 routine=一般
qualifications.kind: course=课程 certificate=证书 skill=技能 experience=经验
held_qualifications.kind: course=课程 certificate=证书 skill=技能 experience=经验
employees.status: active=在职 left=离职
employees.roles: employee=员工 manager=经理 hr=人事 approver=审批人 owner=公司负责人
contracts.kind: fixed_term=固定期限 open_ended=无固定期限 task=以完成一定工作任务为期限
assignments.capacity: incumbent=A角 backup=B角 acting=代理 interim_custodian=临时接管 trainee=见习
sops.state: draft=草稿 in_review=评审中 published=已发布 superseded=已被取代
sops.revision: major=重大修订 minor=小修订
runs.state: running=进行中 done=已完成
run_steps.state: done=已完成 waived=已豁免 deviated=偏离
projects.status: planned=计划中 active=进行中 closed=已关闭
records.status: open=进行中 waiting=等待中 done=已完成 cancelled=已取消
records.priority: high=高 normal=中 low=低
records.kind: task=任务 deliverable=交付物 customer=客户 order=订单 communication=沟通 decision=决定 document=文件
 contract=合同 credential=账号凭证 asset=资产 issue=问题
"""


def _read(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in text.strip().replace("\n ", " ").splitlines():
        name, _, entries = line.partition(":")
        found[name] = dict(entry.split("=") for entry in entries.split())
    return found


HEADINGS = _read(_HEADINGS)
"""By sheet, the stored name of each column and its Chinese heading."""

WORDS = _read(_WORDS)
"""By ``sheet.column``, each stored word and its Chinese label."""

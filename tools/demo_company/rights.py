"""Authorities and qualifications of the positions."""
# ruff: noqa: E501 - a row of a table is one line

# row of the position | key | limit | unit | interim limit | delegable | name in Chinese and English | conditions in Chinese and English
AUTHORITIES = """
M-01 | contract | | | | no | 签署重大合同 | Sign major contracts | 100 万元以上须经股东会通报 | Above 1,000,000 CNY the shareholders are informed
M-01 | payment | | | | no | 付款审批 | Approve payments | |
M-02 | project | 300000 | CNY | 100000 | yes | 项目立项审批 | Approve projects | 预算内项目 | Projects within the budget
M-02 | expense | 50000 | CNY | 20000 | yes | 费用报销审批 | Approve expense claims | |
M-02 | personnel | | | | no | 人事审批 | Approve personnel matters | 主管及以上岗位须报总经理 | Supervisors and above go to the general manager
S-01 | contract | 800000 | CNY | 300000 | yes | 签署销售合同 | Sign sales contracts | 已通过合同评审 | After the contract review
S-01 | discount | 20 | % | 10 | no | 折扣审批 | Approve discounts | 毛利不低于 18% | Margin of at least 18 %
S-01 | expense | 20000 | CNY | 5000 | yes | 费用报销审批 | Approve expense claims | 本部门费用 | Own department
S-02/1 | discount | 8 | % | 3 | no | 折扣审批 | Approve discounts | 大客户订单 | Key accounts' orders
S-02/2 | discount | 12 | % | 5 | no | 折扣审批 | Approve discounts | 仅限三家战略客户及已备案大客户 | Only for the three strategic and the registered key accounts
S-02/2 | special | 300000 | CNY | 100000 | no | 特价合同审批 | Approve special-price contracts | 毛利不低于 22%，且当月特价额度未用完 | Margin of at least 22 % and the month's quota not used up
S-02/2 | rebate | 200000 | CNY | 50000 | no | 年度返利兑现 | Release yearly rebates | 返利口径须与框架协议附件一致 | By the annex of the framework agreement
S-02/2 | credit | 60 | days | 30 | no | 延长账期 | Extend payment terms | 客户无 90 天以上逾期 | Nothing overdue beyond 90 days
S-02/2 | entertain | 5000 | CNY | 2000 | yes | 客户招待费 | Customer entertainment | 单次，事前登记 | For one occasion, registered beforehand
S-04 | discount | 8 | % | 4 | no | 折扣审批 | Approve discounts | 本区域订单 | Orders of the region
S-04 | expense | 5000 | CNY | 2000 | yes | 费用报销审批 | Approve expense claims | |
S-06 | review | 500000 | CNY | 200000 | no | 合同评审放行 | Release contracts after review | 标准合同文本 | Standard contract text
S-07 | tender | 1000000 | CNY | 300000 | no | 提交投标报价 | Submit bids | 报价已经总监书面确认 | Price confirmed by the director in writing
T-01 | solution | | | | no | 非标方案批准 | Approve non-standard solutions | |
T-01 | claim | 100000 | CNY | 30000 | no | 质量赔付审批 | Approve quality claims | |
T-04 | dispatch | | | | yes | 现场服务派工 | Assign field service | |
T-04 | permit | | | | no | 危险作业许可 | Permit dangerous work | 持有效作业证，且现场有监护人 | Valid certificate and an attendant on site
T-04 | repair | 30000 | CNY | 10000 | no | 现场紧急维修支出 | Emergency repair spending on site | 产线停机情况下 | When a line is down
T-06 | overtime | 40 | hours | 20 | yes | 安排加班 | Order overtime | 每月每人 | Per person and month
O-01 | payment | 200000 | CNY | 50000 | yes | 付款审批 | Approve payments | 月度资金计划内 | Within the month's cash plan
O-02 | purchase | 100000 | CNY | 30000 | no | 采购订单审批 | Approve purchase orders | 合格供应商目录内 | Approved suppliers only
O-07 | check | | | | no | 付款复核 | Check payments | 与经办人分离 | Never the same person as the entry
O-07 | expense | 5000 | CNY | 2000 | yes | 费用报销审批 | Approve expense claims | |
O-09 | pay | 50000 | CNY | 20000 | no | 网银付款经办 | Enter bank payments | 须经复核 | Needs checking
O-10 | certificate | | | | yes | 开具在职与离职证明 | Issue employment and leaving certificates | |
"""

# row of the position | key | kind | mandatory | valid months | name in Chinese and English | level in Chinese and English
QUALIFICATIONS = """
S-01 | Q1 | experience | yes |    | 工业品销售管理 | Industrial sales management | 8 年 | 8 years
S-02/1 | Q1 | course | yes |    | 大客户商务谈判 | Key-account negotiation | |
S-02/2 | Q1 | course | yes |    | 大客户商务谈判 | Key-account negotiation | |
S-02/2 | Q2 | experience | yes |  | 过滤行业大客户销售 | Key-account sales in filtration | 3 年 | 3 years
S-02/2 | Q3 | skill | no |     | 半导体超纯水系统知识 | Ultrapure water for semiconductors | |
S-04 | Q1 | course | yes |     | 区域市场管理 | Managing a sales region | |
S-05 | Q1 | course | yes |     | 过滤产品选型基础 | Basics of filter sizing | |
S-06 | Q1 | course | yes |     | 合同法实务 | Contract law in practice | |
S-07 | Q1 | skill | yes |      | 招投标法规与平台操作 | Tender law and platforms | |
T-02 | Q1 | experience | yes | | 过滤系统设计 | Design of filter systems | 5 年 | 5 years
T-04 | Q1 | certificate | yes | 36 | 特种设备安全管理证 | Special-equipment safety management | A |  A
T-04 | Q2 | course | yes | 24 | 受限空间作业监护 | Attending confined-space work | |
T-04 | Q3 | experience | yes | | 过滤设备调试 | Commissioning of filter equipment | 3 年 | 3 years
T-05 | Q1 | certificate | yes | 36 | 低压电工作业证 | Low-voltage electrician | |
T-05 | Q2 | course | yes | 24 | 现场安全与挂牌上锁 | Site safety and lockout | |
T-06 | Q1 | certificate | yes | 48 | 压力容器作业证 | Pressure-vessel work | R1 | R1
T-07 | Q1 | course | yes | 24 | 装配扭矩与试压规范 | Torque and pressure-test rules | |
T-08 | Q1 | certificate | yes | 60 | 质检员资格证 | Quality inspector | |
T-09 | Q1 | skill | yes |      | 水质仪器分析 | Instrumental water analysis | |
O-02 | Q1 | experience | yes | | 采购管理 | Purchasing management | 3 年 | 3 years
O-05 | Q1 | certificate | no | 48 | 叉车证 | Forklift licence | N1 | N1
O-07 | Q1 | certificate | yes | | 会计专业技术资格 | Accounting qualification | 中级 | intermediate
O-08 | Q1 | certificate | yes | | 会计专业技术资格 | Accounting qualification | 初级 | junior
O-10 | Q1 | certificate | no |  | 企业人力资源管理师 | HR manager | 三级 | grade 3
"""

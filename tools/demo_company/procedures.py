"""SOPs of the demo company."""
# ruff: noqa: E501 - a row of a table is one line

# code/version | owner | state | revision | author | approver | published | review by | title in Chinese and English | note in Chinese and English
SOPS = """
SOP-S01/1 | S-01 | superseded | major | 0012 | 0003 | 2022-05-10 | 2023-05-10 | 客户跟进五阶段流程 | Customer follow-up in five stages | 首版 | First edition
SOP-S01/2 | S-01 | published  | major | 0024 | 0003 | 2025-04-15 | 2026-04-15 | 客户跟进五阶段流程 | Customer follow-up in five stages | 增加水样分析与合同评审两个强制步骤 | Water analysis and contract review are now mandatory
SOP-S02/1 | S-02 | published  | major | 0017 | 0003 | 2025-01-10 | 2026-01-10 | 大客户年度经营流程 | Yearly management of key accounts | 首版 | First edition
SOP-S02/2 | S-02 | draft      | major | 0017 |      |            |            | 大客户年度经营流程 | Yearly management of key accounts | 拟补充返利核算口径与检修期插单规则（未写完） | To add how rebates are worked out and the rules for shutdown orders (unfinished)
SOP-S03/1 | S-06 | published  | major | 0021 | 0003 | 2025-09-01 | 2026-09-01 | 报价与特价审批流程 | Quotation and special-price approval | 首版 | First edition
SOP-S04/1 | S-07 | draft      | major | 0017 |      |            |            | 投标文件编制与递交流程 | Writing and submitting bids | 起草中，未提交评审 | Being drafted, never submitted
SOP-T01/1 | T-04 | published  | major | 0031 | 0004 | 2025-06-20 | 2026-06-20 | 设备安装调试与验收流程 | Commissioning and acceptance of equipment | 首版 | First edition
SOP-T02/1 | T-01 | published  | major | 0010 | 0004 | 2025-03-20 | 2026-03-20 | 客户投诉处理流程 | Complaint handling | 首版 | First edition
SOP-T03/1 | T-04 | published  | major | 0031 | 0004 | 2024-11-15 | 2025-11-15 | 预防性维护巡检流程 | Preventive maintenance visits | 首版 | First edition
SOP-T04/1 | T-04 | published  | major | 0011 | 0004 | 2025-08-01 | 2026-08-01 | 受限空间与带压作业许可流程 | Permits for confined spaces and work under pressure | 首版 | First edition
SOP-O01/1 | O-07 | published  | major | 0007 | 0005 | 2025-05-06 | 2026-05-06 | 供应商付款流程 | Supplier payment | 首版 | First edition
SOP-O02/1 | O-07 | published  | major | 0034 | 0007 | 2025-03-03 | 2026-03-03 | 费用报销流程 | Expense claims | 首版 | First edition
SOP-O03/1 | M-02 | published  | major | 0005 | 0002 | 2025-02-18 | 2027-02-18 | 项目立项与审批流程 | Project application and approval | 首版 | First edition
SOP-O04/1 | O-10 | published  | major | 0006 | 0002 | 2025-07-01 | 2026-07-01 | 人事审批流程（入职、转正、异动、离职） | Personnel approval (joining, confirmation, moves, leaving) | 首版 | First edition
SOP-O05/1 | O-02 | published  | major | 0008 | 0005 | 2024-10-08 | 2025-10-08 | 采购申请与供应商选择流程 | Purchase request and choice of supplier | 首版 | First edition
SOP-O06/1 | O-04 | in_review  | major | 0039 |      |            |            | 来料检验与入库流程 | Incoming inspection and receipt | 首版，评审中 | First edition, in review
"""

# = code/version | stage in Chinese and English; then its steps:
# key | position | authority | days | mandatory | waived by | instructions in Chinese and English | documents in Chinese and English
STEPS = """
= SOP-S01/1 | 客户挖掘 | Prospecting
1.1 | | | 5 | yes | | 从展会、官网和转介绍收集线索并建档 | Collect leads from fairs, website and referrals and file them | |
= SOP-S01/1 | 需求分析 | Needs analysis
2.1 | | | 5 | yes | | 拜访客户并填写工况调查表 | Visit the customer and fill in the operating data | 工况调查表 | operating data
= SOP-S01/1 | 方案提交 | Proposal
3.1 | T-03 | | 5 | yes | | 编制技术方案 | Write the technical solution | 技术方案 | technical solution
3.2 | | | 2 | yes | | 提交报价 | Submit the quotation | 报价单 | quotation
= SOP-S01/1 | 谈判签约 | Negotiation and contract
4.1 | S-01 | | 5 | yes | | 审核并签署合同 | Check and sign the contract | 合同 | contract
= SOP-S01/1 | 售后维护 | After-sales
5.1 | | | 30 | no | | 回访客户 | Visit the customer again | |
= SOP-S01/2 | 客户挖掘 | Prospecting
1.1 | | | 5 | yes | | 按目标行业名单筛选线索，核对是否与他人撞单，建立客户档案卡 | Screen leads by the target list, check that nobody else follows them, open a customer card | 客户档案卡 | customer card
1.2 | | | 5 | yes | S-01 | 首次接触：确认使用部门、采购部门和现用品牌 | First contact: find out who uses, who buys and which brand is in place | |
= SOP-S01/2 | 需求分析 | Needs analysis
2.1 | | | 5 | yes | | 现场走访，采集流量、压差、介质、更换周期，填写工况调查表 | Visit the site; record flow, pressure drop, medium and change intervals in the operating data sheet | 工况调查表 | operating data sheet
2.2 | T-09 | | 3 | yes | S-01 | 分析水样或失效滤芯，出具分析报告 | Analyse the water sample or failed cartridge and report | 水样分析报告 | water analysis report
= SOP-S01/2 | 方案提交 | Proposal
3.1 | T-03 | | 5 | yes | | 编制技术方案与物料清单 | Write the technical solution and bill of material | 技术方案 | technical solution
3.2 | T-02 | | 1 | yes | | 评审方案：流量、压降、材质、安全 | Review the solution: flow, pressure drop, materials, safety | |
3.3 | | | 2 | yes | | 向客户讲解方案并提交报价 | Present the solution and submit the quotation | 报价单 | quotation
= SOP-S01/2 | 谈判签约 | Negotiation and contract
4.1 | | | 10 | yes | | 商务谈判：价格、付款、交期、质保；让步记入谈判纪要 | Negotiate price, payment, delivery and warranty; concessions go into the minutes | 谈判纪要 | negotiation minutes
4.2 | S-06 | | 2 | yes | | 合同评审 | Review the contract | 合同评审表 | contract review
4.3 | S-01 | contract | 2 | yes | | 签署合同 | Sign the contract | 合同扫描件 | scanned contract
= SOP-S01/2 | 售后维护 | After-sales
5.1 | T-04 | | 3 | yes | | 与服务组交接：工况、承诺、备件、联系人 | Hand over to field service: operating data, promises, spares, contacts | 服务交接单 | service handover sheet
5.2 | | | 30 | yes | | 投运 30 天回访，记录压差与满意度 | Visit 30 days after start-up; record pressure drop and satisfaction | |
5.3 | T-04 | | 10 | no | | 列入年度维保计划 | Enter into the yearly maintenance plan | |
= SOP-S02/1 | 年度策划 | Yearly plan
1.1 | S-02 | | 10 | yes | | 更新份额表和决策链，制定账户年度目标 | Update the share table and decision-makers; set the account's targets | 账户年度计划 | account plan
1.2 | S-01 | | 3 | yes | | 评审账户计划与价格底线 | Review the account plan and the price floor | |
= SOP-S02/1 | 框架协议 | Framework agreement
2.1 | S-02 | | 20 | yes | | 核定框架价格、返利和安全库存，完成谈判 | Fix prices, rebates and safety stock; negotiate | 框架协议 | framework agreement
2.2 | S-06 | | 3 | yes | | 评审并归档框架协议 | Review and file the framework agreement | |
= SOP-S02/1 | 季度回顾 | Quarterly review
3.1 | S-02 | | 5 | yes | | 召开季度业务回顾会并跟踪行动项 | Hold the quarterly business review and follow up its actions | 回顾会纪要 | review minutes
= SOP-S02/2 | 年度策划 | Yearly plan
1.1 | S-02 | | 10 | yes | | 更新份额表和决策链，制定账户年度目标 | Update the share table and decision-makers; set the account's targets | 账户年度计划 | account plan
= SOP-S02/2 | 返利核算（待补充） | Rebates (to be written)
2.1 | S-02 | rebate | 5 | yes | | 按附件口径核算返利，并与滤材供应商返利对冲——口径待写 | Work out the rebate by the annex and offset it against the supplier's rebate – method still to be written | |
= SOP-S03/1 | 报价 | Quotation
1.1 | | | 1 | yes | | 按价格表报价；非标附技术方案 | Quote by the price list; non-standard with the technical solution | 报价单 | quotation
= SOP-S03/1 | 特价审批 | Special price
2.1 | S-02 | special | 1 | yes | S-01 | 大客户特价：核对当月特价额度与毛利并批准 | Key accounts: check the month's quota and the margin, approve | 毛利测算表 | margin calculation
2.2 | S-01 | discount | 1 | no | | 超出权限的折扣由总监批准 | Discounts beyond the authority go to the director | |
= SOP-S03/1 | 归档 | Filing
3.1 | S-06 | | 1 | yes | | 登记特价台账 | Enter into the register of special prices | |
= SOP-S04/1 | 投标准备 | Preparation
1.1 | S-07 | | 3 | yes | | 下载招标文件，列废标条款和时间表 | Download the tender, list knock-out clauses and dates | |
1.2 | S-07 | | 5 | yes | | 收集资质、业绩与授权书 | Collect licences, references and powers of attorney | |
= SOP-S04/1 | 递交与开标 | Submission and opening
2.1 | S-07 | tender | 1 | yes | | 上传、加密、CA 签章——各平台差异待补充 | Upload, encrypt and sign – differences between platforms still to be written | |
= SOP-T01/1 | 准备 | Preparation
1.1 | T-04 | | 2 | yes | | 核对基础、公用工程和到货，排定人员与工具 | Check foundations, utilities and deliveries; plan people and tools | 调试计划 | commissioning plan
1.2 | T-05 | | 1 | yes | | 现场安全交底，办理作业票 | Safety briefing on site, work permits | 安全交底记录 | safety briefing record
= SOP-T01/1 | 安装调试 | Installation and commissioning
2.1 | T-05 | | 5 | yes | | 安装、冲洗、检漏并通电点检 | Install, flush, leak-test and power up | |
2.2 | T-05 | | 3 | yes | | 带负荷调试，记录流量、压差、出水指标 | Commission under load; record flow, pressure drop and water quality | 调试记录表 | commissioning sheet
= SOP-T01/1 | 验收移交 | Acceptance
3.1 | T-04 | | 2 | yes | | 客户验收签字，移交操作手册和备件清单 | Customer signs; manuals and list of spares are handed over | 验收单 | acceptance sheet
= SOP-T02/1 | 受理 | Receipt
1.1 | | | 0.1 | yes | | 登记投诉，2 小时内首次答复 | Register the complaint, first answer within 2 hours | |
1.2 | S-02 | | 0.5 | no | | 大客户：由大客户经理致电客户负责人说明处理安排 | Key accounts: the key-account manager calls the customer's manager and explains what is being done | |
= SOP-T02/1 | 调查与措施 | Investigation
2.1 | T-04 | | 2 | yes | | 现场调查并采取临时措施 | Investigate on site and take interim measures | 现场调查记录 | site investigation
2.2 | T-01 | claim | 10 | yes | | 确定原因、纠正措施与赔付 | Decide on cause, corrective action and claim | 8D 报告 | 8D report
= SOP-T02/1 | 关闭 | Closing
3.1 | | | 5 | yes | | 回访客户，确认满意后关闭 | Ask the customer and close when satisfied | |
= SOP-T03/1 | 计划 | Plan
1.1 | T-04 | | 2 | yes | | 按维保台账排巡检，提前一周约定时间 | Plan visits by the maintenance list; agree on dates a week ahead | |
= SOP-T03/1 | 巡检 | Visit
2.1 | T-05 | | 1 | yes | | 检查压差、密封、仪表，按需换芯 | Check pressure drop, seals and gauges; change cartridges as needed | 巡检表 | inspection sheet
2.2 | T-05 | | 1 | no | | 带回失效滤芯送检 | Bring failed cartridges back for analysis | |
= SOP-T03/1 | 反馈 | Report
3.1 | T-04 | | 3 | yes | | 审核巡检表，提出备件与改造建议 | Check the sheet; suggest spares and improvements | |
= SOP-T04/1 | 申请 | Request
1.1 | T-05 | | 0.2 | yes | | 填写作业票：位置、介质、隔离、监护人 | Fill in the permit: place, medium, isolation, attendant | 作业票 | work permit
= SOP-T04/1 | 许可 | Permit
2.1 | T-04 | permit | 0.2 | yes | | 核对气体检测与挂牌上锁后批准 | Check gas test and lockout, then permit | 气体检测记录 | gas test record
= SOP-T04/1 | 关闭 | Closing
3.1 | T-05 | | 0.2 | yes | | 清点人员与工具，撤销隔离 | Count people and tools, lift the isolation | |
= SOP-O01/1 | 请款 | Request
1.1 | O-03 | | 1 | yes | | 三单核对后提交付款申请 | Match order, receipt and invoice; request payment | 付款申请单; 发票 | payment request; invoice
= SOP-O01/1 | 审批 | Approval
2.1 | O-07 | check | 1 | yes | | 复核账期、余额与资金计划 | Check term, balance and cash plan | |
2.2 | O-01 | payment | 1 | yes | | 审批付款 | Approve the payment | |
= SOP-O01/1 | 支付 | Payment
3.1 | O-09 | | 1 | yes | | 网银支付并回传回单 | Pay by bank and return the slip | 银行回单 | bank slip
= SOP-O02/1 | 申请 | Claim
1.1 | | | 1 | yes | | 填写报销单，粘贴发票，注明事由与客户 | Fill in the claim with invoices, purpose and customer | 报销单 | expense claim
= SOP-O02/1 | 审核 | Check
2.1 | O-08 | | 2 | yes | | 审核票据合规与标准 | Check invoices and allowances | |
2.2 | O-07 | expense | 1 | yes | | 财务主管批准 | The finance supervisor approves | |
= SOP-O02/1 | 支付 | Payment
3.1 | O-09 | | 2 | yes | | 支付报销款 | Pay the claim | |
= SOP-O03/1 | 申请 | Application
1.1 | | | 3 | yes | | 提交立项申请：目标、预算、周期、风险 | Apply with goal, budget, time and risks | 立项申请书 | project application
= SOP-O03/1 | 评审 | Review
2.1 | T-01 | | 3 | yes | | 技术可行性评审 | Review feasibility | |
2.2 | O-07 | | 2 | yes | | 预算与回报评审 | Review budget and return | 投资测算表 | investment calculation
= SOP-O03/1 | 批准 | Approval
3.1 | M-02 | project | 2 | yes | | 批准立项 | Approve the project | |
= SOP-O04/1 | 申请 | Request
1.1 | O-11 | | 1 | yes | | 核对材料并提交审批表 | Check the papers and submit the form | 人事审批表 | personnel form
= SOP-O04/1 | 审批 | Approval
2.1 | O-10 | | 1 | yes | | 审核编制、合同与薪酬口径 | Check headcount, contract and pay | |
2.2 | M-02 | personnel | 2 | yes | | 批准人事事项 | Approve the matter | |
= SOP-O04/1 | 办理 | Execution
3.1 | O-11 | | 3 | yes | | 办理合同、社保与系统账号 | Contract, insurance and accounts | |
= SOP-O05/1 | 申请 | Request
1.1 | | | 1 | yes | | 提交采购申请：规格、数量、到货日期 | Request with specification, quantity and date | 采购申请单 | purchase request
= SOP-O05/1 | 询比价 | Comparison
2.1 | O-03 | | 3 | yes | O-01 | 至少三家询价并填写比价表 | Ask at least three suppliers and compare | 比价表 | comparison of quotations
2.2 | O-02 | purchase | 1 | yes | | 选定供应商并批准订单 | Choose the supplier and approve the order | |
= SOP-O06/1 | 检验 | Inspection
1.1 | T-08 | | 1 | yes | | 按批抽检滤材通量与爆破压力 | Sample media by batch for flow and burst pressure | 检验记录 | inspection record
= SOP-O06/1 | 入库 | Receipt
2.1 | O-05 | | 1 | yes | | 合格品按批号上架并登账 | Shelve and book accepted goods by batch | |
"""

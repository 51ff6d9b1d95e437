"""Everyday work of general management and sales, from which a year of records is drawn."""
# ruff: noqa: E501 - a row of a table is one line

# position | weight | kind | other party | area | days | title in Chinese and English | body in Chinese and English | document in Chinese and English
WORK = """
M-01 | 3 | decision | | company/strategy | 5 | {last}经营例会决议 | Decisions of the management meeting, {last} | 确认收入、毛利与现金流偏差原因及三项改进措施。 | Reasons for deviations in sales, margin and cash, and three measures. | 会议纪要 | minutes
M-01 | 2 | communication | key | sales/key-accounts/{slug} | 3 | 拜访{cp}总经理 | Visit to the general manager of {cp} | 了解下一年扩产计划，承诺旺季优先供货。 | Learned about next year's expansion; promised priority in the season. | |
M-01 | 2 | decision | | company/rules | 4 | 批准超 50 万元合同 {no} | Approval of contract {no} above 500,000 CNY | | | 签批单 | approval sheet
M-01 | 1 | contract | bank | company/finance | 10 | 流动资金授信额度续期 | Renewal of the working-capital credit line | | | 授信合同 | credit agreement
M-02 | 4 | decision | | company/rules | 3 | 立项审批 {no} | Project approval {no} | 预算内项目，要求分两期付款并设中期检查。 | Within the budget; two payments and a mid-term check. | |
M-02 | 3 | task | | company/rules | 6 | 核对{last}签批记录与授权表 | Compare approvals of {last} with the table of authorities | 发现 {n} 笔超额度签批，已补审批并提醒。 | {n} approvals above the limit were made good and the signers reminded. | |
M-02 | 2 | issue | | operations/planning | 7 | 协调销售与装配的交期冲突 {no} | Settle the conflict of dates between sales and assembly {no} | | | |
S-01 | 5 | decision | | sales/pipeline | 2 | {month}第 {w} 周商机评审结论 | Result of the pipeline review, week {w} of {month} | 50 万元以上商机逐个确定下一步；两个停滞商机退回需求分析。 | Next step fixed for each opportunity above 500,000 CNY; two that stand still go back to needs analysis. | 商机表 | pipeline sheet
S-01 | 3 | contract | region | sales/contracts | 5 | 签署{cp}销售合同 {no} | Sign the sales contract {no} with {cp} | | | 合同扫描件 | scanned contract
S-01 | 2 | decision | region | sales/pricing | 2 | {cp}超权限折扣审批 | Discount beyond the authority for {cp} | 毛利 {m}%，以预付 30% 为条件同意。 | Margin {m} %, agreed on condition of 30 % in advance. | |
S-01 | 2 | communication | dealer | sales/distributors | 3 | 与{cp}确认年度返点与区域 | Agree on yearly bonus and territory with {cp} | | | |
S-02 | 6 | communication | key | sales/key-accounts/{slug} | 2 | 走访{cp}设备部 | Visit to plant engineering of {cp} | 现场查看 {n} 台过滤器压差，确认下月换芯数量。 | Looked at the pressure drop of {n} filters and confirmed next month's cartridges. | 走访记录 | visit report
S-02 | 5 | order | key | sales/key-accounts/{slug} | 12 | {cp}{item}订单 {no} | {cp}: order {no}, {item} | 按框架价执行，分 {n} 批交货。 | At the framework price, {n} deliveries. | 订单 | purchase order
S-02 | 2 | deliverable | key | sales/key-accounts/{slug} | 8 | {cp}季度业务回顾材料 | Quarterly review papers for {cp} | | | 回顾会材料 | review slides
S-02 | 2 | decision | key | sales/pricing | 1 | {cp}特价批准 {no} | Special price for {cp} approved {no} | 毛利 {m}%，占用当月特价额度。 | Margin {m} %, counted against the month's quota. | 毛利测算表 | margin calculation
S-02 | 3 | issue | key | sales/key-accounts/{slug} | 6 | {cp}催交{item} | {cp} presses for {item} | 与装配、采购协调，提前 {n} 天交付首批。 | Arranged with assembly and purchasing; the first lot leaves {n} days earlier. | |
S-02 | 2 | task | key | sales/receivables | 9 | 催收{cp}{month}到期货款 | Collect {cp}'s payments due in {month} | | | 对账单 | statement
S-02 | 2 | task | key | sales/key-accounts/rebates | 5 | {cp}{last}返利台账核对 | Check {cp}'s rebate ledger of {last} | 实际采购额与返利档位已核，未含特价订单。 | Purchases compared with the rebate steps; special-price orders left out. | 返利台账 | rebate ledger
S-02 | 2 | communication | key | sales/key-accounts/decision-makers | 2 | 与{cp}采购负责人沟通{month}安排 | Talk with the purchasing manager of {cp} about {month} | 对方更看重到货稳定，不愿换牌号。 | They care more about steady delivery and do not want another grade. | |
S-02 | 3 | document | key | sales/pricing/competitors | 4 | {cp}在用竞品与报价记录（{item}） | Competitors in use at {cp} and their prices ({item}) | 竞品报价低 {n}%，但换型须重新认证。 | The competitor is {n} % cheaper, but a change needs a new approval. | 竞品记录 | competitor note
S-02 | 1 | deliverable | key | sales/tenders | 10 | {cp}招标文件响应 {no} | Bid to {cp} {no} | | | 投标文件 | bid
S-02 | 1 | issue | acme | sales/key-accounts/acme | 5 | {cp}停产检修插单协调 {no} | Rush order of {cp} for a shutdown {no} | 与计划员确认窗口，装配周六加班一天。 | Window confirmed with the planner; assembly works one Saturday. | |
S-03 | 7 | order | key | sales/key-accounts/{slug} | 10 | 录入{cp}订单 {no}（{item}） | Enter order {no} of {cp} ({item}) | | | 订单 | purchase order
S-03 | 4 | communication | key | sales/key-accounts/{slug} | 1 | 答复{cp}交期查询 | Answer {cp}'s question about dates | 已发 {n} 批，余量下周三到货。 | {n} lots shipped, the rest arrives next Wednesday. | |
S-03 | 3 | task | key | sales/receivables | 5 | {cp}{last}对账 | Reconciliation with {cp} for {last} | 差异 {n} 笔，均为在途。 | {n} differences, all in transit. | 对账单 | statement
S-03 | 1 | document | key | sales/tenders | 6 | 整理{cp}投标资质附件 | Annexes of the bid to {cp} | | | 资质附件 | annexes
S-04 | 4 | customer | region | sales/regions/{slug} | 6 | {cp}商机阶段更新 | {cp}: opportunity moved on | 进入方案提交，预计金额 {m} 万元。 | Now at proposal, expected value {m}0,000 CNY. | |
S-04 | 4 | communication | dealer | sales/distributors | 3 | 与{cp}核对库存和回款 | Compare stock and payments with {cp} | | | |
S-04 | 3 | task | region | sales/training | 2 | 陪访销售工程师拜访{cp} | Joint visit to {cp} with a sales engineer | 需求问得浅，要求补采压差数据。 | Needs were asked too shallowly; pressure data to be added. | 陪访评价表 | coaching sheet
S-04 | 2 | decision | region | sales/pricing | 1 | {cp}区域折扣审批 {no} | Regional discount for {cp} approved {no} | | | |
S-05 | 6 | customer | region | sales/regions/{slug} | 8 | {cp}新增需求建档 | {cp}: new need entered on the customer card | 使用部门为动力车间，现用进口品牌，{n} 个月换芯一次。 | User is the utilities shop; an imported brand, changed every {n} months. | 客户档案卡 | customer card
S-05 | 5 | communication | region | sales/regions/{slug} | 3 | 走访{cp}采集工况 | Visit to {cp} for operating data | 流量 {n}0 m³/h，压差偏高，建议改用大流量滤芯。 | Flow {n}0 m³/h, pressure drop high; high-flow cartridges suggested. | 工况调查表 | operating data sheet
S-05 | 4 | deliverable | region | sales/regions/{slug} | 4 | 向{cp}报价 {no}（{item}） | Quotation {no} to {cp} ({item}) | | | 报价单 | quotation
S-05 | 3 | order | region | sales/regions/{slug} | 15 | {cp}{item}订单 {no} | {cp}: order {no}, {item} | | | 订单 | purchase order
S-05 | 2 | task | region | sales/receivables | 10 | 催收{cp}货款 | Collect payment from {cp} | 承诺月底前付清，已发对账单。 | Promised by the end of the month; statement sent. | |
S-06 | 6 | contract | region | sales/contracts | 3 | {cp}合同评审 {no} | Contract review {no}, {cp} | 质保期由 24 个月改为 12 个月；违约金上限 5%。 | Warranty cut from 24 to 12 months; penalty capped at 5 %. | 合同评审表 | contract review
S-06 | 3 | deliverable | | sales/receivables | 2 | {month}第 {w} 周应收账龄表 | Ageing list of receivables, week {w} of {month} | | | 账龄表 | ageing list
S-06 | 3 | contract | key | sales/contracts | 4 | {cp}补充协议评审 {no} | Review of the supplement {no} with {cp} | | | 补充协议 | supplement
S-06 | 1 | issue | region | sales/contracts | 8 | {cp}合同原件未回收 | {cp}: signed original not returned | | | |
S-08 | 8 | order | region | sales/orders | 9 | 录入订单 {no}（{cp}） | Enter order {no} ({cp}) | | | |
S-08 | 4 | task | region | sales/receivables | 3 | 向{cp}开具发票 {no} | Invoice {no} to {cp} | | | 发票 | invoice
S-08 | 3 | communication | region | sales/orders | 1 | 通知{cp}交期变更 | Tell {cp} about a change of dates | 滤材到货晚 {n} 天，客户同意分批。 | Media arrive {n} days late; the customer accepts part deliveries. | |
S-08 | 2 | task | key | sales/orders | 6 | {cp}发货与签收核对 {no} | Check shipment and receipt {no} of {cp} | | | |
S-09 | 4 | deliverable | | sales/marketing | 7 | 更新{item}产品样本 | Updated the brochure of {item} | | | 产品样本 | brochure
S-09 | 3 | task | | sales/marketing | 4 | {month}官网线索分发（{n} 条） | Passed on {n} website leads of {month} | | | |
S-09 | 1 | task | park | sales/marketing | 20 | 水展展位与物料准备 | Stand and materials for the water fair | | | |
"""

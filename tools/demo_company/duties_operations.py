"""Duties of the operations department."""
# ruff: noqa: E501 - a row of a table is one line

DUTIES = """
O-01 | D1 | 1 | important | weekly    | 0.30 |         | operations/planning | 主持产销协调会 | Chair the sales and operations meeting | 每周三平衡订单、产能、库存和采购到货。 | Balances orders, capacity, stock and deliveries every Wednesday.
O-01 | D2 | 2 | important | monthly   | 0.20 | SOP-O01 | operations/cost | 审批付款与费用预算 | Approve payments and budgets | 20 万元以内付款由运营总监审批。 | Approves payments up to 200,000 CNY.
O-02 | D1 | 1 | critical  | weekly    | 0.30 | SOP-O05 | purchasing/suppliers | 选择与评估供应商 | Select and assess suppliers | 新供应商须现场审核和小批试用，每半年打分。 | New suppliers are audited and tried in small lots; scores twice a year.
O-02 | D2 | 2 | critical  | monthly   | 0.25 |         | purchasing/imports | 进口 PTFE 与聚醚砜滤材的订货与锁汇 | Order imported PTFE and PES media and hedge the currency |  |
O-03 | D1 | 1 | routine   | daily     | 0.60 | SOP-O05 | purchasing/orders | 下达采购订单并催交 | Place and expedite purchase orders | 交期偏差超过三天当天上报。 | A delay of more than three days is reported the same day.
O-03 | D2 | 1 | routine   | monthly   | 0.20 | SOP-O01 | purchasing/statements | 供应商对账与请款 | Reconcile with suppliers and request payment | 每月 20 日前提交次月付款计划。 | Next month's payment plan by the 20th.
O-04 | D1 | 1 | important | daily     | 0.40 | SOP-O06 | warehouse/stock | 管理库存与盘点 | Manage stock and counting | 月度循环盘点，差异率控制在 0.3% 以内。 | Monthly cycle count, deviation within 0.3 %.
O-04 | D2 | 2 | important | daily     | 0.20 |         | warehouse/shipping | 安排发运计划 | Plan shipping | 大客户订单当天 15 点前确认次日发运。 | Key accounts' shipments for the next day are confirmed by 15:00.
O-05 | D1 | 1 | routine   | daily     | 0.80 | SOP-O06 | warehouse/stock | 收货、上架、备料与发料 | Receive, shelve, pick and issue | 滤材按批号先进先出，温湿度每天记录两次。 | Media go out by batch, first in first out; temperature and humidity are noted twice a day.
O-06 | D1 | 2 | routine   | daily     | 0.50 |         | warehouse/shipping | 安排承运与签收回单 | Arrange carriers and proofs of delivery | 回单七天内收齐。 | Proofs of delivery are complete within seven days.
O-06 | D2 | 2 | important | asneeded  | 0.20 |         | warehouse/customs | 进口报关与归类 | Import customs and classification |  |
O-07 | D1 | 1 | important | monthly   | 0.25 |         | finance/closing | 月度关账与经营分析 | Close the month and analyse results | 每月 8 日前关账，10 日前出经营分析。 | Books closed by the 8th, analysis by the 10th.
O-07 | D2 | 2 | critical  | weekly    | 0.25 | SOP-O01 | finance/cash | 资金计划与付款复核 | Plan cash and check payments | 每周一更新 13 周资金预测；所有付款须双人复核。 | Updates the 13-week cash forecast on Mondays; two people check each payment.
O-07 | D3 | 3 | important | monthly   | 0.15 |         | finance/tax | 纳税申报与高新技术企业资格维护 | Tax returns and high-tech status | 每月 15 日前申报；研发费用台账按季更新。 | Returns by the 15th; the R&D ledger is updated quarterly.
O-08 | D1 | 1 | routine   | daily     | 0.60 | SOP-O02 | finance/books | 审核单据并记账 | Check vouchers and post | 发票、合同、入库单三单一致方可入账。 | Invoice, contract and receipt must agree.
O-08 | D2 | 3 | routine   | monthly   | 0.15 |         | finance/tax | 进项认证与开票管理 | Input tax and invoicing | 每月 10 日前完成进项勾选。 | Input tax is selected by the 10th.
O-09 | D1 | 2 | important | daily     | 0.60 | SOP-O01;SOP-O02 | finance/cash | 收付款与银行对账 | Receipts, payments and bank reconciliation | 当天收付款当天登记，每周对账。 | Entered the same day, reconciled weekly.
O-09 | D2 | 2 | routine   | daily     | 0.15 |         | finance/cash | 保管网银 U 盾与票据 | Keep bank tokens and bills | 经办盾与复核盾分人分柜保管。 | Entry and checking tokens are kept by different people in different safes.
O-10 | D1 | 1 | important | weekly    | 0.30 | SOP-O04 | hr/procedures | 办理入职、转正、异动与离职 | Joining, confirmation, moves and leaving | 离职当天开具离职证明，15 日内办理社保与档案转移。 | The leaving certificate on the last day; insurance and file within 15 days.
O-10 | D2 | 2 | important | yearly    | 0.15 |         | administration/licences | 管理公司证照与资质年检 | Keep licences and yearly inspections |  |
O-11 | D1 | 1 | routine   | monthly   | 0.50 | SOP-O04 | hr/contracts | 劳动合同与社保办理 | Contracts and social insurance | 合同到期前 60 天提示续签。 | Renewal is prompted 60 days before the end.
O-12 | D1 | 2 | routine   | daily     | 0.50 |         | administration/office | 办公、车辆与访客管理 | Office, cars and visitors | 车辆钥匙领用须登记里程。 | Car keys are signed out with the mileage.
O-12 | D2 | 2 | routine   | asneeded  | 0.15 |         | administration/seals | 印章使用登记 | Register of seals | 外带用章须副总经理批准。 | Taking a seal out needs the deputy general manager's approval.
O-13 | D1 | 3 | important | daily     | 0.40 |         | it/erp | 维护 ERP 权限与数据备份 | Maintain ERP rights and backups | 每日增量、每周全量备份，每季度恢复演练。 | Incremental daily, full weekly, a restore drill each quarter.
O-13 | D2 | 3 | important | asneeded  | 0.20 |         | it/accounts | 开通与回收系统账号 | Open and withdraw accounts |  |
"""

"""Everyday work of the operations department."""
# ruff: noqa: E501 - a row of a table is one line

WORK = """
O-01 | 4 | decision | | operations/planning | 2 | {month}第 {w} 周产销协调结论 | Result of the sales and operations meeting, week {w} of {month} | 优先保障战略客户，两张区域订单顺延一周。 | Strategic customers first; two regional orders move by a week. | 会议纪要 | minutes
O-01 | 3 | decision | supplier | operations/cost | 1 | 批准向{cp}付款 {no} | Approve payment {no} to {cp} | | | |
O-01 | 1 | task | | operations/cost | 8 | {last}费用预算偏差说明 | Explained budget deviations of {last} | | | |
O-02 | 4 | decision | supplier | purchasing/suppliers | 5 | {cp}比价与定点 {no} | Choose {cp} after comparison {no} | 三家比价，交期最短且质保多 6 个月。 | Three quotations; shortest delivery and six more months of warranty. | 比价表 | comparison
O-02 | 3 | order | supplier | purchasing/imports | 25 | 向{cp}下达滤材季度订单 {no} | Quarterly media order {no} to {cp} | 锁汇 {n}0%，船期 35 天。 | {n}0 % hedged, 35 days at sea. | 采购订单 | purchase order
O-02 | 2 | deliverable | supplier | purchasing/suppliers | 10 | {cp}半年评分 | Half-year score of {cp} | 交付 8{n} 分，质量 9{n} 分。 | Delivery 8{n}, quality 9{n}. | 评分表 | score sheet
O-03 | 7 | order | supplier | purchasing/orders | 12 | 采购订单 {no}（{cp}） | Purchase order {no} ({cp}) | | | 采购订单 | purchase order
O-03 | 4 | communication | supplier | purchasing/orders | 1 | 催交{cp}到货 | Press {cp} for delivery | 承诺 {n} 日内发出。 | Promised to ship within {n} days. | |
O-03 | 3 | task | supplier | purchasing/statements | 4 | {cp}{last}对账请款 | Reconcile {cp} for {last} and request payment | | | 对账单 | statement
O-04 | 4 | task | | warehouse/stock | 3 | {month}循环盘点（{item}） | Cycle count of {month} ({item}) | 差异 {n} 件，系发料未登账。 | {n} pieces off: issued but not booked. | 盘点表 | count sheet
O-04 | 3 | task | key | warehouse/shipping | 1 | 次日发运确认：{cp} | Confirm tomorrow's shipment to {cp} | | | |
O-04 | 1 | issue | | warehouse/stock | 6 | {item}呆滞库存处理 | Dead stock of {item} | | | |
O-05 | 6 | task | supplier | warehouse/stock | 1 | {cp}到货入库 {no} | Receive goods {no} of {cp} | | | |
O-05 | 4 | task | | warehouse/stock | 1 | 装配备料 {no}（{unit}） | Pick material {no} for assembly ({unit}) | | | |
O-05 | 2 | issue | | warehouse/stock | 2 | 滤材库温湿度超限 | Media store too warm or damp | 湿度 6{n}%，已开除湿机并复测。 | Humidity 6{n} %, dehumidifier on, measured again. | |
O-06 | 5 | task | carrier | warehouse/shipping | 4 | 安排{cp}发运 {no} | Arrange shipment {no} with {cp} | | | 运单 | waybill
O-06 | 3 | task | gangtong | warehouse/customs | 8 | 进口滤材报关 {no} | Customs clearance {no} of imported media | 归类按过滤材料申报，缴税已核。 | Declared as filter media, duty checked. | 报关单 | customs declaration
O-07 | 4 | deliverable | | finance/closing | 5 | {last}关账与经营分析 | Closing and analysis of {last} | 毛利率 3{n}%，大客户占比约 60%。 | Margin 3{n} %, key accounts about 60 %. | 经营分析 | analysis
O-07 | 3 | task | bank | finance/cash | 2 | {month}第 {w} 周资金预测 | Cash forecast, week {w} of {month} | | | 资金预测 | cash forecast
O-07 | 2 | task | tax | finance/tax | 4 | {last}纳税申报 | Tax return for {last} | | | 申报表 | tax return
O-08 | 6 | task | supplier | finance/books | 3 | {cp}发票三单匹配 {no} | Match invoice {no} of {cp} | | | |
O-08 | 3 | task | | finance/books | 4 | 费用报销审核 {no} | Checked expense claim {no} | 退回 {n} 张抬头不符发票。 | {n} invoices with a wrong name went back. | |
O-08 | 1 | communication | audit | finance/books | 6 | 向{cp}提供{last}凭证抽样 | Give {cp} the sample vouchers of {last} | | | |
O-09 | 6 | task | bank | finance/cash | 1 | {month}第 {w} 周银行对账 | Bank reconciliation, week {w} of {month} | | | |
O-09 | 4 | task | supplier | finance/cash | 1 | 支付{cp}货款 {no} | Pay {cp} {no} | | | 银行回单 | bank slip
O-10 | 3 | task | | hr/procedures | 6 | {last}入离职与转正汇总 | Joining, leaving and confirmations of {last} | | | |
O-10 | 2 | document | park | administration/licences | 15 | 园区安全生产资料报送 | Safety papers for the park | | | 报送材料 | papers
O-10 | 1 | decision | | hr/procedures | 5 | {month}绩效面谈安排 | Appraisal interviews of {month} | | | |
O-11 | 5 | task | | hr/contracts | 5 | {month}社保公积金增减员 | Social insurance changes of {month} | 增 {n} 人，减 0 人。 | {n} added, none removed. | |
O-11 | 3 | document | | hr/contracts | 7 | 劳动合同续签通知 {no} | Notice of contract renewal {no} | | | 续签通知 | renewal notice
O-12 | 4 | task | | administration/office | 2 | {last}车辆里程与油费核对 | Car mileage and fuel of {last} | | | |
O-12 | 3 | task | | administration/seals | 1 | 用章登记 {no} | Seal register {no} | | | |
O-12 | 2 | task | | administration/office | 5 | {month}办公用品采购 | Office supplies of {month} | | | |
O-13 | 5 | task | | it/erp | 2 | {month}数据备份检查 | Checked the backups of {month} | | | |
O-13 | 3 | issue | | it/accounts | 2 | 账号权限申请 {no} | Request for account rights {no} | | | |
"""

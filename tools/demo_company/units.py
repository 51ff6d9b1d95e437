"""Units and positions of the demo company."""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from demo_company.table import Pair

COMPANY = Pair("澄屿过滤设备（苏州）有限公司", "Chengyu Filtration Equipment (Suzhou) Co., Ltd.")

# code | above | head | headcount | Chinese | English | functions in Chinese | functions in English
UNITS = """
CO       |        | 0001 | 62 | 公司（总经办）   | Company (general management)  | 经营决策; 制度与授权             | business decisions; rules and authorities
SALES    | CO     | 0003 | 19 | 销售部           | Sales department              | 销售目标与价格政策; 市场推广      | sales targets and price policy; marketing
SALES-KA | SALES  | 0017 | 3  | 大客户组         | Key-account group             | 大客户经营; 招投标               | key-account management; tendering
SALES-RG | SALES  | 0024 | 8  | 区域销售组       | Regional sales group          | 区域客户开发; 经销商管理          | regional customer development; distributor management
SALES-SU | SALES  | 0021 | 4  | 商务支持组       | Sales support group           | 订单与合同管理; 回款跟踪          | order and contract management; receivables follow-up
TECH     | CO     | 0004 | 24 | 技术服务部       | Technical service department  | 技术标准与质量; 备件国产化替代研究 | technical standards and quality; research on local substitutes for spare parts
TECH-SOL | TECH   | 0010 | 5  | 方案设计组       | Solution design group         | 方案与选型; 水质分析              | solutions and sizing; water analysis
TECH-SVC | TECH   | 0031 | 8  | 现场服务组       | Field service group           | 安装调试; 维保与抢修              | installation and commissioning; maintenance and emergency repair
TECH-ASM | TECH   | 0014 | 9  | 装配组           | Assembly group                | 滤器装配与试压; 出厂检验          | filter assembly and pressure test; final inspection
OPS      | CO     | 0005 | 19 | 运营部           | Operations department         | 计划与交付; 成本控制              | planning and delivery; cost control
OPS-PUR  | OPS    | 0008 | 3  | 采购组           | Purchasing group              | 采购与供应商管理; 进口滤材供应     | purchasing and supplier management; supply of imported filter media
OPS-WH   | OPS    | 0009 | 6  | 仓储物流组       | Warehouse and logistics group | 收发存管理; 发运                 | stock keeping; shipping
OPS-FIN  | OPS    | 0007 | 4  | 财务组           | Finance group                 | 会计核算; 资金与付款; 税务         | accounting; cash and payments; taxes
OPS-HR   | OPS    | 0006 | 5  | 综合组（人事行政） | HR and administration group   | 人事; 行政; 信息系统              | human resources; administration; information systems
"""

# row | unit | reports to | headcount | backups | from | Chinese | English | purpose in Chinese | purpose in English
POSITIONS = """
M-01   | CO       |      | 1 | 0 | 2021-03-01 | 总经理           | General manager                 | 对公司经营结果负责，决定战略、年度目标和重大授权。 | Answers for the company's results; decides strategy, yearly targets and major authorities.
M-02   | CO       | M-01 | 1 | 0 | 2021-03-01 | 常务副总经理     | Deputy general manager          | 分管制度、项目审批与跨部门协调，总经理外出时代行日常审批。 | In charge of rules, project approval and coordination; approves in the general manager's absence.
S-01   | SALES    | M-01 | 1 | 1 | 2021-03-01 | 销售总监         | Sales director                  | 完成年度销售与回款目标，守住毛利底线，带好销售队伍。 | Meets the year's sales and collection targets, keeps the margin and leads the sales team.
S-02/1 | SALES-KA | S-01 | 1 | 1 | 2022-01-01 | 大客户经理       | Key-account sales manager       | 开发并维护年采购额百万以上的客户。 | Wins and keeps customers that buy for more than a million a year.
S-02/2 | SALES-KA | S-01 | 1 | 1 | 2024-07-01 | 大客户经理       | Key-account sales manager       | 经营三家战略客户（约占公司收入六成），守住框架协议、价格与份额，并培养新的大客户。 | Runs the three strategic customers (about 60 % of revenue), keeps framework agreements, prices and share, and grows new key accounts.
S-03   | SALES-KA | S-02 | 2 | 0 | 2023-03-01 | 大客户专员       | Key-account specialist          | 处理大客户日常订单、对账和现场需求，是客户的第一联系人。 | Handles the key accounts' daily orders, statements and site requests; the customer's first contact.
S-04   | SALES-RG | S-01 | 2 | 1 | 2021-03-01 | 区域销售经理     | Regional sales manager          | 完成所辖区域的销售目标，发展经销商，带教销售工程师。 | Meets the region's targets, develops distributors and coaches the sales engineers.
S-05   | SALES-RG | S-04 | 6 | 0 | 2021-03-01 | 销售工程师       | Sales engineer                  | 按五阶段跟进流程开发区域客户，提供选型建议。 | Develops regional customers along the five-stage follow-up and advises on sizing.
S-06   | SALES-SU | S-01 | 1 | 1 | 2021-09-01 | 商务主管         | Sales support supervisor        | 管好合同、订单、开票与应收，让销售把时间用在客户身上。 | Keeps contracts, orders, invoices and receivables in order, so that sales has time for customers.
S-07   | SALES-KA | S-01 | 1 | 1 | 2023-01-01 | 投标与客户平台管理员 | Tender and customer-portal officer | 保证招标平台、客户供应商门户的账号、证书和资料随时可用。 | Keeps accounts, certificates and papers on tender platforms and customers' supplier portals ready for use.
S-08   | SALES-SU | S-06 | 3 | 0 | 2021-09-01 | 商务助理         | Order desk assistant            | 录单、跟单、开票、对账，准确及时。 | Enters and follows orders, invoices and statements, correctly and in time.
S-09   | SALES    | S-01 | 1 | 0 | 2022-06-01 | 市场专员         | Marketing specialist            | 维护官网、样本与展会，为销售提供线索。 | Keeps the website, brochures and trade fairs going and brings leads to sales.
T-01   | TECH     | M-01 | 1 | 1 | 2021-03-01 | 技术服务总监     | Technical service director      | 对方案正确性、交付质量和客户设备的安全运行负责。 | Answers for right solutions, quality of delivery and safe running of customers' equipment.
T-02   | TECH-SOL | T-01 | 1 | 1 | 2021-06-01 | 方案设计主管     | Solution design lead            | 保证每份技术方案算得对、选得准、做得出。 | Makes sure that each technical solution is calculated right, sized right and can be built.
T-03   | TECH-SOL | T-02 | 3 | 0 | 2021-06-01 | 方案工程师       | Solution engineer               | 把客户工况变成可报价、可制造的方案。 | Turns the customer's operating data into solutions that can be quoted and built.
T-04   | TECH-SVC | T-01 | 1 | 1 | 2022-10-01 | 服务工程师主管   | Service engineer lead           | 带领现场服务组按期调试、快速抢修，守住现场安全。 | Leads field service: commissioning on time, fast repair, safe sites.
T-05   | TECH-SVC | T-04 | 7 | 0 | 2021-03-01 | 现场服务工程师   | Field service engineer          | 完成安装、调试、巡检和抢修，并留下完整的服务记录。 | Installs, commissions, inspects and repairs, and leaves complete service records.
T-06   | TECH-ASM | T-01 | 1 | 1 | 2021-06-01 | 装配主管         | Assembly supervisor             | 组织装配与试压，按期、按图、安全交付。 | Organises assembly and pressure tests: on time, to the drawing, safely.
T-07   | TECH-ASM | T-06 | 6 | 0 | 2021-06-01 | 装配技工         | Assembly technician             | 按作业指导书装配滤器与撬装设备。 | Assembles filters and skids to the work instructions.
T-08   | TECH-ASM | T-01 | 3 | 0 | 2021-09-01 | 质检员           | Quality inspector               | 独立完成来料、过程和出厂检验，不合格品不放行。 | Inspects incoming goods, process and finished units independently; lets nothing faulty pass.
T-09   | TECH-SOL | T-02 | 1 | 0 | 2022-06-01 | 水质分析员       | Water analyst                   | 提供可靠的水样与滤芯分析数据。 | Provides reliable analyses of water samples and used cartridges.
O-01   | OPS      | M-01 | 1 | 1 | 2021-03-01 | 运营总监         | Operations director             | 统筹计划、采购、仓储、财务与人事行政，保证交付和现金流。 | Directs planning, purchasing, warehouse, finance and administration; secures delivery and cash.
O-02   | OPS-PUR  | O-01 | 1 | 1 | 2021-03-01 | 采购主管         | Purchasing supervisor           | 以合理成本保证滤材、壳体和备件的供应。 | Secures media, housings and spares at reasonable cost.
O-03   | OPS-PUR  | O-02 | 2 | 0 | 2021-09-01 | 采购专员         | Buyer                           | 下单、催交、对账，保持供应商资料完整。 | Orders, expedites, reconciles, and keeps supplier files complete.
O-04   | OPS-WH   | O-01 | 1 | 0 | 2021-03-01 | 仓储物流主管     | Warehouse and logistics supervisor | 账实相符，先进先出，按时发运。 | Stock matches the books, first in first out, shipped on time.
O-05   | OPS-WH   | O-04 | 4 | 0 | 2021-03-01 | 仓管员           | Warehouse clerk                 | 收货、上架、备料、盘点。 | Receives, shelves, picks and counts.
O-06   | OPS-WH   | O-04 | 1 | 0 | 2022-03-01 | 物流专员         | Logistics clerk                 | 安排承运、进口报关与签收回单。 | Arranges carriers, import customs and proofs of delivery.
O-07   | OPS-FIN  | O-01 | 1 | 1 | 2021-03-01 | 财务主管         | Finance supervisor              | 账务准确、资金安全、按时报税。 | Correct books, safe cash, taxes on time.
O-08   | OPS-FIN  | O-07 | 2 | 0 | 2021-03-01 | 会计             | Accountant                      | 核算收入、成本与费用，按时关账。 | Accounts for revenue, cost and expenses and closes the books on time.
O-09   | OPS-FIN  | O-07 | 1 | 0 | 2021-03-01 | 出纳             | Cashier                         | 收付款、银行对账、票据保管。 | Receipts and payments, bank reconciliation, custody of bills.
O-10   | OPS-HR   | O-01 | 1 | 1 | 2021-03-01 | 人事行政主管     | HR and administration supervisor | 管好招聘之外的人事全流程、行政与证照。 | Runs personnel procedures, administration and licences.
O-11   | OPS-HR   | O-10 | 1 | 0 | 2022-03-01 | 人事专员         | HR specialist                   | 办理入离职、合同、社保和考核材料。 | Handles joining and leaving, contracts, social insurance and appraisal papers.
O-12   | OPS-HR   | O-10 | 2 | 0 | 2021-03-01 | 行政专员         | Administration clerk            | 办公、车辆、访客、印章登记。 | Office, cars, visitors, register of seals.
O-13   | OPS-HR   | O-10 | 1 | 0 | 2023-01-01 | 信息系统专员     | IT systems officer              | 维护 ERP、网络、账号与备份。 | Maintains ERP, network, accounts and backups.
"""

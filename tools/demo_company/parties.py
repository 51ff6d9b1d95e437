"""Customers, suppliers, others, and projects."""

from __future__ import annotations

from demo_company.table import Pair, rows

# group | short name for paths | Chinese | English
_PARTIES = """
key | acme       | 艾柯美精细化工（ACME）   | ACME Fine Chemicals
key | hengze     | 恒泽半导体               | Hengze Semiconductor
key | jiahe      | 佳禾乳业                 | Jiahe Dairy
region | kaida   | 凯达制药                 | Kaida Pharmaceuticals
region | lanting | 兰汀饮料                 | Lanting Beverages
region | wanxing | 万兴电镀                 | Wanxing Plating
region | shuntai | 顺泰造纸                 | Shuntai Paper
region | beihe   | 北禾生物发酵             | Beihe Fermentation
region | ruifeng | 瑞丰涂料                 | Ruifeng Coatings
region | tianmu  | 天慕热电                 | Tianmu Heat and Power
region | guangyu | 光宇光伏                 | Guangyu Photovoltaics
region | hongda  | 宏达轧钢                 | Hongda Rolling Mill
region | yuelai  | 悦来酒店洗涤             | Yuelai Hotel Laundry
region | mingzhu | 明竹电子材料             | Mingzhu Electronic Materials
region | qingshui | 清水镇自来水厂          | Qingshui Waterworks
region | fuyuan  | 福源油脂                 | Fuyuan Oils and Fats
dealer | haoyu   | 昊宇机电（经销商）       | Haoyu Electromechanics (distributor)
dealer | jinze   | 金泽环保（经销商）       | Jinze Environmental (distributor)
supplier | mefil | 美菲滤材（进口代理）     | Mefil Media (import agent)
supplier | delong | 德隆不锈钢壳体          | Delong Stainless Housings
supplier | sanhe | 三和密封件               | Sanhe Seals
supplier | weitai | 维泰仪表                | Weitai Instruments
supplier | donghai | 东海泵业               | Donghai Pumps
supplier | baoli | 宝丽包装                 | Baoli Packaging
supplier | huaxin | 华信自动化              | Huaxin Automation
carrier | suda   | 速达物流                 | Suda Logistics
carrier | gangtong | 港通报关行             | Gangtong Customs Brokers
public | tax     | 主管税务局               | Tax office
public | bank    | 基本户开户银行           | House bank
public | park    | 园区管委会               | Industrial park authority
public | audit   | 中衡会计师事务所         | Zhongheng Auditors
"""

PARTIES: dict[str, list[tuple[str, Pair]]] = {}
NAMES: dict[str, Pair] = {}
for _group, _slug, _zh, _en in rows(_PARTIES, 4):
    PARTIES.setdefault(_group, []).append((_slug, Pair(_zh, _en)))
    NAMES[_slug] = Pair(_zh, _en)

# code | status | Chinese | English
PROJECTS = """
P-2501 | closed | ACME 三号工厂循环水过滤改造   | ACME plant 3: retrofit of the cooling-water filters
P-2502 | active | 恒泽半导体二期超纯水终端过滤   | Hengze Semiconductor phase 2: final filtration of ultrapure water
P-2503 | active | 佳禾乳业无菌过滤系统升级       | Jiahe Dairy: upgrade of the sterile filtration
P-2504 | closed | ERP 升级与条码上线             | ERP upgrade and bar codes
P-2505 | active | 聚醚砜滤材第二供应商开发       | A second supplier for PES media
P-2601 | planned | 自清洗过滤器标准化            | Standardising the self-cleaning filter
"""

# project | employee | from | to | part in Chinese and English
MEMBERS = """
P-2501 | 0017 | 2025-03-03 | 2025-11-01 | 客户经理 | account manager
P-2501 | 0028 | 2025-03-03 | 2025-11-01 | 方案负责人 | solution lead
P-2501 | 0031 | 2025-05-06 | 2025-11-01 | 现场负责人 | site lead
P-2502 | 0017 | 2025-06-16 |            | 项目经理（商务） | project manager (commercial)
P-2502 | 0010 | 2025-06-16 |            | 技术负责人 | technical lead
P-2502 | 0031 | 2025-09-01 |            | 调试负责人 | commissioning lead
P-2502 | 0027 | 2025-07-01 |            | 水质分析 | water analysis
P-2502 | 0023 | 2025-06-16 |            | 订单协调 | order coordination
P-2503 | 0017 | 2025-09-08 |            | 客户经理 | account manager
P-2503 | 0013 | 2025-09-08 |            | 方案负责人 | solution lead
P-2503 | 0037 | 2025-12-01 |            | 现场负责人 | site lead
P-2503 | 0022 | 2025-09-08 |            | 订单协调 | order coordination
P-2504 | 0029 | 2025-03-10 | 2025-09-16 | 系统负责人 | system lead
P-2504 | 0009 | 2025-03-10 | 2025-10-01 | 仓库上线负责人 | warehouse lead
P-2504 | 0007 | 2025-03-10 | 2025-10-01 | 财务上线负责人 | finance lead
P-2505 | 0008 | 2025-10-13 |            | 项目负责人 | project lead
P-2505 | 0039 | 2025-10-13 |            | 来料验证 | incoming verification
P-2505 | 0027 | 2025-10-13 |            | 通量测试 | flow tests
P-2601 | 0010 | 2026-02-02 |            | 项目负责人 | project lead
P-2601 | 0014 | 2026-02-02 |            | 装配工艺 | assembly process
"""

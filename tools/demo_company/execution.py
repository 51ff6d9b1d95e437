"""Executions of the SOPs: who closed which step, when, with which documents."""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from demo_company.parties import PARTIES
from demo_company.staff import holders_on
from demo_company.steps import Step, steps_of
from demo_company.table import LAST_DAY, Dice, Pair, rows, workday, workdays

# id | SOP/version | owner | steps closed (empty: to the end) | started | amount | subject in Chinese and English
_FOLLOW_UPS = """
R-0101 | SOP-S01/2 | 0017 | 5 | 2025-12-15 | 780000 | ACME 四号工厂循环水大流量过滤改造 | ACME plant 4: high-flow filtration of cooling water
R-0102 | SOP-S01/2 | 0017 | 3 | 2026-01-19 | 640000 | 恒泽半导体三期超纯水预研 | Hengze Semiconductor phase 3: first study of ultrapure water
R-0103 | SOP-S01/2 | 0017 | 8 | 2025-09-15 | 450000 | 佳禾乳业无菌过滤系统升级 | Jiahe Dairy: upgrade of the sterile filtration
R-0104 | SOP-S01/1 | 0017 |   | 2025-03-05 | 720000 | ACME 三号工厂循环水过滤改造 | ACME plant 3: retrofit of the cooling-water filters
R-0105 | SOP-S01/2 | 0017 |   | 2025-05-12 | 795000 | 恒泽半导体二期超纯水终端过滤 | Hengze Semiconductor phase 2: final filtration of ultrapure water
R-0106 | SOP-S01/1 | 0012 |   | 2025-03-10 | 186000 | 凯达制药纯化水保安过滤 | Kaida Pharmaceuticals: safety filters for purified water
R-0107 | SOP-S01/2 | 0024 |   | 2025-05-20 | 238000 | 兰汀饮料二线除菌过滤 | Lanting Beverages line 2: sterile filtration
R-0108 | SOP-S01/2 | 0024 | 6 | 2025-12-22 | 312000 | 天慕热电凝结水除铁过滤 | Tianmu Heat and Power: iron removal from condensate
R-0109 | SOP-S01/2 | 0025 | 4 | 2026-01-07 | 164000 | 瑞丰涂料溶剂过滤 | Ruifeng Coatings: solvent filtration
R-0110 | SOP-S01/2 | 0036 |   | 2025-06-09 | 98000  | 万兴电镀槽液循环过滤 | Wanxing Plating: bath filtration
R-0111 | SOP-S01/2 | 0036 | 7 | 2025-12-02 | 152000 | 光宇光伏切割液回收 | Guangyu Photovoltaics: recovery of cutting fluid
R-0112 | SOP-S01/2 | 0047 |   | 2025-07-14 | 126000 | 北禾生物发酵空气过滤 | Beihe Fermentation: air filtration
R-0113 | SOP-S01/2 | 0047 | 2 | 2026-02-05 | 88000  | 福源油脂白土过滤 | Fuyuan Oils and Fats: bleaching-earth filtration
R-0114 | SOP-S01/2 | 0057 |   | 2025-08-04 | 205000 | 明竹电子材料溶剂终端过滤 | Mingzhu Electronic Materials: final solvent filtration
R-0115 | SOP-S01/2 | 0057 | 5 | 2026-01-05 | 117000 | 顺泰造纸白水回收过滤 | Shuntai Paper: white-water filtration
R-0116 | SOP-S01/2 | 0062 |   | 2025-09-08 | 76000  | 悦来酒店洗涤软水过滤 | Yuelai Hotel Laundry: soft-water filters
R-0117 | SOP-S01/2 | 0064 | 3 | 2026-01-22 | 143000 | 宏达轧钢浊环水过滤 | Hongda Rolling Mill: dirty-water loop
R-0118 | SOP-S01/2 | 0062 | 6 | 2025-12-16 | 268000 | 清水镇自来水厂应急活性炭 | Qingshui Waterworks: emergency carbon filters
R-0301 | SOP-T01/1 | 0031 | 2 | 2026-02-09 |        | 恒泽二期终端过滤调试 | Commissioning: Hengze phase 2, final filters
R-0302 | SOP-T01/1 | 0031 | 4 | 2026-02-02 |        | 兰汀饮料二线除菌过滤调试 | Commissioning: Lanting Beverages line 2
R-0303 | SOP-T01/1 | 0031 |   | 2025-08-18 |        | ACME 三号工厂循环水过滤调试 | Commissioning: ACME plant 3, cooling water
R-0304 | SOP-T01/1 | 0031 |   | 2025-10-13 |        | 万兴电镀槽液循环过滤调试 | Commissioning: Wanxing Plating, bath filtration
R-0305 | SOP-T01/1 | 0030 |   | 2025-11-24 |        | 北禾生物发酵空气过滤调试 | Commissioning: Beihe Fermentation, air filters
R-0306 | SOP-T02/1 | 0031 | 3 | 2026-02-12 |        | 凯达制药压差异常投诉 | Complaint: Kaida Pharmaceuticals, pressure drop
R-0307 | SOP-T02/1 | 0022 |   | 2025-06-03 | 12000  | 佳禾乳业滤芯穿滤投诉 | Complaint: Jiahe Dairy, cartridge bypass
R-0308 | SOP-T02/1 | 0036 |   | 2025-09-22 | 4800   | 光宇光伏壳体锈点投诉 | Complaint: Guangyu Photovoltaics, rust on a housing
R-0309 | SOP-T02/1 | 0023 |   | 2025-11-05 | 26000  | 恒泽半导体颗粒超标投诉 | Complaint: Hengze Semiconductor, particles above limit
R-0401 | SOP-O03/1 | 0008 |   | 2025-09-22 | 180000 | 聚醚砜滤材第二供应商开发立项 | Project: a second supplier for PES media
R-0402 | SOP-O03/1 | 0010 |   | 2026-01-12 | 260000 | 自清洗过滤器标准化立项 | Project: standardising the self-cleaning filter
R-0403 | SOP-O03/1 | 0009 | 2 | 2026-02-09 | 95000  | 滤材库恒湿改造立项 | Project: humidity control of the media store
R-0501 | SOP-O04/1 | 0048 |   | 2025-07-02 |        | 卓然入职 | Joining: Zhuo Ran
R-0502 | SOP-O04/1 | 0048 |   | 2025-08-25 |        | 费强入职 | Joining: Fei Qiang
R-0503 | SOP-O04/1 | 0048 |   | 2025-09-03 |        | 毛俊峰离职 | Leaving: Mao Junfeng
R-0504 | SOP-O04/1 | 0048 |   | 2025-10-20 |        | 桑雨桐入职 | Joining: Sang Yutong
R-0505 | SOP-O04/1 | 0048 |   | 2025-12-22 |        | 乔安琪入职 | Joining: Qiao Anqi
R-0506 | SOP-O04/1 | 0048 | 1 | 2026-02-11 |        | 潘悦劳动合同续签（3 月 6 日到期） | Contract renewal: Pan Yue (ends on 6 March)
"""

# SOP/version | prefix | how many | first day | owners | group of parties | lowest and highest amount | subject in Chinese and English
_SERIES = """
SOP-O01/1 | R-06 | 16 | 2025-05-12 | 0032 | supplier | 18000 | 190000 | 付款：{party} | Payment: {party}
SOP-O02/1 | R-07 | 18 | 2025-03-10 | 0017;0024;0036;0030;0037;0047 | region | 380 | 4600 | 差旅报销：{party}走访 | Travel claim: visit to {party}
SOP-O05/1 | R-08 | 10 | 2025-03-17 | 0032 | supplier | 9000 | 96000 | 采购选型：{party} | Choice of supplier: {party}
SOP-S03/1 | R-09 | 12 | 2025-09-08 | 0022;0023;0017 | key | 40000 | 280000 | 特价：{party} | Special price: {party}
SOP-T03/1 | R-10 | 14 | 2025-03-24 | 0030;0037;0050;0054 | region |  |  | 巡检：{party} | Maintenance visit: {party}
SOP-T04/1 | R-11 | 6 | 2025-08-11 | 0011;0030;0037 | region |  |  | 受限空间作业：{party} | Confined-space work: {party}
"""


class Closed(NamedTuple):
    """One closed step of a run."""

    step: Step
    state: str
    by: str
    at: str
    reason: Pair | None = None
    deviation: tuple[str, str] | None = None


class Run(NamedTuple):
    """One execution with its closed steps."""

    id: str
    sop: str
    owner: str
    state: str
    started: date
    closed: date | None
    amount: str
    subject: Pair
    steps: tuple[Closed, ...]


_WAIVED = Pair(
    "老客户追加订单，使用与采购部门均已知", "Follow-up order of a known customer; user and purchasing are known"
)
_DEVIATED = Pair(
    "客户停产窗口提前，先签验收单后补附件", "The customer's shutdown came early; signed first, papers to follow"
)
_WAIVED_IN = {"R-0105": "1.2", "R-0108": "1.2"}
_DEVIATED_IN = {"R-0303": "2.2"}


def runs() -> Iterator[Run]:
    """Yield all executions, each with the steps that were closed by the day before the story."""
    for id_, sop, owner, count, started, amount, zh, en in rows(_FOLLOW_UPS, 8):
        yield _run(id_, sop, owner, count, date.fromisoformat(started), amount, Pair(zh, en))
    for sop, prefix, count, first, owners, group, low, high, zh, en in rows(_SERIES, 10):
        days = workdays(date.fromisoformat(first), LAST_DAY - timedelta(days=4))
        for number in range(1, int(count) + 1):
            dice = Dice(f"run/{prefix}/{number}")
            started_on = days[len(days) * (number - 1) // int(count) + dice.number(0, len(days) // int(count) - 1)]
            party = dice.pick(PARTIES[group])[1]
            amount = str(dice.number(int(low) // 10, int(high) // 10) * 10) if low else ""
            subject = Pair(f"{zh}（{number:02d}）", f"{en} ({number:02d})").filled(party=party)
            yield _run(f"{prefix}{number:02d}", sop, dice.pick(owners.split(";")), "", started_on, amount, subject)


def _run(id_: str, sop: str, owner: str, count: str, started: date, amount: str, subject: Pair) -> Run:
    dice = Dice(f"steps/{id_}")
    wanted = int(count) if count else None
    closed: list[Closed] = []
    day, whole = started, True
    for step in steps_of(sop):
        if wanted is not None and len(closed) == wanted:
            whole = False
            break
        if not step.mandatory and wanted is None and dice.chance(0.5):
            continue
        if not step.mandatory and sop == "SOP-S03/1":
            continue
        day = workday(day + timedelta(days=round(float(step.days) * (0.4 + 0.6 * dice.number(0, 10) / 10))))
        if day > LAST_DAY:
            if wanted is not None:
                raise ValueError(id_)
            whole = not step.mandatory
            break
        closed.append(_closed(id_, step, owner, day, dice))
    state, end = ("done", day) if whole else ("running", None)
    return Run(id_, sop, owner, state, started, end, amount, subject, tuple(closed))


def _closed(run: str, step: Step, owner: str, day: date, dice: Dice) -> Closed:
    at = f"{day.isoformat()}T{dice.number(9, 17):02d}:{dice.number(0, 59):02d}:00+08:00"
    by = dice.pick(holders_on(step.position, day)) if step.position else owner
    if _WAIVED_IN.get(run) == step.key:
        return Closed(step, "waived", "0003", at, _WAIVED)
    if _DEVIATED_IN.get(run) == step.key:
        return Closed(step, "deviated", by, at, _DEVIATED, ("procedures.step.documents", "0004"))
    return Closed(step, "done", by, at)

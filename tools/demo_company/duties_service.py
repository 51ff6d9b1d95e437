"""Duties of the technical service department."""
# ruff: noqa: E501 - a row of a table is one line

DUTIES = """
T-01 | D1 | 1 | critical  | asneeded  | 0.25 |         | technology/standards | 批准非标技术方案 | Approve non-standard solutions | 设计压力高于 1.0 MPa 或介质有毒、易燃的方案须总监批准。 | Solutions above 1.0 MPa or for toxic or flammable media need the director's approval.
T-01 | D2 | 1 | important | asneeded  | 0.20 | SOP-T02 | service/complaints | 主持重大投诉的原因分析 | Lead the analysis of major complaints | 24 小时内给出临时措施，10 个工作日内给出 8D 报告。 | Interim measures within 24 hours, an 8D report within 10 working days.
T-01 | D3 | 1 | routine   | yearly    | 0.10 |         | technology/standards | 更新企业技术标准 | Update company standards | 每年评审一次选型、焊接和试压标准。 | Reviews standards for sizing, welding and pressure tests once a year.
T-02 | D1 | 1 | important | daily     | 0.40 | SOP-S01 | technology/sizing | 评审技术方案与选型计算 | Review solutions and sizing | 逐项核对流量、压降、材质与工况表的一致性。 | Checks flow, pressure drop and materials against the operating data.
T-02 | D2 | 1 | important | asneeded  | 0.15 |         | technology/sizing | 维护选型软件与阻力系数库 | Maintain the sizing software and the table of resistance factors |  |
T-03 | D1 | 1 | important | daily     | 0.60 | SOP-S01 | technology/sizing | 编制技术方案与物料清单 | Prepare solutions and bills of material | 按工况调查表选型，出方案、P&ID 和物料清单。 | Sizes by the operating data; delivers the solution, P&ID and bill of material.
T-03 | D2 | 1 | routine   | asneeded  | 0.15 |         | technology/drawings | 处理设计变更 | Handle design changes | 变更须编号并通知采购、装配、质检。 | Each change has a number and is announced to purchasing, assembly and quality.
T-04 | D1 | 1 | critical  | weekly    | 0.20 | SOP-T01 | service/commissioning | 组织设备安装调试与验收 | Organise commissioning and acceptance | 每周五排定下周派工；调试前确认基础、公用工程和安全交底；验收单由客户设备负责人签字。 | Plans next week's jobs on Friday; foundations, utilities and safety briefing are confirmed first; the customer's plant engineer signs the acceptance.
T-04 | D2 | 2 | critical  | asneeded  | 0.15 |         | service/emergency | 判断并指挥大客户产线停机抢修 | Judge and direct emergency repair when a key account's line is down |  |
T-04 | D3 | 2 | important | monthly   | 0.15 | SOP-T03 | service/maintenance | 编制年度维保计划并检查执行 | Plan yearly maintenance and check that it is done | 按合同台账排 12 个月巡检，每月核对完成率，低于 95% 说明原因。 | Plans twelve months of visits by the list of contracts; below 95 % done is explained.
T-04 | D4 | 2 | important | daily     | 0.10 |         | service/remote-access | 管理客户 PLC 远程维护通道 | Manage remote access to customers' PLCs |  |
T-04 | D5 | 1 | important | asneeded  | 0.10 | SOP-T04 | service/safety | 审批受限空间与带压作业 | Permit work in confined spaces and under pressure | 无监护人、无气体检测记录不得批准。 | No permit without an attendant and a gas test on record.
T-04 | D6 | 2 | important | monthly   | 0.08 |         | service/spares | 核定现场备件安全库存 | Fix the safety stock of spares in the field | 按装机量和故障率每月调整，超 2 万元报技术总监。 | Adjusted monthly by installed units and failures; above 20,000 CNY to the technical director.
T-04 | D7 | 1 | routine   | monthly   | 0.07 |         | service/training | 组织服务工程师技能考核 | Examine the service engineers' skills | 每季度一次实操考核，不合格者两周内补考。 | A practical test each quarter; who fails repeats it within two weeks.
T-04 | D8 | 2 | important | asneeded  | 0.10 | SOP-T02 | service/complaints | 现场投诉的调查与临时措施 | Investigate complaints on site and take interim measures | 接报 2 小时内响应，24 小时内到现场。 | Answers within 2 hours, on site within 24.
T-05 | D1 | 1 | important | daily     | 0.50 | SOP-T01 | service/commissioning | 安装与调试过滤设备 | Install and commission filter equipment | 按调试记录表逐项签字，异常拍照留存。 | Signs the commissioning sheet item by item; keeps photographs of anything unusual.
T-05 | D2 | 2 | important | daily     | 0.30 | SOP-T03 | service/maintenance | 巡检、换芯与抢修 | Inspect, change cartridges and repair | 服务单当天上传，压差曲线随单保存。 | Service sheets are uploaded the same day with the pressure curve.
T-06 | D1 | 1 | important | daily     | 0.40 |         | assembly/planning | 编排装配计划与派工 | Plan assembly and assign work | 按周计划派工，缺料提前三天预警。 | Assigns work by the week; missing material is reported three days ahead.
T-06 | D2 | 1 | critical  | daily     | 0.25 |         | assembly/pressure-test | 组织水压与气密试验 | Run hydrostatic and leak tests | 试验压力为设计压力的 1.25 倍，保压 30 分钟，记录双人签字。 | Test pressure is 1.25 times the design pressure for 30 minutes; two people sign the record.
T-07 | D1 | 1 | important | daily     | 0.80 |         | assembly/work | 按图装配滤器与撬装设备 | Assemble filters and skids to the drawing | 关键螺栓按扭矩表紧固并画线。 | Critical bolts are torqued by the table and marked.
T-08 | D1 | 2 | important | daily     | 0.50 | SOP-O06 | quality/incoming | 来料与过程检验 | Incoming and in-process inspection | 滤材按批抽检通量和爆破压力，不合格贴红标隔离。 | Media are sampled by batch for flow and burst pressure; rejects get a red label and are set apart.
T-08 | D2 | 2 | important | daily     | 0.30 |         | quality/final | 出厂检验与合格证签发 | Final inspection and certificates | 无试压记录不签合格证。 | No certificate without a pressure test on record.
T-09 | D1 | 2 | important | daily     | 0.70 | SOP-S01 | laboratory/water | 水样与滤芯失效分析 | Analyse water samples and failed cartridges | SDI、颗粒度、TOC 三日内出报告；失效滤芯做切片与压差复测。 | SDI, particles and TOC within three days; failed cartridges are sectioned and retested.
"""

"""Everyday work of the technical service department."""
# ruff: noqa: E501 - a row of a table is one line

WORK = """
T-01 | 4 | decision | region | technology/standards | 3 | 批准{cp}非标方案 {no} | Approve the non-standard solution {no} for {cp} | 设计压力 1.2 MPa，要求增加安全阀与双人试压。 | Design pressure 1.2 MPa; safety valve and a witnessed pressure test added. | |
T-01 | 3 | deliverable | region | service/complaints | 9 | {cp}投诉 8D 报告 {no} | 8D report {no} on the complaint of {cp} | 根因为密封圈材质误用，已更换并修订物料编码。 | Root cause: wrong seal material; replaced, part number revised. | 8D 报告 | 8D report
T-01 | 1 | document | | technology/standards | 15 | 修订企业标准：{item}试压要求 | Revised company standard: pressure test of {item} | | | 企业标准 | company standard
T-02 | 6 | decision | region | technology/sizing | 2 | {cp}方案评审 {no} | Solution review {no}, {cp} | 压降余量不足，改选 40 英寸滤芯 {n} 支。 | Too little margin in pressure drop; {n} cartridges of 40 inches instead. | 评审记录 | review record
T-02 | 2 | issue | key | technology/sizing | 6 | {cp}材质变更评估 | Assessment of a change of material for {cp} | | | |
T-02 | 1 | document | | technology/sizing | 12 | 更新{item}阻力系数 | Updated resistance factors of {item} | | | |
T-03 | 7 | deliverable | region | technology/sizing | 5 | {cp}技术方案 {no}（{item}） | Technical solution {no} for {cp} ({item}) | 按工况表选型，附 P&ID 与物料清单。 | Sized by the operating data, with P&ID and bill of material. | 技术方案 | technical solution
T-03 | 3 | document | key | technology/drawings | 4 | {cp}设计变更通知 {no} | Design change {no} for {cp} | 接管方位旋转 90°，通知装配与质检。 | Nozzle turned by 90°; assembly and quality told. | 变更通知单 | change notice
T-03 | 3 | communication | region | technology/sizing | 2 | 与{cp}澄清工况参数 | Clarify operating data with {cp} | | | |
T-04 | 5 | task | key | service/commissioning | 6 | 派工：{cp}现场调试 {no} | Assign commissioning {no} at {cp} | 安排 {n} 人，备齐校验仪表与密封件。 | {n} people, with calibrated gauges and seals. | 派工单 | job sheet
T-04 | 3 | decision | region | service/safety | 1 | 批准{cp}受限空间作业 {no} | Permit confined-space work {no} at {cp} | 气体检测合格，监护人到位。 | Gas test passed, attendant in place. | 作业票 | work permit
T-04 | 3 | task | | service/maintenance | 4 | {last}维保完成率核对 | Checked the share of maintenance done in {last} | 完成率 9{n}%，一家客户停产顺延。 | 9{n} % done; one customer's plant was down, moved on. | 维保台账 | maintenance list
T-04 | 3 | issue | key | service/emergency | 4 | {cp}产线压差报警抢修 | Emergency at {cp}: pressure-drop alarm | 到场 {n} 小时恢复，滤芯批次留样。 | Back in {n} hours; the cartridge batch was kept as a sample. | 服务报告 | service report
T-04 | 1 | document | | service/training | 8 | {month}服务工程师实操考核 | Practical test of the service engineers, {month} | | | 考核记录 | test record
T-05 | 7 | task | region | service/maintenance | 4 | {cp}巡检与换芯 {no} | Inspection and cartridge change {no} at {cp} | 更换滤芯 {n} 支，压差由 0.12 降至 0.03 MPa。 | {n} cartridges changed; pressure drop from 0.12 down to 0.03 MPa. | 巡检表 | inspection sheet
T-05 | 4 | deliverable | region | service/commissioning | 6 | {cp}设备调试记录 {no} | Commissioning sheet {no}, {cp} | 72 小时带载运行正常，客户签字。 | 72 hours under load without fault; signed by the customer. | 调试记录表 | commissioning sheet
T-05 | 3 | issue | region | service/emergency | 3 | {cp}密封泄漏处理 | Leaking seal at {cp} | | | 服务报告 | service report
T-05 | 2 | communication | key | service/maintenance | 1 | 与{cp}约定停机换芯时间 | Agree with {cp} on the downtime for cartridges | | | |
T-06 | 5 | task | | assembly/planning | 3 | {month}第 {w} 周装配计划 | Assembly plan, week {w} of {month} | | | 装配计划 | assembly plan
T-06 | 4 | document | region | assembly/pressure-test | 2 | {cp}{unit}试压记录 {no} | Pressure test {no}: {unit} for {cp} | 1.25 倍设计压力，保压 30 分钟无渗漏。 | 1.25 times design pressure for 30 minutes, no leak. | 试压记录 | pressure test record
T-06 | 2 | issue | supplier | assembly/planning | 4 | {cp}来料短缺影响装配 | Assembly waits for goods of {cp} | | | |
T-07 | 7 | task | region | assembly/work | 4 | 装配{unit}（{cp} {no}） | Assemble {unit} ({cp} {no}) | | | |
T-07 | 2 | issue | | assembly/work | 2 | 装配返工：{unit}法兰错位 | Rework: flange of {unit} out of line | | | |
T-08 | 5 | document | supplier | quality/incoming | 2 | {cp}来料检验 {no} | Incoming inspection {no}, {cp} | 抽检 {n} 件，爆破压力合格。 | {n} pieces sampled, burst pressure passed. | 检验记录 | inspection record
T-08 | 4 | document | region | quality/final | 2 | {unit}出厂检验 {no} | Final inspection {no} of {unit} | | | 合格证 | certificate
T-08 | 2 | issue | supplier | quality/incoming | 6 | {cp}批次不合格处置 | Rejected batch of {cp} | 整批退回，要求 {n} 天内补货。 | The batch goes back; replacement within {n} days. | 不合格报告 | nonconformity report
T-09 | 6 | deliverable | region | laboratory/water | 3 | {cp}水样分析报告 {no} | Water analysis {no} for {cp} | SDI {n}.2，颗粒以铁锈为主。 | SDI {n}.2, particles mostly rust. | 分析报告 | analysis report
T-09 | 3 | deliverable | key | laboratory/water | 5 | {cp}失效滤芯切片分析 | Section of a failed cartridge from {cp} | | | 分析报告 | analysis report
"""

"""What an import has to say about rows and cells: problems that reject, and notes that do not."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from handover_core.texts import Lang, Text

_NOTHING = Text("", "")


@frozen
class Finding:
    """One thing to say: a stable code, what it is, and what would cure it."""

    code: str
    text: Text
    cure: Text = _NOTHING


@frozen
class RowProblem:
    """Why a row was rejected: the finding, the column (as the file names it) and the finding's parameters."""

    finding: Finding
    column: str = ""
    params: Mapping[str, object] = field(factory=dict)

    @property
    def code(self) -> str:
        """The finding's stable code."""
        return self.finding.code

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return the problem with its column, in ``lang``."""
        said = self.finding.text.say(lang, **self.params)
        return f"{self.column}: {said}" if self.column else said

    def remedy(self, lang: Lang = Lang.EN) -> str:
        """Return what would cure it, in ``lang``."""
        return self.finding.cure.say(lang, **self.params)


@frozen
class CellNote:
    """Something about a cell that the user should look at; the row is in all the same."""

    finding: Finding
    column: str = ""
    params: Mapping[str, object] = field(factory=dict)


# Cells

REQUIRED = Finding("cell.required", Text("is empty", "为空"), Text("Fill it in.", "请填写。"))
NOT_TEXT = Finding(
    "cell.type", Text("{value!r} is not text", "{value!r} 不是文本"), Text("Write it as plain text.", "请写成文本。")
)
NOT_INTEGER = Finding(
    "cell.integer",
    Text("{value!r} is not a whole number", "{value!r} 不是整数"),
    Text("Write digits only.", "请只写数字。"),
)
NOT_DECIMAL = Finding(
    "cell.decimal",
    Text("{value!r} is not a number", "{value!r} 不是数字"),
    Text("Write digits and a point.", "请写数字和小数点。"),
)
NOT_DATE = Finding(
    "cell.date",
    Text("{value!r} is not a date", "{value!r} 不是日期"),
    Text("Write it as 2024-01-05, 2024/1/5 or 2024年1月5日.", "请写成 2024-01-05、2024/1/5 或 2024年1月5日。"),
)
NOT_INSTANT = Finding(
    "cell.instant",
    Text("{value!r} is not a date and time", "{value!r} 不是日期时间"),
    Text(
        "Write it as 2024-01-05 10:00 or 2024-01-05T10:00:00+08:00.",
        "请写成 2024-01-05 10:00 或 2024-01-05T10:00:00+08:00。",
    ),
)
NOT_BOOLEAN = Finding(
    "cell.boolean",
    Text("{value!r} is neither yes nor no", "{value!r} 既不是“是”也不是“否”"),
    Text("Write yes or no.", "请写“是”或“否”。"),
)
NOT_A_WORD = Finding(
    "cell.word",
    Text("{value!r} is not one of the words", "{value!r} 不在可选值中"),
    Text("Write one of: {words}.", "请填写其中之一：{words}。"),
)
BAD_LIST = Finding(
    "cell.list",
    Text("the quotation marks in {value!r} do not close", "{value!r} 的引号不配对"),
    Text(
        'Put values that hold a separator in "…" and double quotation marks within.',
        '含分隔符的值请用 "…" 括起，内部引号写两次。',
    ),
)
NUMBER_AS_TEXT = Finding(
    "cell.number_as_text",
    Text(
        "the cell holds the number {value}, read as {read!r}; leading zeros may be lost",
        "单元格是数字 {value}，读作 {read!r}；可能丢失前导零",
    ),
    Text("Format the column as text and check the value.", "请将该列设为文本格式并核对。"),
)
FLOAT_TEXT = Finding(
    "cell.float_text", Text("{value!r} looks like a number that was meant as a code", "{value!r} 像是被当作数字的编码"),
    Text("Check the value.", "请核对。"),
)  # fmt: skip
SERIAL_DATE = Finding(
    "cell.serial_date",
    Text("read {value} as {read}", "将 {value} 读作 {read}"),
    Text("Check the date.", "请核对日期。"),
)
OLD_DATE = Finding(
    "cell.old_date", Text("{read} lies before 1900", "{read} 早于 1900 年"), Text("Check the date.", "请核对日期。")
)
TIME_DROPPED = Finding("cell.time_dropped", Text("of {value} only the day was kept", "{value} 只保留日期"))
NO_ZONE = Finding(
    "cell.no_zone", Text("{value} has no time zone; read in {zone}", "{value} 未注明时区，按 {zone} 读取")
)
PLACEHOLDER = Finding(
    "cell.placeholder",
    Text("{value!r} was kept as it stands", "{value!r} 按原文保留"),
    Text("Empty the cell if it means nothing.", "若表示无，请清空单元格。"),
)
TRIMMED = Finding("cell.trimmed", Text("spaces around {read!r} were left out", "已去掉 {read!r} 两端的空格"))
RENUMBERED = Finding(
    "rows.renumbered",
    Text("only the sequence of {owner} is kept, not its numbers", "{owner} 只保留先后次序，不保留序号"),
)
UNNUMBERED = Finding(
    "rows.unnumbered",
    Text(
        "the steps of {owner} have no numbers and were taken in the order of the file",
        "{owner} 的步骤没有序号，按文件中的顺序读取",
    ),
    Text("Fill in stage_no and step_no.", "请填写阶段序号和步骤序号。"),
)

# Rows

NO_KEY = Finding(
    "row.no_key",
    Text("says not what it belongs to: {columns} is empty", "未说明归属：{columns} 为空"),
    Text("Fill it in.", "请填写。"),
)
TWICE = Finding(
    "row.twice",
    Text("{key} stands in more than one row: {rows}", "{key} 在多行重复出现：{rows}"),
    Text("Keep one of the rows.", "请只保留一行。"),
)
NO_PARENT = Finding(
    "row.no_parent",
    Text("there is no {kind} {code!r} for it", "没有对应的{kind} {code!r}"),
    Text("Add it to its sheet, or correct the code.", "请在相应的表中补上，或更正编码。"),
)
DEPENDS = Finding(
    "row.depends",
    Text("{kind} {code!r} was rejected ({where})", "{kind} {code!r} 已被退回（{where}）"),
    Text("Correct that row first; this one then comes in with it.", "请先更正该行，本行随后一并导入。"),
)
UNKNOWN_REFERENCE = Finding(
    "reference.unknown",
    Text("there is no {kind} {code!r}", "没有{kind} {code!r}"),
    Text("Add it to its sheet, or correct the code.{hint}", "请在相应的表中补上，或更正编码。{hint}"),
)
AMBIGUOUS_REFERENCE = Finding(
    "reference.ambiguous",
    Text("{code!r} stands for several: {found}", "{code!r} 对应多项：{found}"),
    Text("Write source:id.", "请写成 来源:编号。"),
)
NO_VERSION = Finding(
    "version.needed",
    Text("{code!r} has the versions {numbers}, and the row names none", "{code!r} 有版本 {numbers}，该行未注明"),
    Text("Fill in the version.", "请填写版本。"),
)
UNKNOWN_VERSION = Finding(
    "version.unknown",
    Text("{code!r} has no version {number}", "{code!r} 没有版本 {number}"),
    Text("Correct the version.", "请更正版本。"),
)
TAKEN = Finding(
    "key.taken",
    Text("{key!r} belongs to {other!r} of the same source already", "{key!r} 已属于同一来源的 {other!r}"),
    Text("Check which of the two is right.", "请核对两者哪个正确。"),
)
ERASED = Finding(
    "privacy.erased",
    Text("whom this row is about was erased here", "该行所指人员的个人信息已在此删除"),
    Text("Take the row out; somebody who came back gets a new number.", "请删去该行；重新入职者请使用新工号。"),
)
CYCLE_ROW = Finding(
    "organization.cycle",
    Text("The line {names} runs in a circle.", "{names} 形成了循环。"),
    Text("Let one of them report to somebody outside the circle.", "请让其中一个改为向循环之外汇报。"),
)
WITHOUT = Finding(
    "reference.left_out",
    Text("there is no {kind} {code!r}; the rest of the row is in", "没有{kind} {code!r}；该行其余内容已导入"),
    Text("Correct the cell and import the row again.{hint}", "请更正该单元格后重新导入该行。{hint}"),
)
CLOSED_OPEN = Finding(
    "record.closed_open",
    Text("has a closing day, but the status {status}", "有完成日期，但状态为 {status}"),
    Text("Write the status that it had when it was closed, or empty the day.", "请填写关闭时的状态，或清空完成日期。"),
)
INVALID = Finding("row.invalid", Text("{what}", "{what}"), Text("Correct the cell.", "请更正该单元格。"))
REFUSED = Finding("row.refused", Text("{what}", "{what}"), Text("{needs}", "{needs}"))
STEP_BAD = Finding(
    "sop.step_rejected",
    Text("a procedure comes in whole or not at all: see {rows}", "流程要么整体导入，要么不导入：见 {rows}"),
    Text("Correct those rows.", "请更正这些行。"),
)
NO_STAGE = Finding(
    "sop.stage", Text("a step needs a stage", "步骤需要所属阶段"), Text("Fill in the stage.", "请填写阶段。")
)
STAGE_NAMES = Finding(
    "sop.stage_names",
    Text("stage {number} has two names: {names}", "阶段 {number} 有两个名称：{names}"),
    Text("Keep one.", "请保留一个。"),
)
MIXED_NUMBERS = Finding(
    "sop.numbers",
    Text("only some of its rows have numbers", "只有部分行有序号"),
    Text("Number all rows or none.", "请全部编号或全部不编号。"),
)
TWO_PUBLISHED = Finding(
    "sop.two_published",
    Text("two versions are published", "有两个版本同为已发布"),
    Text("Only the newest can be.", "只有最新版本可以是已发布。"),
)
MIXED_VERSIONS = Finding(
    "sop.versions",
    Text("some rows name a version and some do not", "部分行注明版本，部分没有"),
    Text("Name the version in all rows.", "请在所有行注明版本。"),
)
UNKNOWN_SOP = Finding(
    "sop.unknown_code", Text("names the SOP {code!r}, which does not exist", "引用了不存在的 SOP {code!r}")
)

# Conflicts

BOTH_CHANGED = Finding(
    "conflict.both_changed",
    Text(
        "was changed here and in the file: here {stored!r}, in the file {file!r}",
        "本系统与文件均已修改：本系统 {stored!r}，文件 {file!r}",
    ),
    Text("Change the file, or import it with overwriting.", "请修改文件，或以覆盖方式导入。"),
)
REMOVED_HERE = Finding(
    "conflict.removed_here",
    Text("was removed here and changed in the file", "本系统已删除，文件又有修改"),
    Text("Add it here, or import with overwriting.", "请在本系统新增，或以覆盖方式导入。"),
)
IMMUTABLE = Finding(
    "conflict.published",
    Text("a published version does not change: {what}", "已发布的版本不可修改：{what}"),
    Text("Give the change as the next version.", "请作为下一版本提供。"),
)
OVERLAPS = Finding(
    "organization.assignment.overlap",
    Text(
        "This person holds the position in this capacity already, from {start} to {end} ({where})",
        "此人已以同一身份任该岗位（{start} 至 {end}，{where}）",
    ),
    Text("End the other assignment first, or choose another range.", "请先结束已有任职，或换一个时间段。"),
)
DISAGREE = Finding(
    "row.disagree",
    Text("another row of {owner} says something else", "{owner} 的其他行内容不同"),
    Text("Write the same in all its rows, or only in one.", "请在各行填写相同内容，或只填一行。"),
)

"""Custom fields: what a tenant declares beyond the built-in fields of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from handover_core.errors import InvalidInput, Problem, Refused
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import MALFORMED
from handover_core.history.sealed import token_of
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.criteria import IsNull, Not
from handover_core.storage.encoding import encode_side, folded
from handover_core.storage.kinds import Field, FieldType, Kind, Kinds, key
from handover_core.texts import KINDS_IN_WORDS, Rule, Text
from handover_core.values import Aggregate, Scalar

if TYPE_CHECKING:
    from handover_core.storage.recording import Place
    from handover_core.storage.unit import UnitOfWork


@frozen(kw_only=True)
class CustomField(Aggregate):
    """A field that a tenant adds to a kind; ``name`` is stored, the labels are what people read."""

    kind: str
    name: str
    type: FieldType = FieldType.TEXT
    label_en: str = ""
    label_zh: str = ""
    personal: bool = False
    searchable: bool = False

    @property
    def label(self) -> Text:
        """The label in both languages; the name where none was given."""
        return Text(self.label_en or self.name, self.label_zh or self.label_en or self.name)


CUSTOM_FIELD = Kind(
    name="custom_field",
    type=CustomField,
    fields=(key("kind"), key("name")),
    unique=(("kind", "name"),),
    free_texts=(
        "label_en",
        "label_zh",
    ),
)


def refusal_of(declared: CustomField, kinds: Kinds) -> InvalidInput | None:
    """Return what is wrong with a declaration: no such kind, no name, or personal where the kind is about nobody."""
    name = declared.name
    if declared.kind not in kinds:
        return InvalidInput.at(
            "kind", "custom.kind", "{kind!r} is no kind of entries", "没有名为 {kind!r} 的类别", kind=declared.kind
        )
    if not name or name != name.strip() or name.startswith("$") or name.endswith("~"):
        return InvalidInput.at(
            "name", "custom.name", "is empty, has blanks around it, begins with $ or ends with ~",
            "为空、首尾有空格、以 $ 开头或以 ~ 结尾",
        )  # fmt: skip
    if declared.personal and not kinds[declared.kind].subject:
        return InvalidInput.at(
            "personal", "custom.personal", "{kind} is about nobody in particular", "{kind} 不涉及特定个人",
            kind=KINDS_IN_WORDS.get(declared.kind, Text(declared.kind, declared.kind)),
        )  # fmt: skip
    return None


def check_declared(declared: CustomField, kinds: Kinds) -> None:
    """Raise `InvalidInput` for a declaration that cannot be."""
    refusal = refusal_of(declared, kinds)
    if refusal is not None:
        raise refusal


_PAGE = 1000
_FIRM = ("kind", "name", "type")
HELD = Rule(
    "custom.held",
    Text(
        "The custom field {name} still holds something; entries of {kind} with it: {count}.",
        "自定义字段 {name} 仍有内容；含该字段的{kind}：{count} 条。",
    ),
    Text(
        "Empty it in these entries first, or declare a field of another name beside it.",
        "请先清空这些条目中的该字段，或另行声明其他名称的字段。",
    ),
)
REMEMBERED = Rule(
    "custom.remembered",
    Text(
        "The past of {kind} tells values of the personal custom field {name} in the clear, and an erasure is to find them.",
        "{kind}的历史记录中仍有个人自定义字段 {name} 的明文内容，删除个人信息时须能找到。",
    ),
    Text("Leave it declared as personal; nobody has to fill it in.", "请保留其个人字段声明；不必再填写。"),
)
UNKNOWN_FIELD = Text("{name} is not declared for {kind}", "{kind} 未声明字段 {name}")


def spec_of(declared: CustomField) -> Field:
    """Return the field by which the store filters a custom field."""
    return Field(
        name=f"custom.{declared.name}", type=declared.type, custom=True,
        searchable=declared.searchable and declared.type is FieldType.TEXT,
    )  # fmt: skip


def _fits(spec: Field, value: Scalar) -> bool:
    try:
        encode_side(spec, value)
    except InvalidInput:
        return False
    return True


def side_values(
    kind: str, custom: Mapping[str, Scalar], declared: Iterable[CustomField], standing: Mapping[str, Scalar] | None
) -> list[tuple[str, str]]:
    """Return the side table entries of an aggregate's custom values; raise `InvalidInput` for undeclared or wrong ones.

    A searchable text has a second entry, folded, under its name followed by ``~``. ``standing`` are the values that the
    row held before (None: these): one of them that no declaration fits any more stays as it is, and has no entry.
    """
    known = {each.name: spec_of(each) for each in declared}
    before = custom if standing is None else standing
    custom = {name: value for name, value in custom.items()
              if name not in before or before[name] != value or (name in known and _fits(known[name], value))}  # fmt: skip
    unknown = [Problem(f"custom.{name}", "custom.unknown", UNKNOWN_FIELD, {"name": name, "kind": kind})
               for name in custom if name not in known]  # fmt: skip
    if unknown:
        raise InvalidInput(unknown)
    entries: list[tuple[str, str]] = []
    for name, value in custom.items():
        stored = encode_side(known[name], value)
        if stored is None:
            continue
        entries.append((f"custom.{name}", stored))
        if known[name].searchable:
            entries.append((f"custom.{name}~", folded(stored)))
    return entries


def check_unheld(unit: UnitOfWork, before: Aggregate, after: Aggregate | None) -> None:
    """Raise `Refused` where a declaration goes, or becomes one of something else, while values of it stand.

    One count; and where a personal field is to be none any more, a walk over the past of its kind: what that tells of it
    in the clear is to be found by an erasure.
    """
    if not isinstance(before, CustomField) or before.kind not in unit.kinds:
        return
    words = KINDS_IN_WORDS.get(before.kind, Text(before.kind, before.kind))
    if not isinstance(after, CustomField) or any(getattr(before, name) != getattr(after, name) for name in _FIRM):
        held = unit.repository(unit.kinds[before.kind]).count(Not(IsNull(f"custom.{before.name}")))
        if held:
            raise Refused(HELD, name=before.name, count=held, kind=words)
    stays = isinstance(after, CustomField) and (after.kind, after.name) == (before.kind, before.name) and after.personal
    if before.personal and not stays and _is_remembered(unit, before):
        raise Refused(REMEMBERED, name=before.name, kind=words)


def _is_remembered(unit: UnitOfWork, declared: CustomField) -> bool:
    """Tell whether a value of a field stands in the clear in the past, from before it was personal, or there were keys."""
    question, word = LogQuestion(kind=declared.kind), to_json(declared.name)
    place: Place | None = None
    while page := unit.history(place, _PAGE, question):
        if any(word in (entry.body or "") and _tells(entry.body or "", declared.name) for entry in page):
            return True
        place = page[-1].kind, page[-1].id, page[-1].version
    return False


def _tells(text: str, name: str) -> bool:
    try:
        values = [custom.get(name) for custom in _customs(from_json(text))]
    except MALFORMED:
        return False  # nobody can read it, an erasure neither, and the verification names it
    return any(value is not None and token_of(value) is None for value in values)


def _customs(data: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the custom values of the content of an entry: of a body, of two, or of both sides of a difference."""
    for body in data if isinstance(data, list) else (data,):
        custom = body.get("custom", {})
        yield from (each for side in custom for each in side) if isinstance(custom, list) else (custom,)


def became_personal(before: object, after: object) -> bool:
    """Tell whether a custom field that was not called personal is so now."""
    return isinstance(before, CustomField) and isinstance(after, CustomField) and after.personal > before.personal

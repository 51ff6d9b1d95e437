"""Custom fields: what a tenant declares beyond the built-in fields of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from handover_core.errors import InvalidInput, Problem
from handover_core.storage.encoding import encode_side, folded
from handover_core.storage.kinds import Field, FieldType, Kind, Kinds, key
from handover_core.texts import KINDS_IN_WORDS, Text
from handover_core.values import Aggregate, Scalar


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
)


def refusal_of(declared: CustomField, kinds: Kinds) -> InvalidInput | None:
    """Return what is wrong with a declaration: a name that cannot be one, or personal where the kind is about nobody."""
    name = declared.name
    if not name or name != name.strip() or name.startswith("$") or name.endswith("~"):
        return InvalidInput.at(
            "name", "custom.name", "is empty, has blanks around it, begins with $ or ends with ~",
            "为空、首尾有空格、以 $ 开头或以 ~ 结尾",
        )  # fmt: skip
    if declared.personal and declared.kind in kinds and not kinds[declared.kind].subject:
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


UNKNOWN_FIELD = Text("{name} is not declared for {kind}", "{kind} 未声明字段 {name}")


def spec_of(declared: CustomField) -> Field:
    """Return the field by which the store filters a custom field."""
    return Field(
        name=f"custom.{declared.name}", type=declared.type, custom=True,
        searchable=declared.searchable and declared.type is FieldType.TEXT,
    )  # fmt: skip


def fitting_in(custom: Mapping[str, Scalar], declared: Iterable[CustomField]) -> Mapping[str, Scalar]:
    """Return those custom values that are declared, and of the type that was declared."""
    known = {each.name: spec_of(each) for each in declared}
    return {name: value for name, value in custom.items() if name in known and _fits(known[name], value)}


def _fits(spec: Field, value: Scalar) -> bool:
    try:
        encode_side(spec, value)
    except InvalidInput:
        return False
    return True


def side_values(kind: str, custom: Mapping[str, Scalar], declared: Iterable[CustomField]) -> list[tuple[str, str]]:
    """Return the side table entries of an aggregate's custom values; raise `InvalidInput` for undeclared or wrong ones.

    A searchable text has a second entry, folded, under its name followed by ``~``.
    """
    known = {each.name: spec_of(each) for each in declared}
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


def became_personal(before: object, after: object) -> bool:
    """Tell whether a custom field that was not called personal is so now."""
    return isinstance(before, CustomField) and isinstance(after, CustomField) and after.personal > before.personal

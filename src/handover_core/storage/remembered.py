"""What an import remembers of personal fields beside an aggregate, in its external references: it goes with the fields.

``imported`` maps the paths of fields to digests of what they held. The path of a part, such as a document, was once kept
as it is, and is made of the part's own words; digests were once made without a key, and few values are easily tried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handover_core.storage.personal import Body, Fields, Personal, mapped, named

EXTERNAL, IMPORTED = "external", "imported"
About = Callable[[str], bool]
"""Tells of the id of a person whether something is about them."""


def unremembered(body: Body, fields: Fields, id_: str, about: About) -> Body:
    """Return a body whose references remember nothing of the personal fields of some persons.

    Nothing of any part either where one kind of parts may be theirs: whose a part was is not told by its path.
    """
    if not any(each.get(IMPORTED) for each in body.get(EXTERNAL) or () if isinstance(each, Mapping)):
        return body
    names = {".".join(each.steps) for each in fields if _is_about(body, each, id_, about)}
    if not names:
        return body
    parts = any(not name.startswith("custom.") for name in names)
    left = [_without(each, names, parts=parts) for each in body[EXTERNAL]]
    return body if left == body[EXTERNAL] else {**body, EXTERNAL: left}


def is_forgotten(body: Body, fields: Fields, id_: str, subject: str) -> bool:
    """Tell whether what is remembered of parts beside a body goes with a person."""
    parts = {**body, EXTERNAL: [{IMPORTED: {"#": ""}}]}
    return unremembered(parts, fields, id_, subject.__eq__) is not parts


def words_of(name: str) -> str:
    """Return the words of a name under which something is remembered; it is no address that anybody follows."""
    return name.replace("~1", " ").replace("~0", "~")


def unnamed(data: Any, replaced: Callable[[str], str]) -> Any:
    """Return a body or an entry's content whose references remember nothing under names in which words are replaced."""
    if isinstance(data, list):
        return [unnamed(each, replaced) for each in data]
    if not isinstance(data, Mapping) or EXTERNAL not in data:
        return data
    return {**data, EXTERNAL: _unnamed(data[EXTERNAL], replaced)}


def _unnamed(value: Any, replaced: Callable[[str], str]) -> Any:
    """Return references, or what a change did to them, without such names."""
    if isinstance(value, list):
        return [_unnamed(each, replaced) for each in value]
    if not isinstance(value, Mapping) or not isinstance(value.get(IMPORTED), Mapping):
        return value
    kept = {
        name: each
        for name, each in value[IMPORTED].items()
        if not is_part(name) or replaced(words_of(name)) == words_of(name)
    }
    return {**value, IMPORTED: kept}


def is_part(name: str) -> bool:
    """Tell whether what is remembered under a name is of a part, or of what has a long name."""
    return name.startswith("#") or "/" in name


def _without(reference: Any, names: set[str], *, parts: bool) -> Any:
    if not isinstance(reference, Mapping) or not isinstance(reference.get(IMPORTED), Mapping):
        return reference
    imported = reference[IMPORTED]
    kept = {name: each for name, each in imported.items() if name not in names and not (parts and is_part(name))}
    return reference if len(kept) == len(imported) else {**reference, IMPORTED: kept}


def _is_about(body: Body, each: Personal, id_: str, about: About) -> bool:
    if each.steps[0] == EXTERNAL:
        return False
    if any(_names(body, name, id_, about) for name in (each.subject, each.otherwise)):
        return True
    found: list[str] = []

    def note(_: Personal, whose: str, value: Any) -> Any:
        found.append(whose)
        return value

    mapped(body, (each,), id_, note)
    return any(map(about, found))


def _names(body: Body, name: str, id_: str, about: About) -> bool:
    """Tell whether the field of the whole body that names a subject names one of the persons."""
    whose = named(body, name, (body, id_)) if name.startswith("/") else None
    return whose is not None and about(whose)

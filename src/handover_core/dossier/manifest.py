"""Plain data and digests of the documents, by which a printed copy can be checked later.

The digest of a section is SHA-256 over its canonical JSON: UTF-8, keys sorted, no spaces, nothing escaped that need
not be. Anybody can compute it from the JSON rendering with a standard library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

from attrs import evolve, fields

from handover_core.dossier.model import Dossier, HandoverDossier, Manifest, NewcomersPack, SectionDigest
from handover_core.storage.codec import Codec

D = TypeVar("D", HandoverDossier, NewcomersPack)

MANIFEST = "manifest"
_NAMES = ("kind", "format")
_CODEC = Codec()


def as_data(document: Dossier) -> dict[str, Any]:
    """Return a document as plain JSON data: its kind and format, its sections, its manifest."""
    data: dict[str, Any] = {"kind": document.kind, "format": document.format}
    data |= {each.name: _CODEC.unstructure(getattr(document, each.name)) for each in fields(type(document))}
    return data


def canonical(value: object) -> str:
    """Return plain data as the one JSON text over which digests are made."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: object) -> str:
    """Return the SHA-256 of plain data in its canonical form, as 64 hexadecimal digits."""
    return sha256(canonical(value).encode()).hexdigest()


def sealed(document: D) -> D:
    """Return the document with the manifest of what it holds."""
    data = as_data(document)
    found = {name: digest(value) for name, value in data.items() if name not in {*_NAMES, MANIFEST}}
    sections = tuple(SectionDigest(section=name, digest=each) for name, each in found.items())
    return evolve(document, manifest=Manifest(digest=_over_all(data, found), sections=sections))


def mismatches(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the sections of `as_data` that are not what its manifest says; none means that it is whole.

    A section that was added or left out is named too, and ``manifest`` where the digest over all sections is wrong.
    """
    manifest = data.get(MANIFEST) or {}
    said = {each["section"]: each["digest"] for each in manifest.get("sections", ())}
    found = {name: digest(value) for name, value in data.items() if name not in {*_NAMES, MANIFEST}}
    wrong = sorted(name for name in {**said, **found} if said.get(name) != found.get(name))
    whole = manifest.get("digest") == _over_all(data, said)
    return (*wrong, *(() if whole else (MANIFEST,)))


def _over_all(data: Mapping[str, Any], sections: Mapping[str, str]) -> str:
    return digest({**{name: data.get(name) for name in _NAMES}, "sections": dict(sections)})

"""A text is sought in what people wrote: not in ciphertext, digests or marks, and never in half of it."""

from __future__ import annotations

import json

import pytest

from archives import NAMES, Archive
from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.audit.model import Wanted
from handover_core.errors import OtherKeys
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Driver, Vault
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from pasts import AUDITOR

OWNER = Actor("owner", frozenset({Role.OWNER, Role.AUDITOR}))


def office_of(archive: Archive, store: Driver, vault: Vault | None) -> Office:
    core = HandoverCore(store, vault=vault, clock=lambda: archive.story.now)
    return core.office(archive.story.tenant, OWNER)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("text", [NAMES[0], "nobody's name", "because"])
def test_without_its_keys_a_sealed_company_is_not_searched_as_if_it_were_empty(
    store: Driver, ring: KeyRing, other_ring: KeyRing, level: Level, text: str
) -> None:
    archive = Archive(store, ring)
    office_of(archive, store, ring).privacy.set_level(level)
    assert (text == "nobody's name") is (() == office_of(archive, store, ring).audit.search(Wanted(text=text)).items)
    for keys in (None, other_ring):
        audit = office_of(archive, store, keys).audit
        with pytest.raises(OtherKeys):
            audit.search(Wanted(text=text), limit=10_000)
        assert audit.search(Wanted(kind="batch", text="nothing")).items == ()


@pytest.mark.parametrize("keyed", [True, False])
def test_what_nobody_wrote_is_not_found(store: Driver, ring: KeyRing, keyed: bool) -> None:
    archive = Archive(store, ring if keyed else None)
    archive.story.do(lambda unit: unit.personal.redact(EMPLOYEE, archive.person, lambda text: text.replace("a", "_")))
    with archive.story.core.units.unit(archive.story.tenant, AUDITOR, write=False) as unit:
        redaction = json.loads(unit.changes(EMPLOYEE, archive.person)[-1].body or "")
    digest = next(iter(redaction["$redacted"].values()))
    audit = office_of(archive, store, ring if keyed else None).audit
    for made in (digest[10:20], *([redaction["$keyed"][:8]] if keyed else [])):
        assert () == audit.search(Wanted(text=made)).items

"""How one document speaks: its language, its time zone, its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from handover_core.actor import SYSTEM as SYSTEM_ACTOR
from handover_core.dossier import texts
from handover_core.dossier.model import Dossier, Person
from handover_core.dossier.sheet import Digests, Fact, Link
from handover_core.texts import Lang, Text, say_day
from handover_core.values import Document

FOLLOWED = frozenset({"http", "https"})
LONGEST = 1200
"""How many characters of a text from elsewhere are laid out; the JSON rendering has all of it."""

ONE_ITEM = Text("1 item", "1 项")
N_ITEMS = Text("{count} items", "{count} 项")
WHOLE_DIGEST = Text("Digest of the document (SHA-256)", "文件摘要（SHA-256）")
DIGEST_NOTE = Text(
    "A printed copy is checked by these digests: each is the SHA-256 of the section's canonical JSON (UTF-8, sorted "
    "keys, no spaces) in the JSON rendering of this document. Any change of a section changes its digest.",
    "打印件可凭下列摘要核对：每个摘要是本文件 JSON 版本中该部分的规范 JSON（UTF-8、键排序、无空格）的 SHA-256。"
    "任何一处改动都会使摘要不同。",
)


@frozen
class Voice:
    """Says the words, days and names of one document in one language."""

    lang: Lang
    document: Dossier
    zone: tzinfo

    def __call__(self, text: Text, /, **params: object) -> str:
        """Return the text in the document's language."""
        return text.say(self.lang, **params)

    def day(self, day: date | None) -> str:
        """Return a day as people write it."""
        return say_day(day, self.lang)

    def at(self, instant: datetime) -> str:
        """Return an instant as people write it, in the company's time zone."""
        return texts.say_instant(instant, self.zone, self.lang)

    def name(self, id: str | None) -> str:
        """Return somebody's name; the id itself for an actor who is no employee."""
        if id == SYSTEM_ACTOR.id:
            return self(texts.SYSTEM)
        found = self.document.person(id)
        return (id or "") if found is None else found.name

    def who(self, id: str | None) -> str:
        """Return somebody's name and number."""
        found = self.document.person(id)
        return self.name(id) if found is None else self.numbered(found)

    def numbered(self, person: Person) -> str:
        """Return a name and number."""
        return f"{person.name}（{person.number}）" if self.lang is Lang.ZH else f"{person.name} ({person.number})"

    def place(self, person: Person | None) -> str:
        """Return what somebody does, and where."""
        if person is None:
            return ""
        return " · ".join(each for each in (self.join(person.positions), person.unit) if each)

    def join(self, words: Iterable[str]) -> str:
        """Return words as an enumeration."""
        return texts.join(tuple(words), self.lang)

    def items(self, count: int) -> str:
        """Return how many items there are."""
        return self(ONE_ITEM) if count == 1 else self(N_ITEMS, count=count)


def voice_of(document: Dossier, lang: Lang) -> Voice:
    """Return the voice of a document; a time zone that this machine does not know is told in UTC."""
    try:
        zone: tzinfo = ZoneInfo(document.company.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return Voice(lang, document, zone)


def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """Return the pairs that have a value."""
    return tuple(Fact(label=label, value=value) for label, value in pairs if value)


def clipped(text: str) -> str:
    """Return a text that is not too long to be laid out."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def links(documents: Iterable[Document]) -> tuple[Link, ...]:
    """Return documents as links; only web addresses can be followed."""
    return tuple(Link(title=each.title, uri=each.uri, href=_href(each.uri)) for each in dict.fromkeys(documents))


def _href(uri: str) -> str | None:
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        return None
    return uri if scheme in FOLLOWED else None


def digests(voice: Voice) -> Digests:
    """Return the manifest as it is printed."""
    manifest = voice.document.manifest
    return Digests(
        note=voice(DIGEST_NOTE),
        whole=Fact(label=voice(WHOLE_DIGEST), value=manifest.digest),
        sections=tuple(
            Fact(
                label=voice(texts.SECTION_LABELS.get(each.section, Text(each.section, each.section))), value=each.digest
            )
            for each in manifest.sections
        ),
    )

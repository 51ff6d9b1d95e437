"""The documents as data: in no language, of no tenant, complete in themselves.

Ids inside a document are explained by the document: people by ``people``, what an item was derived from by
``sources``. Each field of a document beside its manifest is a section of its own and has a digest of its own; see
`dossier.manifest`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from attrs import field, frozen

from handover_core.handover.model import Category, Departure, Handover, HandoverItem, HandoverQuestion, Source
from handover_core.handover.progress import Completeness
from handover_core.organization.model import Capacity, PositionVersion, Qualification
from handover_core.procedures.model import Stage
from handover_core.records.model import ProjectStatus, WorkRecord
from handover_core.values import Document


@frozen(kw_only=True)
class SectionDigest:
    """The digest of one section: SHA-256 over its canonical JSON, in hexadecimal."""

    section: str
    digest: str


@frozen(kw_only=True)
class Manifest:
    """What a printed copy is checked by: a digest for each section, and one over all of them."""

    digest: str = ""
    sections: tuple[SectionDigest, ...] = ()


@frozen(kw_only=True)
class CompanyNote:
    """Whose document it is, and the time zone in which its instants are told."""

    name: str
    time_zone: str


@frozen(kw_only=True)
class Person:
    """Somebody named in a document, with unit and positions as on the document's day."""

    id: str
    number: str
    name: str
    unit: str | None = None
    positions: tuple[str, ...] = ()
    employed: bool = True


@frozen(kw_only=True)
class Holder:
    """Somebody who holds a position in one capacity; ``until`` is the last day, None until further notice."""

    person_id: str
    capacity: Capacity
    since: date
    until: date | None = None


@frozen(kw_only=True)
class PositionLeft:
    """A position that the giver leaves, and who holds it after the last day."""

    position_id: str
    code: str
    title: str
    unit: str | None = None
    capacity: Capacity
    since: date
    after: tuple[Holder, ...] = ()


@frozen(kw_only=True)
class SourceNote:
    """What an item was derived from, as far as a reader needs it to find and understand it.

    ``key`` is the item's source key; ``references`` name it in other systems as ``source:id``; ``about`` is its own
    text (a record's body, a duty's description).
    """

    key: str
    kind: str
    code: str | None = None
    title: str = ""
    about: str = ""
    references: tuple[str, ...] = ()
    record_kind: str | None = None
    counterparty: str | None = None
    area: str | None = None
    opened_on: date | None = None
    due_on: date | None = None
    documents: tuple[Document, ...] = ()


@frozen(kw_only=True)
class CategoryProgress:
    """The completeness of one category."""

    category: Category
    completeness: Completeness


@frozen(kw_only=True)
class Progress:
    """How far a case has come on the document's day; items by their codes."""

    whole: Completeness
    categories: tuple[CategoryProgress, ...]
    never_explained: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    without_receiver: tuple[str, ...] = ()


class _WithPeople:
    """What both documents offer to find their way inside."""

    __slots__ = ()
    people: tuple[Person, ...]

    def person(self, id: str | None) -> Person | None:
        """Return who has this id, or None for an actor who is no employee."""
        return next((each for each in self.people if each.id == id), None)


@frozen(kw_only=True)
class HandoverDossier(_WithPeople):
    """The handover dossier (交接清单/移交清册) of one case, as it stood on ``generated_on``."""

    kind: ClassVar[str] = "handover_dossier"
    format: ClassVar[int] = 1

    company: CompanyNote
    generated_on: date
    departure: Departure
    case: Handover
    people: tuple[Person, ...]
    positions: tuple[PositionLeft, ...]
    progress: Progress
    items: tuple[HandoverItem, ...]
    sources: tuple[SourceNote, ...]
    questions: tuple[HandoverQuestion, ...]
    manifest: Manifest = Manifest()

    @property
    def giver(self) -> Person | None:
        """The giver (移交人)."""
        return self.person(self.case.giver_id)

    @property
    def supervisor(self) -> Person | None:
        """The supervisor (监交人)."""
        return self.person(self.case.supervisor_id)

    def source(self, source: Source) -> SourceNote | None:
        """Return what is known of an item's source, or None where it is stored no longer."""
        return next((each for each in self.sources if each.key == source.key), None)


@frozen(kw_only=True)
class QualificationCheck:
    """A qualification that the position asks for, and whether the person holds it on the day."""

    qualification: Qualification
    held: bool


@frozen(kw_only=True)
class Post:
    """The position of a newcomer, its description on the day, and how the person holds it."""

    position_id: str
    code: str
    unit: str | None = None
    description: PositionVersion
    capacity: Capacity | None = None
    since: date | None = None
    until: date | None = None
    needs_sign_off: bool = False
    qualifications: tuple[QualificationCheck, ...] = ()

    @property
    def lacking(self) -> tuple[Qualification, ...]:
        """The mandatory qualifications that the person does not hold on the day."""
        return tuple(
            each.qualification for each in self.qualifications if not each.held and each.qualification.mandatory
        )


@frozen(kw_only=True)
class Procedure:
    """An SOP that comes with the position.

    ``number`` is that of the version in force, None where none was ever published. ``must_read`` says that the person
    has not acknowledged the last major version; ``reasons`` are ``duty``, ``owner`` and ``step``.
    """

    code: str
    title: str
    number: int | None = None
    published_on: date | None = None
    review_by: date | None = None
    author_id: str | None = None
    stages: tuple[Stage, ...] = ()
    reasons: tuple[str, ...] = ()
    must_read: bool = False
    read_on: date | None = None


@frozen(kw_only=True)
class RecordList:
    """The first records of a list, and how many there are in all."""

    records: tuple[WorkRecord, ...] = ()
    total: int = 0

    @property
    def further(self) -> int:
        """How many more exist than are shown."""
        return self.total - len(self.records)


@frozen(kw_only=True)
class Received:
    """Handover items that the person receives: all open ones, and the first verified ones of ``verified_total``."""

    items: tuple[HandoverItem, ...] = ()
    sources: tuple[SourceNote, ...] = ()
    verified_total: int = 0

    @property
    def further(self) -> int:
        """How many more verified ones exist than are shown."""
        return self.verified_total - sum(each.verified is not None for each in self.items)


@frozen(kw_only=True)
class ProjectMemberNote:
    """Somebody's part in a project."""

    person_id: str
    part: str


@frozen(kw_only=True)
class ProjectNote:
    """A project of the predecessors or of the person, with its members on the day."""

    code: str
    name: str
    status: ProjectStatus
    members: tuple[ProjectMemberNote, ...] = ()


@frozen(kw_only=True)
class Reason:
    """Why to ask somebody: a stable code, and what it is about."""

    code: str
    about: tuple[str, ...] = ()


@frozen(kw_only=True)
class Contact:
    """Somebody to ask, for what, and how to reach them."""

    person_id: str
    reasons: tuple[Reason, ...]
    email: str | None = None
    phone: str | None = None


@frozen(kw_only=True)
class PlaceName:
    """A position that is named in a document; ``authorities`` are the names of its authorities by key."""

    id: str
    code: str
    title: str
    authorities: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class NewcomersPack(_WithPeople):
    """The newcomer's pack (新人上岗资料包) for a person and a position; ``day`` is the one for which it holds.

    ``day`` is the day on which it was generated, or the first day in the position where that is later.
    """

    kind: ClassVar[str] = "newcomers_pack"
    format: ClassVar[int] = 1

    company: CompanyNote
    generated_on: date
    day: date
    person_id: str
    people: tuple[Person, ...]
    post: Post
    places: tuple[PlaceName, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    predecessors: tuple[Holder, ...] = ()
    open_records: RecordList = field(factory=RecordList)
    recent_records: RecordList = field(factory=RecordList)
    received: Received = field(factory=Received)
    projects: tuple[ProjectNote, ...] = ()
    contacts: tuple[Contact, ...] = ()
    manifest: Manifest = Manifest()

    @property
    def newcomer(self) -> Person | None:
        """Whose pack it is."""
        return self.person(self.person_id)

    def place(self, id: str | None) -> PlaceName | None:
        """Return the position with this id, or None."""
        return next((each for each in self.places if each.id == id), None)


Dossier = HandoverDossier | NewcomersPack
"""Every document of this room."""

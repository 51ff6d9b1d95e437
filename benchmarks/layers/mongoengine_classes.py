"""The class that mongoengine maps."""

from __future__ import annotations

from typing import ClassVar

from mongoengine import (
    DateTimeField,
    DictField,
    Document,
    EmbeddedDocument,
    EmbeddedDocumentListField,
    IntField,
    StringField,
)


class DocumentPart(EmbeddedDocument):
    """A document of a record."""

    title = StringField(required=True)
    uri = StringField(required=True)


class ExternalPart(EmbeddedDocument):
    """A record's name in another system."""

    source = StringField(required=True)
    other_id = StringField(required=True)


class RecordDocument(Document):
    """A work record."""

    meta: ClassVar = {
        "collection": "mongoengine_record",
        "indexes": [["owner_id", "status"], "author_id", ["area", "_id"], "counterparty", "project_id"],
        "auto_create_index": False,
    }
    id = StringField(primary_key=True)
    version = IntField(required=True)
    kind = StringField(required=True)
    title = StringField(required=True, max_length=255)
    body = StringField()
    owner_id = StringField(required=True)
    author_id = StringField(required=True)
    position_id = StringField()
    project_id = StringField()
    status = StringField(required=True)
    opened_on = DateTimeField(required=True)
    due_on = DateTimeField()
    closed_on = DateTimeField()
    priority = StringField(required=True)
    counterparty = StringField()
    run_id = StringField()
    area = StringField()
    custom = DictField()
    documents = EmbeddedDocumentListField(DocumentPart)
    external = EmbeddedDocumentListField(ExternalPart)

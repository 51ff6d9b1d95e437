# No `from __future__ import annotations` here: SQLModel reads the classes of relationships from the annotations.
"""The classes of SQLModel, with tables like those of SQLAlchemy's classes."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

METADATA = sa.MetaData()
_PARTS = {"lazy": "selectin", "cascade": "all, delete-orphan"}
_INDEXES = (("owner_id", "status"), ("author_id",), ("area",), ("counterparty",), ("project_id",))
_VERSION = sa.Column("version", sa.Integer, nullable=False)


class Base(SQLModel):
    """What the classes share: tables apart from those of other programs."""

    metadata = METADATA


class DocumentModel(Base, table=True):
    """A document of a record."""

    __tablename__ = "sqlmodel_document"
    id: int | None = Field(default=None, primary_key=True)
    record_id: str = Field(foreign_key="sqlmodel_record.id", index=True, max_length=64)
    title: str = Field(max_length=255)
    uri: str = Field(max_length=255)


class ExternalModel(Base, table=True):
    """A record's name in another system."""

    __tablename__ = "sqlmodel_external"
    id: int | None = Field(default=None, primary_key=True)
    record_id: str = Field(foreign_key="sqlmodel_record.id", index=True, max_length=64)
    source: str = Field(max_length=255)
    other_id: str = Field(max_length=255)


class RecordModel(Base, table=True):
    """A work record."""

    __tablename__ = "sqlmodel_record"
    __table_args__ = tuple(sa.Index(f"sqlmodel_record_i{number}", *each, "id") for number, each in enumerate(_INDEXES))
    __mapper_args__ = {"version_id_col": _VERSION}
    id: str = Field(primary_key=True, max_length=64)
    version: int | None = Field(default=None, sa_column=_VERSION)
    kind: str = Field(max_length=255)
    title: str = Field(max_length=255)
    body: str = Field(sa_type=sa.Text)
    owner_id: str = Field(max_length=64)
    author_id: str = Field(max_length=64)
    position_id: str | None = Field(default=None, max_length=64)
    project_id: str | None = Field(default=None, max_length=64)
    status: str = Field(max_length=64)
    opened_on: date
    due_on: date | None = None
    closed_on: date | None = None
    priority: str = Field(max_length=255)
    counterparty: str | None = Field(default=None, max_length=255)
    run_id: str | None = Field(default=None, max_length=64)
    area: str | None = Field(default=None, max_length=255)
    custom: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    documents: list[DocumentModel] = Relationship(sa_relationship_kwargs=_PARTS)
    external: list[ExternalModel] = Relationship(sa_relationship_kwargs=_PARTS)

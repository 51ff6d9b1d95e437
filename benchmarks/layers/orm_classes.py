"""The classes that the mappers map: SQLAlchemy's own, and SQLModel's."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from benchmarks.layers.orm import Mapped as Mapping_
from benchmarks.layers.orm import values_of

_INDEXES = (("owner_id", "status"), ("author_id",), ("area",), ("counterparty",), ("project_id",))


class Base(DeclarativeBase):
    """The tables of SQLAlchemy's classes."""

    type_annotation_map = {str: sa.String(255)}  # noqa: RUF012 - the mapper's own way


class DocumentRow(Base):
    """A document of a record."""

    __tablename__ = "orm_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_record.id"), index=True)
    title: Mapped[str]
    uri: Mapped[str]


class ExternalRow(Base):
    """A record's name in another system."""

    __tablename__ = "orm_external"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_record.id"), index=True)
    source: Mapped[str]
    other_id: Mapped[str]


class RecordRow(Base):
    """A work record."""

    __tablename__ = "orm_record"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    version: Mapped[int] = mapped_column()
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[str] = mapped_column(sa.String(64))
    author_id: Mapped[str] = mapped_column(sa.String(64))
    position_id: Mapped[str | None] = mapped_column(sa.String(64))
    project_id: Mapped[str | None] = mapped_column(sa.String(64))
    status: Mapped[str] = mapped_column(sa.String(64))
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    priority: Mapped[str]
    counterparty: Mapped[str | None]
    run_id: Mapped[str | None] = mapped_column(sa.String(64))
    area: Mapped[str | None]
    custom: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    documents: Mapped[list[DocumentRow]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    external: Mapped[list[ExternalRow]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own way
    __table_args__ = tuple(sa.Index(f"orm_record_i{number}", *each, "id") for number, each in enumerate(_INDEXES))


def sqlalchemy_classes() -> Mapping_:
    """Return SQLAlchemy's own mapping."""
    return Mapping_("SQLAlchemy ORM", RecordRow, Base.metadata, lambda record: RecordRow(**values_of(record)))


def sqlmodel_classes() -> Mapping_:
    """Return SQLModel's mapping of tables like those; raises `ImportError` where it is not installed."""
    from benchmarks.layers import sqlmodel_classes as classes

    return Mapping_(
        "SQLModel", classes.RecordModel, classes.METADATA, lambda record: classes.RecordModel(**values_of(record))
    )

"""The class that beanie maps."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, Field


class DocumentPart(BaseModel):
    """A document of a record."""

    title: str
    uri: str


class ExternalPart(BaseModel):
    """A record's name in another system."""

    source: str
    other_id: str


class RecordModel(Document):
    """A work record; `use_revision` checks on saving that nobody saved it meanwhile."""

    id: str  # type: ignore[assignment]
    kind: str
    title: str = Field(max_length=255)
    body: str
    owner_id: str
    author_id: str
    position_id: str | None = None
    project_id: str | None = None
    status: str
    opened_on: datetime
    due_on: datetime | None = None
    closed_on: datetime | None = None
    priority: str
    counterparty: str | None = None
    run_id: str | None = None
    area: str | None = None
    custom: dict[str, Any] = Field(default_factory=dict)
    documents: list[DocumentPart] = Field(default_factory=list)
    external: list[ExternalPart] = Field(default_factory=list)

    class Settings:
        """How it is stored."""

        name = "beanie_record"
        use_revision = True
        indexes: ClassVar = [
            [("owner_id", 1), ("status", 1)], "author_id", [("area", 1), ("_id", 1)], "counterparty", "project_id",
        ]  # fmt: skip

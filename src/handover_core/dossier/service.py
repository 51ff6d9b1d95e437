"""Builds the documents, each from a fixed number of queries."""

from __future__ import annotations

from handover_core.desk import Room


class DossierService(Room):
    """The documents of one company."""

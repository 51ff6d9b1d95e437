"""Roles that several rules of this room name."""

from __future__ import annotations

from handover_core.actor import Role

KEEPERS = (Role.HR, Role.OWNER)
"""Who keeps departures and may lead any case."""

APPROVERS = (Role.APPROVER, Role.OWNER)
"""Who waives items and lifts the separation of duties."""

"""Default rules as data: numbers that a host may override, and the calendar port."""

from handover_core.policy.calendar import Calendar, Weekdays
from handover_core.policy.model import GENERIC, Criticality, Policy, Verification

__all__ = ["GENERIC", "Calendar", "Criticality", "Policy", "Verification", "Weekdays"]

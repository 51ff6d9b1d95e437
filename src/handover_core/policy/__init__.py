"""Default rules as data: numbers that a host may override, the law, and the calendar port."""

from handover_core.policy.calendar import Calendar, Overlay, Weekdays, Without
from handover_core.policy.deadlines import Deadline
from handover_core.policy.model import CHINA, GENERIC, Criticality, Policy, Silence, Verification
from handover_core.policy.presets import CN, GENERIC_LAW, Law

__all__ = [
    "CHINA",
    "CN",
    "GENERIC",
    "GENERIC_LAW",
    "Calendar",
    "Criticality",
    "Deadline",
    "Law",
    "Overlay",
    "Policy",
    "Silence",
    "Verification",
    "Weekdays",
    "Without",
]

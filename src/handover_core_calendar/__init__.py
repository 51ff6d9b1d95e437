"""Working days of a country from the `holidays` package, make-up workdays included, as the core's calendar port.

Needs the extra ``calendar``: importing the module is free, making a calendar raises `MissingExtra` without it.
"""

from handover_core_calendar.national import NationalCalendar, national

__all__ = ["NationalCalendar", "national"]

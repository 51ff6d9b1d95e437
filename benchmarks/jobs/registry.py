"""The domain jobs: a job of a new room adds itself here by one line."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from benchmarks.jobs import work
from benchmarks.jobs.at import At

Work = Callable[[At], int]


@frozen
class Job:
    """A job: what it does, in words, and the function, which returns how many of ``unit`` it did."""

    words: str
    run: Work
    unit: str = "records"


JOBS: dict[str, Job] = {
    "fill": Job("append the company's records through the units of work", work.fill),
    "export": Job("export the company as CSV sheets", work.export_sheets, "rows"),
    "import": Job("import those sheets into an empty store", work.import_sheets, "rows"),
    "derive": Job("derive the handover of one who leaves", work.derive, "items"),
    "dossier": Job("build that handover's dossier", work.dossier, "items"),
    "verify": Job("verify the history of everything", work.verify, "streams"),
    "deliver": Job("change people one by one, and let a relay deliver what happened", work.deliver, "events"),
    "erase": Job("erase one who left long ago, whatever is about them", work.erase, "records of theirs"),
    "search": Job("ask the log what one person did", work.search, "entries"),
    "copy": Job("copy the company to another store, and compare", work.copy, "entries"),
}
"""By name, in the order in which they run on one company. ``copy`` runs three times: to PostgreSQL, MongoDB and back."""

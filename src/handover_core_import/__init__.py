"""A company's own sheets turned into commands: readers, mapping, three-way compare, rejects; and the way back."""

from handover_core_import.exporter import Written, export
from handover_core_import.importer import Importer
from handover_core_import.mapping import guess_mapping, load_mapping
from handover_core_import.rejects import write_rejects
from handover_core_import.report import ImportReport, Outcome, Progress, Reject
from handover_core_import.templates import write_templates
from handover_core_import.writing.tables import Format

__all__ = [
    "Format",
    "ImportReport",
    "Importer",
    "Outcome",
    "Progress",
    "Reject",
    "Written",
    "export",
    "guess_mapping",
    "load_mapping",
    "write_rejects",
    "write_templates",
]

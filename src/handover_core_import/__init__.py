"""A company's own sheets turned into commands: readers, mapping, three-way compare, rejects; and the way back."""

from handover_core_import.importer import Importer
from handover_core_import.mapping import guess_mapping, load_mapping
from handover_core_import.report import ImportReport, Progress, Reject

__all__ = ["ImportReport", "Importer", "Progress", "Reject", "guess_mapping", "load_mapping"]

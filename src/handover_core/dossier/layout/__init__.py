"""From a document to a sheet: what stands where, in one language; pure, and the same for every format."""

from __future__ import annotations

from handover_core.dossier.layout.handover import handover_sheet
from handover_core.dossier.layout.newcomer import newcomer_sheet
from handover_core.dossier.model import Dossier, HandoverDossier
from handover_core.dossier.sheet import Sheet
from handover_core.texts import Lang


def laid_out(document: Dossier, lang: Lang) -> Sheet:
    """Return the document laid out in ``lang``."""
    if isinstance(document, HandoverDossier):
        return handover_sheet(document, lang)
    return newcomer_sheet(document, lang)


__all__ = ["laid_out"]

"""Builds the documents, each from a fixed number of queries."""

from __future__ import annotations

from handover_core.desk import Room
from handover_core.dossier.cases import case_dossier
from handover_core.dossier.model import HandoverDossier, NewcomersPack
from handover_core.dossier.packs import newcomers_pack


class DossierService(Room):
    """The documents of one company, as they stand on the desk's day."""

    def handover(self, case_code: str) -> HandoverDossier:
        """Return the handover dossier (交接清单) of a case; raise `NotFound`."""
        return self.desk.ask(
            lambda unit: case_dossier(unit, case_code, self.desk.today(unit), str(self.desk.zone_of(unit)))
        )

    def newcomer(self, number: str, position_code: str | None = None) -> NewcomersPack:
        """Return the newcomer's pack of an employee for a position: the one named, else the one taken up last.

        Raises `NotFound` for an unknown number or code, `Refused` where the person has no position on the day or
        later, or the position has no description.
        """
        return self.desk.ask(
            lambda unit: newcomers_pack(
                unit, number, position_code, self.desk.today(unit), str(self.desk.zone_of(unit))
            )
        )

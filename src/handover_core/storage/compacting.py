"""What a physical clean-up of a store has done, and what it had to leave."""

from __future__ import annotations

from attrs import frozen

from handover_core.texts import Text


@frozen(kw_only=True)
class Compaction:
    """A clean-up, after which bytes that were overwritten or deleted have left the files of a store.

    ``done`` are its steps in order. ``remains`` says for each place that may still hold old bytes what it is and who
    can clean it; backups and copies that the backend knows nothing of are never among them.
    """

    done: tuple[Text, ...] = ()
    remains: tuple[Text, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the backend knows of no place that still holds old bytes."""
        return not self.remains

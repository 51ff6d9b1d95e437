"""Commits that fail as told: the hook by which the contract asks what a unit of work does then."""

from __future__ import annotations

from attrs import frozen

from handover_core.errors import HandoverError
from handover_core.storage import Driver, Transaction


@frozen
class CommitFault:
    """The error that one commit raises, and whether it had landed by then."""

    error: HandoverError
    landed: bool


class FailingCommits:
    """A driver whose next writing transactions fail at their commit, one for each fault; then it works again."""

    def __init__(self, driver: Driver, *faults: CommitFault) -> None:
        self.faults = list(faults)
        self.capabilities = driver.capabilities
        self.schema = driver.schema
        self.translate = driver.translate
        self._driver = driver

    def transaction(self, *, write: bool) -> Transaction:
        """See `Driver.transaction`."""
        transaction = self._driver.transaction(write=write)
        if write and self.faults:
            fault = self.faults.pop(0)
            commit = transaction.commit

            def failing() -> None:
                if fault.landed:
                    commit()
                else:
                    transaction.rollback()
                raise fault.error

            transaction.commit = failing  # type: ignore[method-assign]
        return transaction

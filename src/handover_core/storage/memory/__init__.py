"""The memory driver: the same contract as the databases, in plain dictionaries; for tests and for trying things out."""

from handover_core.storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]

"""Storage on SQL databases, through SQLAlchemy Core."""

from handover_core_sql.store import SqlStore

__all__ = ["SqlStore"]

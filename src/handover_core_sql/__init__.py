"""Storage on SQL databases, through SQLAlchemy Core."""

from handover_core.errors import MissingExtra

try:
    import sqlalchemy as _sqlalchemy  # noqa: F401 - asked for here, so that a missing one says what to install
except ImportError as error:
    raise MissingExtra("handover_core_sql", "sql") from error

from handover_core_sql.hosts import HostTransaction
from handover_core_sql.store import SqlStore

__all__ = ["HostTransaction", "SqlStore"]

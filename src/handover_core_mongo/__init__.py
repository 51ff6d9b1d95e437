"""Storage on MongoDB, through pymongo."""

from handover_core.errors import MissingExtra

try:
    import pymongo as _pymongo  # noqa: F401 - asked for here, so that a missing one says what to install
except ImportError as error:
    raise MissingExtra("handover_core_mongo", "mongo") from error

from handover_core_mongo.store import MongoStore

__all__ = ["MongoStore"]

"""pymongo's errors as the library's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from handover_core.errors import AlreadyExists, CommitUnknown, Contention, HandoverError, StorageUnavailable
from handover_core.texts import Text

RAISED = (PyMongoError, BSONError)
"""What pymongo raises: for an overlong document, before anything is sent, errors of its encoder."""

DUPLICATE = 11000
NAMESPACE_EXISTS = 48
_WRITE_CONFLICT = 112
_NOT_IN_A_SET = 20
_CONTENDED = frozenset((24, _WRITE_CONFLICT, 246, 239, 251))
"""Lock timeout, write conflict, snapshot unavailable or too old, and a transaction that the server has ended."""

NO_TRANSACTIONS = Text(
    "this MongoDB server stands alone and has no transactions; start it with --replSet rs0 and run rs.initiate() once "
    "(a set of one member is enough)",
    "该 MongoDB 服务器是单机模式，不支持事务；请用 --replSet rs0 启动并执行一次 rs.initiate()（单成员副本集即可）",
)


def translated(error: BaseException) -> HandoverError | None:
    """Return the library's error for a pymongo exception, or None for one that is not pymongo's."""
    if isinstance(error, HandoverError):
        return error
    if isinstance(error, BSONError):
        return StorageUnavailable(str(error))
    if not isinstance(error, PyMongoError):
        return None
    details = _details(error)
    code = details.get("code", getattr(error, "code", None))
    if code == DUPLICATE:
        return AlreadyExists("row", _taken_key(details, str(error)))
    # A server that is not found within the client's own time is not worth twelve more such waits.
    if isinstance(error, ServerSelectionTimeoutError):
        return StorageUnavailable(str(error))
    if error.has_error_label("TransientTransactionError") or code in _CONTENDED:
        return Contention()
    return StorageUnavailable(NO_TRANSACTIONS if code == _NOT_IN_A_SET else str(error))


def translated_commit(error: PyMongoError) -> HandoverError:
    """Return the error for a failed commit: whatever is no clear refusal may have landed.

    That the server knows no such transaction is no clear refusal either: pymongo repeats a commit by itself, so the
    first one may have landed before the server lost its memory of it.
    """
    if isinstance(error, InvalidOperation | ConfigurationError):
        return StorageUnavailable(str(error))
    if isinstance(error, OperationFailure) and not error.has_error_label("UnknownTransactionCommitResult"):
        ours = translated(error)
        if error.code == _WRITE_CONFLICT or isinstance(ours, AlreadyExists):
            return ours or Contention()
    return CommitUnknown(str(error))


def _details(error: PyMongoError) -> Mapping[str, Any]:
    """Return what the server said of the write that failed."""
    details: Mapping[str, Any] = getattr(error, "details", None) or {}
    if isinstance(error, BulkWriteError):
        return next(iter(details.get("writeErrors", ())), details)
    return details


def _taken_key(details: Mapping[str, Any], words: str) -> str:
    """Return the fields of the unique key that is taken, without the tenant; the message where it names none."""
    pattern: Mapping[str, Any] = details.get("keyPattern") or {}
    names = ["id" if name == "_id" else name for name in pattern if name != "tenant"]
    return ", ".join(names) or words

"""SQLite: the file is written anew, and the write-ahead log is emptied."""

from __future__ import annotations

import sqlite3

from handover_core.storage import Compaction
from handover_core.texts import Text

_REWRITTEN = Text("the file was written anew (VACUUM)", "已重写数据库文件（VACUUM）")
_EMPTIED = Text("the write-ahead log was emptied", "已清空预写日志")
_READERS = Text(
    "the write-ahead log keeps old pages, because others read the file at the same time; end them and compact again",
    "另有连接正在读取，预写日志仍保留旧页；请结束这些连接后再次清理",
)

PATIENCE = 10_000
"""How many milliseconds others are waited for."""


def compact(driver: sqlite3.Connection) -> Compaction:
    """Clean up on a connection that is in no transaction; raises the driver's errors."""
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    driver.execute("PRAGMA secure_delete = ON")
    driver.execute("VACUUM")
    busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        return Compaction(done=(_REWRITTEN,), remains=(_READERS,))
    return Compaction(done=(_REWRITTEN, _EMPTIED))

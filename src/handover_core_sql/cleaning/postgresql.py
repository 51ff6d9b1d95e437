"""PostgreSQL: tables and statistics are written anew, and every segment of the write-ahead log is used up once.

A segment that was used is recycled at a checkpoint: it gets a new name and keeps its bytes until it is used again. So
the segment in use is left, a checkpoint recycles it, and then the log is switched once for each segment there is: a
switch fills the rest of its segment with zeros.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from handover_core.storage import Compaction
from handover_core.texts import Text
from handover_core_sql.cleaning.steps import Steps, filled

_TABLES = Text("{count} tables were written anew (VACUUM FULL)", "已重写 {count} 张表（VACUUM FULL）")
_STATISTICS = Text("the statistics were written anew", "已重写统计信息")
_CHECKPOINT = Text("the pages of deleted files were let go of (CHECKPOINT)", "已释放被删除文件的页（CHECKPOINT）")
_LOG = Text("the write-ahead log was used up once, segment by segment", "已将预写日志逐段轮转一遍")

_OWNER = Text("Run it as the owner of the database.", "请以数据库所有者身份执行。")
_MAY_CHECKPOINT = Text(
    "An administrator gives the right with: GRANT pg_checkpoint TO {user}",
    "请管理员授权：GRANT pg_checkpoint TO {user}",
)
_MAY_SWITCH = Text(
    "An administrator gives the right with: GRANT pg_monitor TO {user};"
    " GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {user}",
    "请管理员授权：GRANT pg_monitor TO {user}; GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {user}",
)
_SNAPSHOT = Text(
    "old rows that {count} open transactions can still see were kept; end them and compact again",
    "{count} 个未结束的事务仍可见旧行，故予保留；请结束这些事务后再次清理",
)
_SLOT = Text(
    "the replication slot {name} keeps segments of the write-ahead log; drop it, or let its reader catch up, and"
    " compact again",
    "复制槽 {name} 仍保留预写日志段；请删除它或等待其读取方追上后再次清理",
)
_KEPT = Text(
    "wal_keep_size keeps segments of the write-ahead log; set it to 0 and compact again",
    "wal_keep_size 使预写日志段被保留；请设为 0 后再次清理",
)
_ARCHIVE = Text(
    "the archive of the write-ahead log (archive_mode) holds what was ever written; whoever keeps it removes what is"
    " older than this clean-up",
    "预写日志归档（archive_mode）保存全部历史写入；请由归档管理者清除早于本次清理的部分",
)
_STANDBY = Text(
    "{count} standby servers follow; their logs are cleaned as they catch up and make checkpoints of their own",
    "有 {count} 个备用服务器；其日志会随同步及自身检查点逐步清理",
)


def compact(engine: sa.Engine, tables: Sequence[str], schema: str | None) -> Compaction:
    """Clean up after the tables. Raises the driver's error where a table cannot be written anew."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        steps = Steps(connection)
        user = str(steps.one("SELECT quote_ident(current_user)"))
        _rewrite(steps, tables, schema)
        with steps.step(_STATISTICS, _OWNER):
            _statistics(steps)
        with steps.step(_CHECKPOINT, filled(_MAY_CHECKPOINT, user=user)):
            steps.run("CHECKPOINT")
        with steps.step(_LOG, filled(_MAY_SWITCH, user=user)):
            _use_up(steps)
        _look(steps)
        return steps.result()


def _rewrite(steps: Steps, tables: Sequence[str], schema: str | None) -> None:
    quote = steps.connection.dialect.identifier_preparer.quote
    place = "" if schema is None else f"{quote(schema)}."
    for table in tables:
        steps.run(f"VACUUM (FULL, ANALYZE) {place}{quote(table)}")
    steps.done.append(filled(_TABLES, count=len(tables)))


def _statistics(steps: Steps) -> None:
    """Write the catalog of statistics anew, which holds the most common values of every column."""
    said: list[str] = []
    driver = steps.connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - the pool hands out live connections

    def heard(diagnostic: object) -> None:
        said.append(str(getattr(diagnostic, "message_primary", "")))

    driver.add_notice_handler(heard)
    try:
        steps.run("VACUUM FULL pg_catalog.pg_statistic")
    finally:
        driver.remove_notice_handler(heard)
    if said:  # the server only warns where the right is missing
        raise sa.exc.DBAPIError("VACUUM", None, PermissionError(said[0]))


_SWITCH = ("SELECT pg_logical_emit_message(false, 'handover_core', '')", "SELECT pg_switch_wal()")
"""The message is written because a segment in which nothing was written is not switched."""


def _use_up(steps: Steps) -> None:
    steps.run(*_SWITCH, "CHECKPOINT")
    segments = int(steps.one("SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"))
    for _ in range(segments + 1):
        steps.run(*_SWITCH)
    steps.run("CHECKPOINT")


def _look(steps: Steps) -> None:
    """Find out what keeps old bytes although every step was done."""
    open_ones = steps.one(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend') + (SELECT count(*) FROM pg_prepared_xacts)"
    )
    if open_ones:
        steps.remains.append(filled(_SNAPSHOT, count=open_ones))
    for (name,) in steps.all("SELECT slot_name FROM pg_replication_slots ORDER BY slot_name"):
        steps.remains.append(filled(_SLOT, name=name))
    settings = dict(steps.all(
        "SELECT name, setting FROM pg_settings WHERE name IN ('wal_keep_size', 'archive_mode')"
    ))  # fmt: skip
    if settings.get("wal_keep_size", "0") != "0":
        steps.remains.append(_KEPT)
    if settings.get("archive_mode", "off") != "off":
        steps.remains.append(_ARCHIVE)
    standbys = steps.one("SELECT count(*) FROM pg_stat_replication")
    if standbys:
        steps.remains.append(filled(_STANDBY, count=standbys))

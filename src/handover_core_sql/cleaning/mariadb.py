"""MariaDB: tables are written anew, then undo log, doublewrite buffer and redo log are overwritten.

InnoDB frees pages of its undo log without overwriting them. So a scratch table is updated until every undo tablespace
has outgrown its limit and was cut back, and then again while a snapshot keeps the undo pages from being freed, large
transactions for whole extents and many small ones for single pages; a checkpoint writes them over what stood there.
Flushing that many pages also goes over the doublewrite buffer. Resizing the redo log makes a new file of it, there and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from handover_core.storage import Compaction
from handover_core.texts import Text
from handover_core_sql.cleaning.steps import Steps, filled

SCRATCH = "ho_compacting"
ROWS = 1600
LEAST_UNDO = 10 * 2**20
"""The smallest limit above which the server cuts an undo tablespace back; the scratch rows together outgrow it."""
SMALL = 24
LOOKS = 100

_TABLES = Text("{count} tables were written anew (OPTIMIZE TABLE)", "已重写 {count} 张表（OPTIMIZE TABLE）")
_UNDO = Text("undo log and doublewrite buffer were overwritten", "已覆盖撤销日志与双写缓冲区")
_REDO = Text("the redo log was made anew", "已重建重做日志")
_ADMIN = Text(
    "It needs the rights SUPER (or the *_ADMIN ones) and CREATE, and MariaDB 10.11 or newer.",
    "需要 SUPER（或相应的 *_ADMIN）与 CREATE 权限，以及 MariaDB 10.11 或更高版本。",
)
_ONE_UNDO = Text(
    "the undo log lies in the system tablespace (innodb_undo_tablespaces is {count}) and cannot be cut back there; end"
    " the server with innodb_fast_shutdown = 0, start it with innodb_undo_tablespaces = 3 and compact again",
    "撤销日志位于系统表空间（innodb_undo_tablespaces 为 {count}），无法在其中截断；请以 innodb_fast_shutdown = 0 关闭"
    "服务器，设 innodb_undo_tablespaces = 3 启动后再次清理",
)
_NOT_CUT = Text(
    "the undo log was overwritten but not cut back, because a long transaction keeps it; compact again",
    "长事务仍占用撤销日志，已覆盖但未截断；请再次清理",
)
_BINLOG = Text(
    "the binary log holds what was ever written; once replicas have read it: PURGE BINARY LOGS TO '{newest}'",
    "二进制日志保存全部历史写入；待从库读取完毕后执行：PURGE BINARY LOGS TO '{newest}'",
)
_LOGS = Text(
    "the general or the slow query log is on and may hold statements; whoever keeps them removes the old ones",
    "通用日志或慢查询日志已开启，可能含有语句；请由其管理者清除旧日志",
)
_MYSQL = Text(
    "undo log, redo log and doublewrite buffer of MySQL are not cleaned from here; an administrator restores a logical"
    " dump into a new server, or waits until they were overwritten",
    "MySQL 的撤销日志、重做日志与双写缓冲区无法由此清理；请管理员将逻辑备份恢复到新服务器，或等待其被覆盖",
)


def compact(engine: sa.Engine, tables: Sequence[str], schema: str | None) -> Compaction:
    """Clean up after the tables. Raises the driver's error where a table cannot be written anew."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        steps = Steps(connection)
        _rewrite(steps, tables, schema)
        if getattr(engine.dialect, "is_mariadb", False):
            _undo(steps, engine, schema)
            with steps.step(_REDO, _ADMIN):
                size = int(steps.one("SELECT @@innodb_log_file_size"))
                steps.run(f"SET GLOBAL innodb_log_file_size = {size * 2}", f"SET GLOBAL innodb_log_file_size = {size}")
        else:
            steps.remains.append(_MYSQL)
        _look(steps)
        return steps.result()


def _rewrite(steps: Steps, tables: Sequence[str], schema: str | None) -> None:
    for table in tables:
        for *_, kind, said in steps.all(f"OPTIMIZE TABLE {_quoted(steps, schema, table)}"):
            if kind.lower() == "error":
                raise sa.exc.DBAPIError("OPTIMIZE TABLE", None, RuntimeError(said))
    steps.done.append(filled(_TABLES, count=len(tables)))


def _quoted(steps: Steps, schema: str | None, table: str) -> str:
    quote = steps.connection.dialect.identifier_preparer.quote_identifier
    return quote(table) if schema is None else f"{quote(schema)}.{quote(table)}"


def _undo(steps: Steps, engine: sa.Engine, schema: str | None) -> None:
    count = int(steps.one("SELECT @@innodb_undo_tablespaces"))
    if count < 2:  # noqa: PLR2004 - the server cuts one back while another is in use
        steps.remains.append(filled(_ONE_UNDO, count=count))
        return
    with steps.step(_UNDO, _ADMIN), _scratch(steps, _quoted(steps, schema, SCRATCH)) as scratch:
        with _cutting(steps):
            cut = _cut_back(steps, scratch, count)
        _fill(steps, engine, scratch, count)
        if not cut:
            steps.remains.append(_NOT_CUT)


@contextmanager
def _scratch(steps: Steps, name: str) -> Iterator[str]:
    """Make a table whose rows nearly fill a page in two, and drop it in the end."""
    digits = "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)"
    rows = " CROSS JOIN ".join(f"{digits} d{place}" for place in range(6))
    steps.run(f"DROP TABLE IF EXISTS {name}")
    steps.run(
        f"CREATE TABLE {name} (id INT PRIMARY KEY AUTO_INCREMENT, filler VARCHAR(8000)) ENGINE=InnoDB"
        " DEFAULT CHARACTER SET latin1 ROW_FORMAT=DYNAMIC"
    )
    try:
        fill = f"SELECT REPEAT('x', 7000) FROM {rows} LIMIT {ROWS}"  # noqa: S608 - our own words
        steps.run(f"INSERT INTO {name} (filler) {fill}")
        yield name
    finally:
        steps.run(f"DROP TABLE {name}")


@contextmanager
def _cutting(steps: Steps) -> Iterator[None]:
    """Let the server cut undo tablespaces back as soon as it may, and give the settings back."""
    wanted = {
        "innodb_undo_log_truncate": 1, "innodb_max_undo_log_size": LEAST_UNDO, "innodb_purge_rseg_truncate_frequency": 1,
    }  # fmt: skip
    before = {name: int(steps.one(f"SELECT @@GLOBAL.{name}")) for name in wanted}
    try:
        for name, value in wanted.items():
            steps.run(f"SET GLOBAL {name} = {value}")
        yield
    finally:
        for name, value in before.items():
            steps.run(f"SET GLOBAL {name} = {value}")


def _cut_back(steps: Steps, scratch: str, count: int) -> bool:
    """Let every undo tablespace outgrow its limit; return whether all of them were cut back after that."""
    for number in range(2 * count):
        steps.run(_update(scratch, number, 7000), *_PURGED)
    for number in range(LOOKS):
        largest = steps.one(
            "SELECT MAX(FILE_SIZE) FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME LIKE 'innodb_undo%'"
        )
        if int(largest or 0) <= LEAST_UNDO:
            return True
        # Purging only looks whether there is something to cut when there was something to purge.
        steps.run(_update(scratch, number, 1, "id = 1"), *_PURGED, "DO SLEEP(0.05)")
    return False


def _update(scratch: str, digit: int, length: int, where: str = "1 = 1") -> str:
    return f"UPDATE {scratch} SET filler = REPEAT('{digit % 10}', {length}) WHERE {where}"  # noqa: S608 - our own words


_PURGED = ("SET GLOBAL innodb_max_purge_lag_wait = 0",)
_CHECKPOINT = "SET GLOBAL innodb_log_checkpoint_now = ON"


def _fill(steps: Steps, engine: sa.Engine, scratch: str, count: int) -> None:
    """Overwrite the free pages of the undo tablespaces, and have that written to their files."""
    truncating = int(steps.one("SELECT @@GLOBAL.innodb_undo_log_truncate"))
    steps.run("SET GLOBAL innodb_undo_log_truncate = 0")
    try:
        with engine.connect() as keeping:
            keeping.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            for number in range(SMALL):
                steps.run(_update(scratch, number, 6998, f"id MOD {SMALL} = {number}"))
            for number in range(count):
                steps.run(_update(scratch, number, 6999))
            steps.run(_CHECKPOINT)
            keeping.exec_driver_sql("ROLLBACK")
    finally:
        steps.run(f"SET GLOBAL innodb_undo_log_truncate = {truncating}")


def _look(steps: Steps) -> None:
    if steps.one("SELECT @@log_bin"):
        with steps.step(Text("the binary log was begun anew", "已切换二进制日志"), _ADMIN):
            steps.run("FLUSH BINARY LOGS")
            newest = steps.all("SHOW BINARY LOGS")[-1][0]
            steps.remains.append(filled(_BINLOG, newest=newest))
    if steps.one("SELECT @@general_log OR @@slow_query_log"):
        steps.remains.append(_LOGS)

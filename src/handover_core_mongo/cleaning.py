"""MongoDB: each collection is compacted; what no command of the server can reach is named with who can.

`compact` moves live blocks together and gives the rest of the file back. It promises nothing about free blocks that
stay inside a file, and the oplog keeps every write until it rolls over. What is certain is to let the data be written
anew: by an initial sync of each member, or by copying a company into a new server.
"""

from __future__ import annotations

from collections.abc import Iterable

from pymongo.errors import OperationFailure

from handover_core.storage import Compaction
from handover_core.texts import Lang, Text
from handover_core_mongo.database import Collections

NOT_KNOWN = 59
"""CommandNotFound."""

_DONE = Text("{count} collections were compacted", "已压缩 {count} 个集合")
_REFUSED = Text(
    "{name} was not compacted: {reason}; an administrator gives the role dbAdmin (or the action compact)",
    "未能压缩 {name}：{reason}；请管理员授予 dbAdmin 角色（或 compact 权限）",
)
_UNKNOWN = Text(
    "the server does not know the command compact; copy the company into a new server with `handover copy` and discard"
    " the old data files",
    "服务器不支持 compact 命令；请用 handover copy 将公司数据复制到新服务器，并销毁旧数据文件",
)
_MEMBERS = Text(
    "the other members of the replica set ({members}) were not compacted; run it on each of them",
    "副本集其他成员（{members}）尚未压缩；请在各成员上分别执行",
)
_FILES = Text(
    "the oplog keeps every write until it rolls over, and journal and free blocks keep old bytes; let each member be"
    " written anew by an initial sync, one after the other, or copy the company into a new server with `handover copy`"
    " and discard the old data files",
    "操作日志（oplog）在滚动覆盖前保留全部写入，日志与空闲块也保留旧字节；请逐个成员执行初始同步以重写数据，"
    "或用 handover copy 将公司数据复制到新服务器并销毁旧数据文件",
)


def compact(collections: Collections, names: Iterable[str]) -> Compaction:
    """Compact the collections called so (without the prefix). Raises the driver's errors where the server is away."""
    there = set(collections.database.list_collection_names())
    mine = [collections.prefix + name for name in names if collections.prefix + name in there]
    done, remains = 0, []
    for name in mine:
        try:
            collections.database.command("compact", name)
        except OperationFailure as error:
            if error.code == NOT_KNOWN:
                remains.append(_UNKNOWN)
                break
            remains.append(_filled(_REFUSED, name=name, reason=str(error.details and error.details.get("errmsg"))))
        else:
            done += 1
    others = _others(collections)
    if others:
        remains.append(_filled(_MEMBERS, members=", ".join(others)))
    return Compaction(done=(_filled(_DONE, count=done),) if done else (), remains=(*remains, _FILES))


def _others(collections: Collections) -> list[str]:
    hello = collections.client.admin.command("hello")
    return [host for host in hello.get("hosts", ()) if host != hello.get("me")]


def _filled(text: Text, **params: object) -> Text:
    return Text(text.say(Lang.EN, **params), text.say(Lang.ZH, **params))

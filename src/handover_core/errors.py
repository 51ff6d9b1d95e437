"""The closed tree of errors that the library raises.

Every error has a stable ``code``, its parameters in ``params`` and a message in both languages; the exception of a
database driver, where there is one, stays reachable as ``__cause__``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar

from attrs import frozen

from handover_core.ids import pseudonym_of
from handover_core.texts import Lang, Rule, Text, kind_in_words, with_article


class HandoverError(Exception):
    """Root of all errors raised by the library."""

    code: ClassVar[str] = "handover.error"
    text: ClassVar[Text] = Text("Something went wrong.", "出现错误。")
    cure: ClassVar[Text] = Text("", "")

    def __init__(self, **params: object) -> None:
        super().__init__()
        self.params: Mapping[str, object] = params

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return what happened, in ``lang``."""
        return self.text.say(lang, **self._said())

    def _said(self) -> dict[str, object]:
        """Return the parameters with the names of kinds as people say them, alone and with their article."""
        kinds = {name: kind_in_words(self.params[name]) for name in ("kind", "by") if name in self.params}
        return {**self.params, **kinds, **{f"a_{name}": with_article(word) for name, word in kinds.items()}}

    def remedy(self, lang: Lang = Lang.EN) -> str:
        """Return what would put it right, in ``lang`` (empty where nothing is known)."""
        return self.cure.say(lang, **self.params)

    def __str__(self) -> str:
        return " ".join(part for part in (self.message(), self.remedy()) if part)


@frozen
class Problem:
    """One thing that is wrong with an input: where, a stable code, and both texts."""

    path: str
    code: str
    text: Text
    params: Mapping[str, object] = {}

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return the problem with its place, in ``lang``."""
        said = self.text.say(lang, **self.params)
        return f"{self.path}: {said}" if self.path else said


class InvalidInput(HandoverError):
    """Input that no state could accept; ``problems`` names every place."""

    code = "input.invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(paths=tuple(problem.path for problem in self.problems))

    @classmethod
    def at(cls, path: str, code: str, en: str, zh: str, **params: object) -> InvalidInput:
        """Return the error for a single place."""
        return cls([Problem(path, code, Text(en, zh), params)])

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return all problems, one after the other."""
        return ("；" if lang is Lang.ZH else "; ").join(problem.message(lang) for problem in self.problems)


class Refused(HandoverError):
    """A command that a rule does not allow in the present state."""

    code = "rule.refused"

    def __init__(self, rule: Rule, /, **params: object) -> None:
        self.rule = rule
        super().__init__(**params)

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return what the rule says."""
        return self.rule.says.say(lang, **self.params)

    def remedy(self, lang: Lang = Lang.EN) -> str:
        """Return what would satisfy the rule."""
        return self.rule.needs.say(lang, **self.params)


class NotFound(HandoverError):
    """Nothing of that kind has this key in this tenant."""

    code = "storage.not_found"
    text = Text("There is no {kind} {key!r}.", "找不到 {kind} {key!r}。")
    cure = Text("Check the id, and that it belongs to this company.", "请检查编号，并确认它属于本公司。")

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(kind=kind, key=key)


class AlreadyExists(HandoverError):
    """The id, or the value of a unique key, is taken."""

    code = "storage.already_exists"
    text = Text("There is {a_kind} with {key} already.", "{kind} 已存在：{key}。")
    cure = Text("Use another value, or change the one that exists.", "请换一个值，或修改已有的那一条。")

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(kind=kind, key=key)


class IdUsedBefore(AlreadyExists):
    """The id belongs to something that was deleted; its history goes on, so an id is never used again."""

    code = "storage.id_used_before"
    text = Text(
        "The id {key!r} belonged to {a_kind} that was deleted; an id is never used again.",
        "编号 {key!r} 曾属于已删除的 {kind}；编号不会再次使用。",
    )
    cure = Text("Store it under a new id.", "请使用新的编号保存。")


class VersionConflict(HandoverError):
    """Somebody saved the same aggregate in between."""

    code = "storage.version_conflict"
    text = Text("The {kind} {key!r} was changed by somebody else.", "{kind} {key!r} 已被他人修改。")
    cure = Text("Load it again and repeat the change.", "请重新读取后再改一次。")

    def __init__(self, kind: str, key: str, *, expected: int | None = None, found: int | None = None) -> None:
        super().__init__(kind=kind, key=key, expected=expected, found=found)


class Contention(HandoverError):
    """Other writers held what this unit needed (lock wait, deadlock, serialization failure)."""

    code = "storage.contention"
    text = Text("Too many people were writing at the same moment.", "同时写入的人太多。")
    cure = Text("Try again; nothing of this attempt was stored.", "请重试；本次未写入任何内容。")


class StillReferenced(HandoverError):
    """A delete that would leave others pointing at nothing."""

    code = "storage.still_referenced"
    text = Text("The {kind} {key!r} is still used by {a_by}.", "{kind} {key!r} 仍被 {by} 引用。")
    cure = Text("Change or close what refers to it first.", "请先修改或关闭引用它的内容。")

    def __init__(self, kind: str, key: str, by: str) -> None:
        super().__init__(kind=kind, key=key, by=by)


class UnitDoomed(HandoverError):
    """A unit of work in which a write failed accepts nothing more."""

    code = "storage.unit_doomed"
    text = Text("An earlier write of this unit of work failed.", "本次工作单元中先前的写入失败了。")
    cure = Text("Leave the unit and start again.", "请退出并重新开始。")


class UnitClosed(HandoverError):
    """A unit of work was used before it was entered or after it ended."""

    code = "storage.unit_closed"
    text = Text("This unit of work is not open.", "该工作单元未打开。")
    cure = Text("Open a new one with a with-statement.", "请用 with 语句打开新的工作单元。")


class UnitExpired(HandoverError):
    """A unit of work was open for too long: what it writes would change a past that was called final already."""

    code = "storage.unit_expired"
    text = Text(
        "This unit of work was open for {minutes} minutes; it may write within {most}. Nothing of it was stored.",
        "本次工作单元已打开 {minutes} 分钟，须在 {most} 分钟内完成写入；本次未写入任何内容。",
    )
    cure = Text(
        "Do what takes long (reading files, waiting for others) before the unit is opened, split what is large, and see"
        " that the clock is right.",
        "请在打开工作单元之前完成耗时操作（读取文件、等待他人），将大量数据分批写入，并检查系统时钟。",
    )

    def __init__(self, taken: timedelta, most: timedelta) -> None:
        minute = timedelta(minutes=1)
        super().__init__(minutes=-(-taken // minute), most=most // minute)


class StorageUnavailable(HandoverError):
    """The store cannot be reached or cannot write."""

    code = "storage.unavailable"
    text = Text("The store cannot be used: {reason}.", "存储不可用：{reason}。")
    cure = Text(
        "Check the address, the rights and the free space, then try again.", "请检查地址、权限和磁盘空间后重试。"
    )

    def __init__(self, reason: str | Text) -> None:
        super().__init__(reason=reason)


class NoMasterKey(StorageUnavailable):
    """The master key that keys of persons are wrapped with is missing, or is another one."""

    code = "privacy.no_master_key"
    text = Text("The keys of persons cannot be unwrapped: {reason}.", "无法解开个人密钥：{reason}。")
    cure = Text(
        "Give the master key that they were last wrapped with (--master-key, HANDOVER_MASTER_KEY), or bring it back.",
        "请提供最近用于包裹这些密钥的主密钥（--master-key、HANDOVER_MASTER_KEY），或从备份恢复。",
    )


class KeysInUse(StorageUnavailable):
    """Keys were destroyed or replaced, but somebody reads their file: the bytes of before are still in it."""

    code = "privacy.keys_in_use"
    text = Text(
        "The file of keys is being read: keys that were destroyed in it are not overwritten yet.",
        "密钥文件正被读取：其中已销毁的密钥尚未被覆盖。",
    )
    cure = Text(
        "Wait until the reader (a backup, another program) has ended, then do the same again.",
        "请等待读取者（备份或其他程序）结束后重试。",
    )

    def __init__(self) -> None:
        super().__init__("")


class CommitUnknown(StorageUnavailable):
    """The answer to a commit was lost: it may or may not have landed.

    `UnitFactory.run` resolves it with the unit's token; a hand-driven unit must look for itself.
    """

    code = "storage.commit_unknown"
    cure = Text("Look whether the change is there before you repeat it.", "请先确认更改是否已保存，再决定是否重做。")


class TransactionLost(StorageUnavailable):
    """A failure took the host's own transaction with it: nothing that was done in it will be stored."""

    code = "storage.transaction_lost"
    text = Text("The transaction that was joined is lost: {reason}.", "所加入的事务已失效：{reason}。")
    cure = Text("Roll it back, and repeat everything that was done in it.", "请回滚该事务，并重做其中的全部操作。")


class CopyConflict(HandoverError):
    """A copy met something in the target that did not come from its source, or in the source that cannot be copied."""

    code = "storage.copy_conflict"
    text = Text("The company {tenant!r} cannot be copied: {reason}.", "无法复制公司 {tenant!r}：{reason}。")
    cure = Text("{advice}", "{advice}")

    def __init__(self, tenant: str, reason: Text, advice: Text) -> None:
        super().__init__(tenant=tenant, reason=reason, advice=advice)


class SchemaMismatch(HandoverError):
    """The store's schema is not the one this library works with."""

    code = "storage.schema"
    text = Text(
        "The store is at schema {found}, this library needs {needed}.",
        "存储的结构版本为 {found}，本程序需要 {needed}。",
    )
    cure = Text("{advice}", "{advice}")

    def __init__(self, found: int, needed: int) -> None:
        advice = (
            Text(
                "Run the migration (`handover init`, or store.schema.migrate()).",
                "请执行升级（handover init 或 store.schema.migrate()）。",
            )
            if found < needed
            else Text("Install a newer handover-core.", "请安装更新版本的 handover-core。")
        )
        super().__init__(found=found, needed=needed, advice=advice)


class UnreadableBody(HandoverError):
    """A stored body that this library cannot decode: damaged, or written by a newer version."""

    code = "storage.unreadable"
    text = Text("The stored {kind} {key!r} cannot be read: {reason}.", "无法读取已存储的 {kind} {key!r}：{reason}。")
    cure = Text("Upgrade handover-core, or restore the row from a backup.", "请升级 handover-core，或从备份恢复该行。")

    def __init__(self, kind: str, key: str, reason: str) -> None:
        super().__init__(kind=kind, key=key, reason=reason)


class Unsealable(HandoverError):
    """A sealed value that cannot be opened although its person was not erased; ``subject`` is the person's id."""

    code = "privacy.unsealable"
    text = Text(
        "A sealed value of {subject!r}{number} cannot be opened: {reason}.",
        "无法解封 {subject!r}{number} 的已封存信息：{reason}。",
    )
    cure = Text(
        "Open the core with the keys that this store was written with, or bring them back from their backup.",
        "请使用写入该存储时的密钥库打开，或从备份恢复密钥库。",
    )

    def __init__(self, subject: str, reason: Text) -> None:
        super().__init__(subject=subject, number="", reason=reason)
        self.subject = subject

    def known_as(self, number: str) -> None:
        """Let the message say by which employee number people know the person."""
        self.params = {**self.params, "number": f" ({number})"}


class SealBroken(Unsealable):
    """A sealed value that was changed, or stands where it was not sealed."""

    code = "privacy.seal_broken"
    cure = Text(
        "Compare with a backup, and find out who wrote to the database.", "请与备份比对，并查明何人写入了数据库。"
    )


class OtherKeys(HandoverError):
    """The store is sealed with other keys than those that the core was opened with, or it was opened with none."""

    code = "privacy.other_keys"
    text = Text(
        "The personal data of {tenant!r} is sealed with other keys than those given.",
        "{tenant!r} 的个人信息以另一套密钥封存，与所给密钥不符。",
    )
    cure = Text(
        "Open the core with the keys that this company's data was first written with. Where these are lost for good, the"
        " owner begins anew (handover privacy begin-anew).",
        "请使用该公司数据首次写入时的密钥库打开。如密钥已永久遗失，由负责人改用新密钥（handover privacy begin-anew）。",
    )

    def __init__(self, tenant: str) -> None:
        super().__init__(tenant=tenant)


class Erased(HandoverError):
    """Somebody wrote personal data about a person who was erased; the message holds the pseudonym beside the id."""

    code = "privacy.erased"
    text = Text(
        "{subject!r} ({pseudonym}) was erased; nothing personal can be stored about them in {kind} any more.",
        "{subject!r}（{pseudonym}）的个人信息已被删除，不能再在 {kind} 中保存其个人信息。",
    )
    cure = Text(
        "Leave the field as it is, or give a person who came back a new entry.",
        "请保留该字段原值；重新入职者请新建记录。",
    )

    def __init__(self, subject: str, kind: str) -> None:
        super().__init__(subject=subject, pseudonym=pseudonym_of(subject), kind=kind)


class EndlessHandlers(HandoverError):
    """Handlers in process went on answering to what they wrote themselves."""

    code = "unit.endless_handlers"
    text = Text("Handlers answered each other {rounds} times without an end.", "处理程序互相触发 {rounds} 次仍未结束。")
    cure = Text("Let a handler write only where something is to be changed.", "处理程序应仅在确需修改时写入。")

    def __init__(self, rounds: int) -> None:
        super().__init__(rounds=rounds)


class CommitInHandler(HandoverError):
    """A handler in process committed the unit that it was given; whoever opened a unit ends it."""

    code = "unit.commit_in_handler"
    text = Text("A handler committed the unit that it was given.", "处理程序提交了传给它的工作单元。")
    cure = Text(
        "Leave the commit to whoever opened the unit; raise an error to refuse it.",
        "请由打开工作单元者提交；如需拒绝，请抛出错误。",
    )


class NotDelivered(HandoverError):
    """A receiver did not take an event; ``failure`` is a class or a status in a word, never what the receiver wrote.

    ``final`` says that sending it again is of no use.
    """

    code = "outbox.not_delivered"
    text = Text("The event could not be delivered: {failure}.", "事件未能送达：{failure}。")
    cure = Text("Look at the receiver; it is tried again by itself.", "请检查接收方；系统会自动重试。")

    def __init__(self, failure: str, *, final: bool = False) -> None:
        super().__init__(failure=failure, final=final)


class MissingExtra(HandoverError):
    """A wing was used without the packages that it needs."""

    code = "install.extra"
    text = Text("{what} needs packages that are not installed.", "{what} 需要的软件包尚未安装。")
    cure = Text("Run: pip install 'handover-core[{extra}]'", "请运行：pip install 'handover-core[{extra}]'")

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what=what, extra=extra)

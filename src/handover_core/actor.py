"""Who gives a command, and in which roles."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

from handover_core.texts import Rule, Text


class Role(StrEnum):
    """A role of an actor; relations such as "supervisor of this case" are checked on the object, not here."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    APPROVER = "approver"
    OWNER = "owner"
    AUDITOR = "auditor"
    SYSTEM = "system"


ROLE_LABELS = {
    Role.EMPLOYEE: Text("employee", "员工"),
    Role.MANAGER: Text("manager", "经理"),
    Role.HR: Text("HR", "人事"),
    Role.APPROVER: Text("approver", "审批人"),
    Role.OWNER: Text("company owner", "公司负责人"),
    Role.AUDITOR: Text("auditor", "审计"),
    Role.SYSTEM: Text("system", "系统"),
}

NEEDS_ROLE = Rule(
    "actor.role",
    Text("This is not for {actor}: it needs the role {roles}.", "{actor} 无权执行：需要 {roles} 角色。"),
    Text("Ask someone with the role {roles}.", "请由具有 {roles} 角色的人执行。"),
)


def _as_set(roles: Iterable[Role]) -> frozenset[Role]:
    return frozenset(roles)


@frozen
class Actor:
    """A person (``id`` is the employee's id) or a program (``id`` is its name), with the roles the host vouches for."""

    id: str
    roles: frozenset[Role] = field(default=(), converter=_as_set)

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds one of ``roles``; the system holds all of them."""
        return Role.SYSTEM in self.roles or not self.roles.isdisjoint(roles)


SYSTEM = Actor("system", frozenset({Role.SYSTEM}))

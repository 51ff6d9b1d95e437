"""The waist between the rooms and the backends: small driver below, concrete repositories above."""

from handover_core.history.asking import EVERYTHING, LogQuestion
from handover_core.history.changes import Change, Event, Operation, Rewrite
from handover_core.storage.codec import Codec
from handover_core.storage.compacting import Compaction
from handover_core.storage.criteria import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    Ge,
    Gt,
    In,
    IsNull,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    Order,
    Prefix,
    Query,
    all_of,
)
from handover_core.storage.custom import CUSTOM_FIELD, CustomField
from handover_core.storage.driver import Capabilities, Driver, Joinable, Row, Schema, Transaction, Write
from handover_core.storage.factory import UnitFactory
from handover_core.storage.handlers import Handler, Happened
from handover_core.storage.kinds import Field, FieldType, Kind, Kinds, Reference
from handover_core.storage.memory import MemoryStore
from handover_core.storage.registers import Put, Register
from handover_core.storage.repository import Page, Repository
from handover_core.storage.unit import UnitOfWork
from handover_core.storage.vault import Vault

__all__ = [
    "CUSTOM_FIELD",
    "EVERYTHING",
    "And",
    "Capabilities",
    "Change",
    "Codec",
    "Compaction",
    "Contains",
    "ContainsAny",
    "Criterion",
    "CustomField",
    "Driver",
    "Eq",
    "Event",
    "Field",
    "FieldType",
    "Ge",
    "Gt",
    "Handler",
    "Happened",
    "In",
    "IsNull",
    "Joinable",
    "Kind",
    "Kinds",
    "Le",
    "LogQuestion",
    "Lt",
    "MemoryStore",
    "Ne",
    "Not",
    "Operation",
    "Or",
    "Order",
    "Page",
    "Prefix",
    "Put",
    "Query",
    "Reference",
    "Register",
    "Repository",
    "Rewrite",
    "Row",
    "Schema",
    "Transaction",
    "UnitFactory",
    "UnitOfWork",
    "Vault",
    "Write",
    "all_of",
]

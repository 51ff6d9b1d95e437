"""Keys of persons: made, wrapped, renewed and destroyed, in a file or a table of their own."""

from handover_core.errors import MissingExtra

try:
    from handover_core_keys.ring import KeyRing
    from handover_core_keys.table import KeyTable
    from handover_core_keys.wrapping import MasterKeys, Wrapper
except ModuleNotFoundError as error:
    if error.name is None or error.name.partition(".")[0] not in {"cryptography", "sqlalchemy"}:
        raise
    raise MissingExtra("Sealing personal data", "privacy") from error

__all__ = ["KeyRing", "KeyTable", "MasterKeys", "Wrapper"]

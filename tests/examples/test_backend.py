"""The example of a backend of one's own passes the whole contract, and stays short enough to be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from handover_core.storage import Driver, Kind
from handover_core.testing import MACHINES, Harness, StoreContract, machine_for

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
_SPEC = spec_from_file_location("backend_key_value", ROOT / "examples" / "backend_key_value.py")
assert _SPEC is not None
example = module_from_spec(_SPEC)
sys.modules[_SPEC.name] = example
_SPEC.loader.exec_module(example)


class Raw:
    """The values themselves."""

    def __init__(self, store: Driver) -> None:
        self._connection = store.connect

    def peek(self, kind: Kind[Any], tenant: str, id: str, /) -> Mapping[str, Any] | None:
        found = self._value(kind, tenant, id)
        if found is None:
            return None
        row, columns, _, _ = found
        return dict(zip(("id", "version", "format", "changed_at", "head", "body"), row, strict=True)) | dict(
            zip(kind.position, columns, strict=True)
        )

    def poke(self, kind: Kind[Any], tenant: str, id: str, values: Mapping[str, Any], /) -> None:
        found = self._value(kind, tenant, id)
        places = {"format": 2, "body": 5}
        for name, value in values.items():
            found[0][places[name]] = value
        connection = self._connection()
        with connection:
            key = example.key_of("row", tenant, kind.name, id)
            connection.execute("UPDATE kv SET value = ? WHERE key = ?", (json.dumps(found), key))
        connection.close()

    def _value(self, kind: Kind[Any], tenant: str, id_: str) -> Any:
        connection = self._connection()
        key = example.key_of("row", tenant, kind.name, id_)
        found = connection.execute("SELECT value FROM kv WHERE key = ?", (key,)).fetchone()
        connection.close()
        return None if found is None else json.loads(found[0])


def harness_in(folder: Path) -> Harness:
    numbers = count()
    name = [next(numbers)]
    return Harness(
        open=lambda: example.KeyValueStore(folder / f"{name[0]}.db"), raw=Raw, name="key-value example",
        empty=lambda: name.__setitem__(0, next(numbers)),
    )  # fmt: skip


class TestKeyValue(StoreContract):
    """One fixture is all that a backend's test module needs."""

    @pytest.fixture
    def harness(self, tmp_path: Path) -> Harness:
        return harness_in(tmp_path)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_it_behaves_like_a_dict_with_a_list_of_events(tmp_path: Path, machine: type) -> None:
    harness = harness_in(tmp_path)
    machine_for(harness, machine)("runTest").runTest()
    harness.shut()


def test_it_is_short_enough_to_be_read() -> None:
    assert len(Path(example.__file__).read_text(encoding="utf-8").splitlines()) < 370

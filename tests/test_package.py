"""What is installed: nine import packages, each of them typed."""

from __future__ import annotations

from importlib import import_module, metadata, resources

import pytest

WINGS = (
    "handover_core",
    "handover_core_calendar",
    "handover_core_cli",
    "handover_core_import",
    "handover_core_keys",
    "handover_core_mongo",
    "handover_core_outbox",
    "handover_core_reports",
    "handover_core_sql",
)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_can_be_imported_and_says_what_it_is(wing: str) -> None:
    """Importing a wing needs no server, no file and no setting."""
    assert import_module(wing).__doc__


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_ships_its_types(wing: str) -> None:
    """Type checkers read annotations only beside a `py.typed`."""
    assert resources.files(wing).joinpath("py.typed").is_file()


def test_the_core_needs_attrs_and_cattrs_and_nothing_else() -> None:
    """Whatever else is needed comes with an extra."""
    required = metadata.requires("handover-core") or []
    assert {"attrs", "cattrs"} == {line.split(">=")[0].strip() for line in required if "extra ==" not in line}


def test_no_dependency_has_an_upper_cap() -> None:
    """A host may use newer versions than those that were tested."""
    assert [] == [line for line in metadata.requires("handover-core") or [] if "<" in line or "~=" in line]

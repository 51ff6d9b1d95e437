"""Servers that are there to be broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conftest import BACKENDS, daemon_or_skip
from faults import Ground
from servers import DAEMONS
from servers.proxy import Proxy


@pytest.fixture(params=[name for name in DAEMONS if name in BACKENDS])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Return a database on a server of its own."""
    made = Ground(daemon_or_skip(str(request.param)))
    yield made
    made.close()


@pytest.fixture
def proxy(ground: Ground) -> Iterator[Proxy]:
    """Return a line to that server which can be cut."""
    made = Proxy(ground.daemon.port)
    yield made
    made.close()

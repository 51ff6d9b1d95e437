"""A wing whose packages are not installed says which `pip install` brings them."""

from __future__ import annotations

import subprocess
import sys

import pytest

MISSING = "import sys\nfor name in {names!r}: sys.modules[name] = None\n"


def without(names: tuple[str, ...], source: str) -> subprocess.CompletedProcess[str]:
    """Run some source in a Python that does not have these packages."""
    command = [sys.executable, "-c", MISSING.format(names=names) + source]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "source", "extra"),
    [
        (("sqlalchemy",), "import handover_core_sql", "sql"),
        (("pymongo",), "import handover_core_mongo", "mongo"),
        (("cryptography",), "import handover_core_keys", "privacy"),
        (("apprise",), "import handover_core_outbox as o; o.Messages('json://localhost')", "apprise"),
        (("jinja2",), "import handover_core_reports.html as h; h.to_html(None)", "reports"),
    ],
)
def test_a_missing_package_names_its_extra(names: tuple[str, ...], source: str, extra: str) -> None:
    done = without(names, source)
    assert done.returncode != 0
    assert f"pip install 'handover-core[{extra}]'" in done.stderr


def test_the_command_line_says_so_without_a_traceback() -> None:
    """Whether its own packages are missing or those of the store."""
    for names, extra, code in ((("typer",), "cli", 2), (("sqlalchemy",), "sql", 2)):
        source = "from handover_core_cli.main import main; sys.exit(main(['--lang', 'en', 'doctor']))"
        done = without(names, source)
        assert code == done.returncode, done.stderr
        assert f"pip install 'handover-core[{extra}]'" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_core_needs_attrs_and_cattrs_alone() -> None:
    """Everything in the domain but the contract kit imports without any extra."""
    names = ("sqlalchemy", "pymongo", "orjson", "jinja2", "typer", "rich", "hypothesis", "pytest", "xlsxwriter")
    source = "import handover_core.app, handover_core.storage; print(handover_core.storage.codec.FAST)"
    done = without(names, source)
    assert ("False\n", "") == (done.stdout, done.stderr)

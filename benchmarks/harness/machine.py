"""The machine that a run was taken on, in words."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

LIBRARIES = (
    "attrs", "beanie", "cattrs", "eventsourcing", "mongoengine", "orjson", "protean", "psycopg", "pymongo", "PyMySQL",
    "SecantusDB", "sqlalchemy", "sqlmodel",
)  # fmt: skip


def described(folder: Path) -> dict[str, Any]:
    """Return what the numbers depend on; ``folder`` is where the files of SQLite are laid."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "cpu": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "filesystem": filesystem(folder),
        "load": round(os.getloadavg()[0], 2),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name)) is not None},
    }


def filesystem(folder: Path) -> str:
    """Return the kind of filesystem that a folder lies on."""
    found = ("", "unknown")
    for line in _lines("/proc/mounts"):
        _, place, kind, *_ = line.split()
        if folder.resolve().is_relative_to(place) and len(place) >= len(found[0]):
            found = place, kind
    return found[1]


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _line(path: str, head: str) -> str | None:
    return next((line.partition(":")[2].strip() for line in _lines(path) if line.startswith(head)), None)


def _memory() -> str:
    found = _line("/proc/meminfo", "MemTotal")
    return "unknown" if found is None else f"{int(found.split()[0]) / 1024 / 1024:.0f} GiB"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str:
    asked = ("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"

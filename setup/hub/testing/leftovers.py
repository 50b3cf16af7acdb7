"""Databases and processes of test runs that were killed before they cleaned up."""

from __future__ import annotations

import re
from pathlib import Path

from hub import paths
from hub.machine import processes
from hub.server.database import Databases

_OF_A_RUN = re.compile(r"(?:test|e2e)_(\d+)")


def sweep(databases: Databases) -> None:
    """Stop and drop what names a run that no longer exists."""
    for record in paths.state_folder("run").glob("e2e_*.json"):
        if _is_over(record.stem):
            processes.stop(record.stem)
            record.unlink(missing_ok=True)
    for name in databases.names():
        if _is_over(name):
            databases.drop(name)
    for conf in paths.state_folder("conf").glob("*.conf"):
        if _is_over(conf.stem):
            conf.unlink(missing_ok=True)


def _is_over(name: str) -> bool:
    match = _OF_A_RUN.match(name)
    return bool(match) and not Path(f"/proc/{match[1]}").exists()

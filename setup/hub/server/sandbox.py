"""The partner sandbox as its own process: the other side of every connection."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command, processes

PATIENCE = 30
DEFAULT_CONTRACTS = paths.PROJECT.parent / "shared" / "contracts"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox; ``info`` is the JSON line it printed at its start."""

    process: processes.Process
    url: str
    info: dict

    def stop(self) -> None:
        self.process.stop(patience=5)


def contracts_folder() -> Path | None:
    """Vendors' contract files; they are not part of the repository."""
    folder = Path(os.environ.get("CONTRACTS_DIR") or DEFAULT_CONTRACTS)
    return folder if folder.is_dir() else None


def start(
    *arguments: str, name: str = "sandbox", env: Mapping[str, str] | None = None
) -> Sandbox:
    """Start ``python -m partner_sandbox --port 0`` and wait for its JSON line."""
    contracts = contracts_folder()
    own = {"PYTHONPATH": str(paths.PROJECT / "setup"), "PYTHONUNBUFFERED": "1"}
    if contracts:
        own["CONTRACTS_DIR"] = str(contracts)
    announcement = paths.log_file(f"{name}-stdout")
    announcement.unlink(missing_ok=True)
    process = processes.spawn(
        name,
        [paths.venv_python(), "-m", "partner_sandbox", "--port", "0", *arguments],
        env={**own, **(env or {})},
        stdout=announcement,
    )
    info = _first_line(process, announcement)
    url = info["url"].rstrip("/")
    processes.remember(replace(process, url=url))
    return Sandbox(process, url, info)


def _first_line(process: processes.Process, announcement: Path) -> dict:
    deadline = time.monotonic() + PATIENCE
    while process.alive and time.monotonic() < deadline:
        line, newline, _rest = announcement.read_text().partition("\n")
        if newline:
            return json.loads(line)
        time.sleep(0.05)
    process.stop(patience=1)
    raise SetupFailure(
        f"The partner sandbox did not start:\n{command.tail(Path(process.log))}",
        f"read {process.log}",
    )

"""Starts the counting partner and reads its ledger."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any

from hub import paths
from hub.failure import SetupFailure
from hub.machine import ports, processes

from .history import History

NAME = "chaos-partner"


class Ledger:
    """The partner's process; ``account`` names keep rows apart."""

    def __init__(self, folder: Path) -> None:
        self.history = History(folder)
        self.port = ports.choose()
        self.process = processes.spawn(
            NAME,
            [
                paths.venv_python(),
                Path(__file__).with_name("partner.py"),
                str(self.port),
                folder,
            ],
        )
        self._wait()

    @property
    def url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.port}"

    def stop(self) -> None:
        self.process.stop(patience=2)

    def answer(self, account: str, **mode: Any) -> None:
        """From now on the account answers like this; nothing: it works."""
        connection = http.client.HTTPConnection(ports.LOOPBACK, self.port, timeout=10)
        try:
            connection.request("PUT", f"/{account}", json.dumps(mode))
            connection.getresponse().read()
        finally:
            connection.close()

    def entries(self, account: str, kind: str) -> list[dict[str, Any]]:
        """``asked`` or ``done`` of an account, in order of time."""
        return [
            entry
            for entry in self.history.read("ledger")
            if entry["account"] == account and entry["kind"] == kind
        ]

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while ports.is_free(self.port):
            if time.monotonic() > end or not self.process.alive:
                raise SetupFailure(
                    "The chaos program's partner did not start.",
                    f"read {self.process.log}",
                )
            time.sleep(0.05)

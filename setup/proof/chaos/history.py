"""What happened, written down outside the product's database, line by line."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class History:
    """Append-only files of JSON lines in one folder; safe for threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()

    def write(self, name: str, **facts: Any) -> None:
        """One line, with the time, durable when this returns."""
        line = json.dumps({"t": time.time(), **facts}, sort_keys=True) + "\n"
        with self._lock, self._path(name).open("a") as handle:
            handle.write(line)
            handle.flush()
            os.fdatasync(handle.fileno())

    def read(self, name: str) -> list[dict[str, Any]]:
        return list(self._lines(name))

    def set_aside(self, prefix: str) -> None:
        """What was written under names with this prefix is not read any more."""
        with self._lock:
            for path in self.folder.glob(f"{prefix}*.jsonl"):
                path.rename(path.with_suffix(f".{time.time_ns()}"))

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        if self._path(name).exists():
            for line in self._path(name).read_text().splitlines():
                yield json.loads(line)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

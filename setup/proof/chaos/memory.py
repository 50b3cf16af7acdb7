"""How much memory the workers of a node took at most since a moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_LINE = r"^{}:\s+(\d+) kB"


class Watch:
    """Knows each worker's memory at its start, and the most it had since then."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.before = {pid: _read(pid, "VmRSS") for pid in pids}
        for pid in pids:
            # 5: forget the peak.
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def growth(self) -> dict[int, float]:
        """{pid: megabytes beyond the start, at the worst moment}."""
        return {
            pid: round((_read(pid, "VmHWM") - before) / 1024, 1)
            for pid, before in self.before.items()
        }


def _read(pid: int, name: str) -> int:
    """Kilobytes; 0 of a process that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(_LINE.format(name), status, re.MULTILINE)
    return int(found[1]) if found else 0

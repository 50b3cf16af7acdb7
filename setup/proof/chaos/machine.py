"""How much of the machine others used while the product was timed.

The product shares its machine with whatever else runs there. The meter counts the
processor time of everything and takes off that of the run's own processes: this
program, the servers it started, the cluster's PostgreSQL. What is left says whether
a time that was missed was the machine's.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

SAMPLE_SECONDS = 0.5
# Others are disturbing when they have this share of the machine for so long.
DISTURBING, DISTURBING_SECONDS = 0.25, 2.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Sample(NamedTuple):
    """Processor seconds of all and of the run's own processes, up to a time."""

    at: float
    busy: float
    own: float


class Meter(threading.Thread):
    """Takes samples while a row is played.

    :param roots: gives the processes whose families belong to the run
    """

    def __init__(self, roots: Callable[[], Iterable[int]]) -> None:
        super().__init__(daemon=True)
        self._roots = roots
        self._stop_asked = threading.Event()
        self._seen: dict[int, float] = {}
        self._own = 0.0
        self.samples: list[Sample] = []

    def run(self) -> None:
        self._sample()
        while not self._stop_asked.wait(SAMPLE_SECONDS):
            self._sample()
        self._sample()

    def finish(self) -> float:
        """Stop; the largest share of the machine that others had for a while."""
        self._stop_asked.set()
        self.join(10)
        return most_used(self.samples, os.cpu_count() or 1)

    def _sample(self) -> None:
        now = _own_seconds(self._roots())
        # What a process used since the last look; one that ended is dropped.
        self._own += sum(max(0.0, s - self._seen.get(p, 0.0)) for p, s in now.items())
        if not self._seen:
            self._own = 0.0
        self._seen = now
        self.samples.append(Sample(time.monotonic(), _busy_seconds(), self._own))


def most_used(samples: list[Sample], cores: int) -> float:
    """Largest share of the machine used by others over `DISTURBING_SECONDS`."""
    most = 0.0
    start = 0
    for end, last in enumerate(samples):
        while last.at - samples[start + 1].at >= DISTURBING_SECONDS:
            start += 1
        first = samples[start]
        elapsed = last.at - first.at
        if end and elapsed >= DISTURBING_SECONDS:
            others = (last.busy - first.busy) - (last.own - first.own)
            most = max(most, others / (elapsed * cores))
    return most


def _busy_seconds() -> float:
    """Processor time of everything, also what the host took for others."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / _TICKS


def _own_seconds(roots: Iterable[int]) -> dict[int, float]:
    """{process: processor seconds} of these processes and all that they started."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
    family = set(roots)
    grown = True
    while grown:
        fresh = {p for p, parent in parents.items() if parent in family} - family
        family |= fresh
        grown = bool(fresh)
    return {pid: used[pid] for pid in family if pid in used}

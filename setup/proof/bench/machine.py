"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from hub import paths
from hub.server.database import Databases

from .world import CHANNELS, HTTP_WORKERS, JOBS, PROCESSES

FSYNCS = 50


def describe(databases: Databases) -> dict[str, Any]:
    """Facts of the machine and of the settings, as JSON values."""
    names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(_memory_bytes() / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0],
        "fsync_ms": round(_fsync_ms(), 3),
        "postgresql": {name: databases.sql(f"show {name}") for name in names},
        "odoo": {
            "http_workers": HTTP_WORKERS,
            "jobs": JOBS,
            "channels": CHANNELS,
            "processes_without_server": PROCESSES,
        },
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _fsync_ms() -> float:
    """Median milliseconds of a write with fsync in the state folder."""
    times = []
    with tempfile.TemporaryFile(dir=paths.state_folder("run")) as handle:
        for _number in range(FSYNCS):
            started = time.perf_counter()
            handle.write(b"x" * 8192)
            handle.flush()
            os.fsync(handle.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return median(times)

"""Ends this process the hard way when the chaos program asks for it.

It asks with a file `crash-<point>-<backend id>` in the folder that the variable
LOGISTICS_CHAOS_DIR names. Whoever removes the file dies: exactly one process.
"""

from __future__ import annotations

import json
import os
import signal
import time

FOLDER = os.environ.get("LOGISTICS_CHAOS_DIR")


def crash(point: str, backend_id: int) -> None:
    """Kill this process with SIGKILL if this point is armed for the backend."""
    if not FOLDER:
        return
    try:
        os.unlink(os.path.join(FOLDER, f"crash-{point}-{backend_id}"))
    except FileNotFoundError:
        return
    note("crashes", point=point, backend=backend_id)
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal arrives before this ends


def is_cured(backend_id: int) -> bool:
    """Return whether poison of this backend has been fixed meanwhile."""
    return bool(FOLDER) and os.path.exists(os.path.join(FOLDER, f"cured-{backend_id}"))


def note(name: str, durable: bool = True, **facts: object) -> None:
    """Append a line to a history file outside any database."""
    line = json.dumps({"t": time.time(), "pid": os.getpid(), **facts}) + "\n"
    handle = os.open(
        os.path.join(FOLDER or ".", f"{name}.jsonl"),
        os.O_WRONLY | os.O_APPEND | os.O_CREAT,
        0o600,
    )
    try:
        os.write(handle, line.encode())
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)

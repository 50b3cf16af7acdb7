"""Run other programs: quiet when they work, helpful when they do not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.failure import SetupFailure

TAIL = 25


def run(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    problem: str,
    remedy: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> None:
    """Run with all output appended to ``log``; on failure show its tail."""
    with log.open("ab") as output:
        start = output.tell()
        done = subprocess.run(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            check=False,
        )
    if done.returncode:
        raise SetupFailure(f"{problem}\n{tail(log, start)}", f"{remedy} (log: {log})")


def tail(log: Path, start: int = 0) -> str:
    """The last lines written to ``log`` after byte ``start``, indented."""
    with log.open("rb") as handle:
        handle.seek(start)
        lines = handle.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-TAIL:])


def output(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> str | None:
    """Standard output, or None if the program is missing or failed."""
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            check=False,
        )
    except FileNotFoundError:
        return None
    return None if done.returncode else done.stdout

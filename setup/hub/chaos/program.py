"""Plays the rows one after the other on one running system."""

from __future__ import annotations

import os
import random
import shutil
import traceback
from collections.abc import Sequence
from typing import Any

from .. import progress
from ..failure import SetupFailure
from . import generator
from .row import Outcome, Row
from .rows import ROWS
from .system import ChaosSystem, running


def run(size: str, only: Sequence[int] | None, seed: int | None) -> dict[str, Any]:
    """``{"checks": {row: {"pass", "figures"}}, "seed", "folder"}``."""
    chosen = _chosen(only)
    seed = random.randrange(10**6) if seed is None else seed
    progress.say(f"Seed {seed}")
    checks: dict[str, Any] = {}
    with running(seed) as system:
        for row in chosen:
            checks[str(row.number)] = _play(system, row, size).report()
        if not all(check["pass"] for check in checks.values()):
            _keep_logs(system)
    return {"checks": checks, "seed": seed, "folder": str(system.folder)}


def _chosen(only: Sequence[int] | None) -> list[Row]:
    unknown = set(only or ()) - ROWS.keys()
    if unknown:
        raise SetupFailure(
            f"There is no row {sorted(unknown)}.",
            f"name some of {', '.join(map(str, ROWS))}",
        )
    return [row for row in ROWS.values() if not only or row.number in only]


def _play(system: ChaosSystem, row: Row, size: str) -> Outcome:
    numbers = getattr(row, size)
    with progress.step(f"Row {row.number}: {row.promise}"):
        try:
            outcome = row.play(system, numbers, generator.rng(system.seed, row.promise))
        except Exception as error:  # one row must not hide the others
            traceback.print_exc()
            outcome = Outcome(complaints=[f"the check itself broke: {error!r}"])
    # Times are judged whatever else the machine did; this says what it did.
    outcome.figures["load_average"] = round(os.getloadavg()[0], 1)
    word = "holds" if outcome.passed else "FAILS: " + "; ".join(outcome.complaints)
    progress.say(f"Row {row.number} {word} {outcome.figures}")
    return outcome


def _keep_logs(system: ChaosSystem) -> None:
    for running_node in system.nodes.values():
        shutil.copy(running_node.log, system.folder)
    shutil.copy(system.cluster.folder / "server.log", system.folder / "postgres.log")

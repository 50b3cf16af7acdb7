"""Plays the rows one after the other on one running system."""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections.abc import Sequence
from typing import Any

from hub import progress
from hub.failure import SetupFailure

from . import generator
from .machine import DISTURBING, Meter
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
    if only:
        return [row for row in ROWS.values() if row.number in only]
    return [*ROWS.values()]


def _play(system: ChaosSystem, row: Row, size: str) -> Outcome:
    """Play a row; once more when it missed a time on a machine others used.

    What is right or wrong is judged in every try. A time that is missed in the second
    try as well, with others on the machine again, is not judged; the full run, which
    is the proof, then fails.
    """
    outcome, used = _try(system, row, size, 1)
    if not outcome.complaints and outcome.late and used >= DISTURBING:
        progress.say(f"Row {row.number} once more, the machine was used by others")
        first = outcome.late
        system.history.set_aside(f"row{row.number}-")
        outcome, used = _try(system, row, size, 2)
        outcome.figures["missed_in_first_try"] = first
        if used >= DISTURBING and size != "full":
            outcome.unjudged, outcome.late = outcome.late, []
    word = (
        "holds"
        if outcome.passed
        else "FAILS: " + "; ".join([*outcome.complaints, *outcome.late])
    )
    if outcome.unjudged:
        word += ", NOT JUDGED: " + "; ".join(outcome.unjudged)
    progress.say(f"Row {row.number} {word} {outcome.figures}")
    return outcome


def _try(
    system: ChaosSystem, row: Row, size: str, number: int
) -> tuple[Outcome, float]:
    """The outcome, and the share of the machine that others had."""
    numbers = getattr(row, size)
    chance = generator.rng(system.seed, f"{row.promise}/{number}")
    meter = Meter(system.processes)
    started = time.monotonic()
    meter.start()
    with progress.step(f"Row {row.number}: {row.promise}"):
        try:
            outcome = row.play(system, numbers, chance)
        except Exception as error:  # one row must not hide the others
            traceback.print_exc()
            outcome = Outcome(complaints=[f"the check itself broke: {error!r}"])
    used = meter.finish()
    outcome.figures["row_seconds"] = round(time.monotonic() - started, 1)
    outcome.figures["used_by_others"] = round(used, 2)
    return outcome, used


def _keep_logs(system: ChaosSystem) -> None:
    for running_node in system.nodes.values():
        shutil.copy(running_node.log, system.folder)
    shutil.copy(system.cluster.folder / "server.log", system.folder / "postgres.log")

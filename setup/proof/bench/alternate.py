"""Interleaved runs, so that a slow minute of the machine hits both sides."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from hub import progress
from hub.failure import SetupFailure


def interleaved(
    label: str, runs: int, sides: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Run every side ``runs`` times, in turns whose order is reversed each time."""
    values: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(runs):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in order:
            values[name].append(sides[name]())
        latest = ", ".join(f"{name} {values[name][-1]:.4g}" for name in sides)
        progress.say(f"{label} {number + 1}/{runs}: {latest}")
    return values


def wait_for(
    ready: Callable[[], bool], what: str, patience: float, pause: float = 0.02
) -> None:
    """Return once ``ready()`` is true; fail after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise SetupFailure(
                f"{what} did not happen within {patience:g} s.",
                "read the logs in .state/bench/log",
            )
        time.sleep(pause)

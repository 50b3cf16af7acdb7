"""Runs the groups of metrics one after the other."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import Any

from hub import progress
from hub.failure import SetupFailure
from hub.server.database import Databases

from .figures import CheckFailed, Figure
from .options import Options
from .registry import GROUPS, Group
from .targets import BY_NAME
from .workers import WorkerFailed
from .world import World

Results = dict[str, Figure | Exception]


def checked(names: Iterable[str] | None) -> frozenset[str]:
    """The names, or all there are; a name that does not exist is an error."""
    known = [name for group in GROUPS for name in group.names]
    wanted = frozenset(names or known)
    if unknown := sorted(wanted - set(known)):
        raise SetupFailure(
            f"There is no metric {', '.join(unknown)}.",
            f"name one of: {', '.join(known)}",
        )
    return wanted


def run(
    options: Options, describe: Callable[[Databases], dict[str, Any]]
) -> tuple[dict[str, Any], Results]:
    """Facts of the machine, and a figure or the error of each wanted metric."""
    world = World()
    facts = describe(world.databases)
    results: Results = {}
    try:
        for group in GROUPS:
            wanted = [name for name in group.names if name in options.wanted]
            if wanted:
                progress.say(f"Measuring {', '.join(wanted)}")
                results |= _measured(world, options, group, wanted)
    finally:
        world.close()
    return facts, results


def _measured(
    world: World, options: Options, group: Group, wanted: list[str]
) -> Results:
    try:
        found = group.measure(world, options)
    except (CheckFailed, SetupFailure, WorkerFailed) as error:
        failed: Exception = error
    except Exception as error:  # one broken metric must not take the others along
        traceback.print_exc()
        failed = error
    else:
        return {name: found[name] for name in wanted}
    progress.say(f"{', '.join(wanted)} failed: {failed}")
    # Calls that were not answered would be taken for answers to later ones.
    world.stop_workers()
    return dict.fromkeys(wanted, failed)


def all_passed(results: Results) -> bool:
    """Whether everything was measured and is at its bound or better."""
    return all(
        isinstance(result, Figure) and BY_NAME[name].reached(result, BY_NAME[name].must)
        for name, result in results.items()
    )

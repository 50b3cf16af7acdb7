"""./setup/demo: a fresh database, a partner, and the scenario of your choice.

Leaves Odoo and the partner running for you to look at; --stop ends them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from typing import Any

from hub import progress
from hub.failure import SetupFailure
from proof.scenarios.demo_system import DemoSystem

from .entry import guarded

DEFAULT_SCENARIO = "shipments"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/demo", description=__doc__)
    parser.add_argument("--scenario", default=DEFAULT_SCENARIO, metavar="NAME")
    parser.add_argument(
        "--once", action="store_true", help="stop everything at the end"
    )
    parser.add_argument(
        "--json", action="store_true", help="last line is one JSON object"
    )
    parser.add_argument("--stop", action="store_true", help="stop a running demo")
    parser.add_argument("--port", type=int, default=8069, help="wish for Odoo's port")
    parser.add_argument(
        "--no-scenario",
        action="store_true",
        help="start the system, do nothing with it",
    )
    return parser


@guarded
def run(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    system = DemoSystem()
    if options.stop:
        return system.stop()
    try:
        result = _play(system, options)
    except BaseException:
        system.report_logs()
        system.stop()
        raise
    if options.once:
        system.stop()
    else:
        system.introduce()
    # Counts that a scenario wants to be 0; the names are not part of its answer.
    wrong = sum(result[name] for name in result.pop("must_be_zero", ()))
    if options.json:
        result["seconds"] = round(progress.elapsed(), 1)
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0 if result.get("ok", not wrong) else 1


def _play(system: DemoSystem, options: argparse.Namespace) -> dict[str, Any]:
    scenario = None if options.no_scenario else _scenario(options.scenario)
    context = system.start(options.port)
    if scenario is None:
        return {}
    with progress.step(f"Scenario {options.scenario}"):
        return dict(scenario.run(context))


def _scenario(name: str) -> Any:
    """The scenario's module; its absence is noticed before anything starts."""
    module = f"proof.scenarios.{name}.scenario"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # A mistake inside the scenario is not a missing scenario.
        if not error.name or not module.startswith(error.name):
            raise
        raise SetupFailure(
            f"There is no scenario {name}.",
            "see the folders in setup/proof/scenarios",
        ) from None


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

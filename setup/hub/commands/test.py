"""./setup/test [--addon NAME] [pytest arguments]: lint, then every test layer.

Without paths the layers run in the order pure, addon, contract, end to end. Other
arguments (-k, -x, paths) go to pytest. A path below tests/pure needs no database.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from hub import paths, progress
from hub.testing.plan import Plan

from .entry import guarded
from .lint import report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="setup/test", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("--addon", action="append", help="this addon only, repeatable")
    parser.add_argument("--no-lint", action="store_true", help="tests alone")
    return parser


@guarded
def run(arguments: list[str]) -> int:
    options, rest = _parser().parse_known_args(arguments)
    lint = 0 if options.no_lint else report(options.addon)
    plan = Plan(options.addon, rest)
    with plan.databases() as extra:
        progress.say("Starting pytest")
        told = ["--lint-failed"] if lint else []
        tests = _pytest([*extra, *told, *plan.arguments()], plan.environment())
    return tests or lint


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [str(paths.venv_python()), "-m", "pytest", *arguments]
    done = subprocess.run(
        command, cwd=paths.PROJECT, env={**os.environ, **environment}, check=False
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

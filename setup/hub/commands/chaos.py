"""./setup/chaos [--quick | --full] [--only ROW] [--seed N] [--json]

Proves the promises of the engine with real processes: kill -9, PostgreSQL crashes,
cut sockets. A failure names its seed and keeps its histories and logs.
"""

from __future__ import annotations

import argparse
import json
import sys

from hub import progress
from hub.machine import lock
from proof.chaos import program

from .entry import guarded


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/chaos", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="under 5 minutes (default)")
    size.add_argument("--full", action="store_true", help="the promised numbers")
    size.add_argument("--tiny", action="store_true", help="a smoke test")
    parser.add_argument(
        "--only", type=int, action="append", metavar="ROW", help="repeatable"
    )
    parser.add_argument("--seed", type=int, help="repeat a run; else a random one")
    parser.add_argument(
        "--json", action="store_true", help="last line is one JSON object"
    )
    return parser


@guarded
def run(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    size = "full" if options.full else "tiny" if options.tiny else "quick"
    with lock.held("chaos"):
        result = program.run(size, options.only, options.seed)
    failed = [row for row, check in result["checks"].items() if not check["pass"]]
    for row in failed:
        print(f"\nRow {row} failed:", file=sys.stderr)
        for complaint in result["checks"][row]["complaints"]:
            print(f"  {complaint}", file=sys.stderr)
    if failed:
        again = " ".join(f"--only {row}" for row in failed)
        print(
            f"\nAgain: ./setup/chaos --{size} --seed {result['seed']} {again}"
            f"\nHistories: {result.pop('folder')}",
            file=sys.stderr,
        )
    else:
        result.pop("folder")
        progress.say(f"All {len(result['checks'])} rows hold")
    if options.json:
        print(json.dumps(result), flush=True)
    return int(bool(failed) or not result["checks"])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

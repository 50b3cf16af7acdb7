"""./setup/bench: the engine beside what is best without it, in one table.

Has a database server of its own. Without --only everything is measured, which
takes about a quarter of an hour on two cores; --quick takes smaller sizes and
fewer runs, for a look. Ends with 1 when something failed or missed its bound.
"""

from __future__ import annotations

import argparse
import json
import sys

from hub import progress
from hub.machine import lock
from proof.bench import isolation

from .entry import guarded

RUNS, QUICK_RUNS = 5, 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="this metric, repeatable"
    )
    parser.add_argument("--runs", type=int, help=f"of each side, usually {RUNS}")
    parser.add_argument("--quick", action="store_true", help="smaller, less exact")
    parser.add_argument(
        "--json", action="store_true", help="last line is one JSON object"
    )
    return parser


@guarded
def run(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    isolation.enter()
    # Imported late: these find their folders when they are imported.
    from proof.bench import machine, suite, table
    from proof.bench.options import Options

    wanted = suite.checked(given.only)
    runs = given.runs or (QUICK_RUNS if given.quick else RUNS)
    with lock.held("bench"):
        facts, results = suite.run(Options(runs, wanted, given.quick), machine.describe)
    progress.say("Done")
    print(table.as_text(results))
    if given.json:
        print(json.dumps(table.as_json(facts, results), ensure_ascii=False), flush=True)
    return 0 if suite.all_passed(results) else 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

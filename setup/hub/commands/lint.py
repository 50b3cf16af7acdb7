"""./setup/lint [--addon NAME]: every check that needs no database."""

from __future__ import annotations

import argparse
import sys

from hub import progress
from hub.lint import suite

from .entry import guarded


@guarded
def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="setup/lint", description=__doc__)
    parser.add_argument("--addon", action="append", help="this addon only, repeatable")
    return report(parser.parse_args(arguments).addon)


def report(addons: list[str] | None) -> int:
    """Print the findings; 1 when there are any."""
    with progress.step("Lint"):
        found = suite.findings(addons)
    for name, lines in found.items():
        if lines:
            print(f"\n{name}: {len(lines)} findings")
            print("\n".join(f"  {line}" for line in lines), flush=True)
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

"""./setup/pot [--addon NAME]: write the template of each addon's translations.

Odoo's own exporter reads them from a database with every addon. The lint says when a
template is older than the texts of its addon.
"""

from __future__ import annotations

import argparse
import sys

from hub.translations.update import update

from .entry import guarded


@guarded
def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="setup/pot", description=__doc__)
    parser.add_argument("--addon", action="append", help="this addon only, repeatable")
    update(parser.parse_args(arguments).addon)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

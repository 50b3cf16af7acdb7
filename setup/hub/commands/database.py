"""./setup/database: development databases, copied from the template in seconds."""

from __future__ import annotations

import argparse
import os
import sys

from hub import progress
from hub.server import database, postgres, templates

from .entry import guarded


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/database", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("new", help="create NAME (demo data; admin/admin)")
    new.add_argument("name")
    new.add_argument("--base", action="store_true", help="without our addons")
    new.add_argument("--addon", action="append", help="only this addon, repeatable")
    verbs.add_parser("drop", help="drop NAME").add_argument("name")
    verbs.add_parser("list", help="show the databases there are")
    psql = verbs.add_parser("psql", help="open NAME in psql")
    psql.add_argument("name")
    psql.add_argument("rest", nargs=argparse.REMAINDER)
    verbs.add_parser("stop", help="stop the private PostgreSQL")
    return parser


@guarded
def run(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.verb == "stop":
        postgres.stop()
        return 0
    databases = database.Databases(postgres.ensure())
    if options.verb == "new":
        _new(databases, options)
    elif options.verb == "drop":
        databases.drop(options.name)
    elif options.verb == "list":
        print("\n".join(databases.names()))
    else:
        os.environ.update(databases.connection.environment())
        os.execvp("psql", ["psql", "-d", options.name, *options.rest])
    return 0


def _new(databases: database.Databases, options: argparse.Namespace) -> None:
    if options.base:
        template = templates.base(databases)
    else:
        template = templates.suite(databases, options.addon)
    with progress.step(f"Copying {template} to {options.name}"):
        databases.copy(template, options.name)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

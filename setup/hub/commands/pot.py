"""./setup/pot [--addon NAME]: write the template of each addon's translations.

Odoo's own exporter reads them from a database with every addon. The lint says when a
template is older than the texts of its addon.
"""

from __future__ import annotations

import argparse
import sys

from hub import addon_files, paths, progress
from hub.failure import SetupFailure
from hub.machine import command
from hub.server import configuration, database, odoo_command, postgres, templates
from hub.translations import template

from .entry import guarded


@guarded
def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="setup/pot", description=__doc__)
    parser.add_argument("--addon", action="append", help="this addon only, repeatable")
    wanted = parser.parse_args(arguments).addon
    # A term may come from a field that another addon changes: all are installed.
    addons = addon_files.closure()
    if unknown := set(wanted or ()) - set(addons):
        raise SetupFailure(f"There is no addon {unknown.pop()}.", "name one of ours")
    databases = database.Databases(postgres.ensure())
    suite = templates.suite(databases)
    conf = configuration.write(
        paths.state("conf", "template.conf"), databases.connection
    )
    folder, log = paths.state_folder("pot"), paths.log_file("pot")
    log.unlink(missing_ok=True)
    with progress.step("Exporting the terms"):
        command.run(
            [paths.venv_python(), "-m", "hub.translations.export"]
            + [conf, suite, folder, *addons],
            log=log,
            problem="Odoo could not export the terms.",
            remedy="read what Odoo says above",
        )
    if bad := odoo_command.complaints(log.read_text()):
        raise SetupFailure("\n".join(bad[:20]), f"correct what Odoo names (log: {log})")
    for name in wanted or addons:
        template.write(paths.ADDONS / name, folder / f"{name}.pot")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

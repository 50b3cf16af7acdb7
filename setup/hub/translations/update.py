"""Makes templates of translations again, through Odoo's own exporter."""

from __future__ import annotations

from collections.abc import Iterable

from hub import addon_files, paths, progress
from hub.failure import SetupFailure
from hub.machine import command
from hub.server import configuration, database, odoo_command, postgres, templates

from . import template


def update(names: Iterable[str] | None = None) -> None:
    """Write the templates of the named addons, or of all."""
    wanted = list(names or addon_files.closure())
    # A term may come from a field that another addon changes: all are installed.
    addons = addon_files.closure()
    addon_files.closure(wanted)
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
    for name in wanted:
        template.write(paths.ADDONS / name, folder / f"{name}.pot")

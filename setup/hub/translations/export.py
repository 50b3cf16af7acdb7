"""Runs in a process with Odoo: writes what Odoo's own exporter finds.

``python -m hub.translations.export CONF DATABASE FOLDER ADDON...``
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(conf: str, database: str, folder: str, addons: list[str]) -> None:
    """Write ``FOLDER/<addon>.pot`` for each addon."""
    import odoo.init  # noqa: F401 - before any other part of Odoo
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tools import config
    from odoo.tools.translate import PoFileWriter, TranslationModuleReader

    config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--log-level=warn"],
        setup_logging=True,
    )
    with Registry(database).cursor(readonly=True) as cursor:
        # One pass over all sources: each would read every file of Odoo again.
        rows: dict[str, list[tuple]] = {addon: [] for addon in addons}
        environment = Environment(cursor, SUPERUSER_ID, {})
        for row in TranslationModuleReader(environment.cr, modules=addons):
            rows[row[0]].append(row)
    for addon in addons:
        with Path(folder, f"{addon}.pot").open("wb") as buffer:
            PoFileWriter(buffer, lang=None).write_rows(rows[addon])


if __name__ == "__main__":
    main(*sys.argv[1:4], sys.argv[4:])

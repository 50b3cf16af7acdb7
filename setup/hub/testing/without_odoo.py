"""Pytest plugin for runs without a database: our addons are importable all the same.

Pure modules are imported under their full name, ``odoo.addons.<addon>.<module>``,
which is how the addon itself imports them.
"""

from __future__ import annotations

import odoo.addons

from hub import paths
from hub.install import environment, odoo_origin


def pytest_configure() -> None:
    folders = [paths.ADDONS, environment.queue_job_folder()]
    for folder in [*folders, *odoo_origin.chosen().addons]:
        if str(folder) not in odoo.addons.__path__:
            odoo.addons.__path__.append(str(folder))
